/// A National Drug Code in the eleven digits that claims carry: labeler 5, product 4, package 2 (`64406-0008-01`).
///
/// Packages carry ten digits in three shapes (4-4-2, 5-3-2, 5-4-1); each becomes eleven by one zero before its short part
/// (https://kb.daisybill.com/articles/how-do-i-convert-a-10-digit-ndc-number-to-11-digits). Without hyphens ten digits do not say which part is
/// the short one.
public struct NDC: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What a writing can mean.
    public enum Reading: Hashable, Sendable {
        case certain(NDC)
        /// Ten digits without hyphens: one of these, and nothing in the digits tells which.
        case ambiguous([NDC])
        case malformed
    }

    /// With hyphens, eleven digits.
    public let description: String

    private init(_ labeler: Substring, _ product: Substring, _ package: Substring) {
        func padded(_ part: Substring, to width: Int) -> String {
            String(repeating: "0", count: max(0, width - part.utf8.count)) + part
        }
        description = "\(padded(labeler, to: 5))-\(padded(product, to: 4))-\(padded(package, to: 2))"
    }

    public static func < (left: NDC, right: NDC) -> Bool { left.description < right.description }

    /// The eleven digits alone.
    public var digits: String { description.filter { $0 != "-" } }

    /// Reads 4-4-2, 5-3-2, 5-4-1, 5-4-2, and eleven digits in a row.
    public static func read(_ text: String) -> Reading {
        let parts = text.trimmingBlanks.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return .malformed }
        switch parts.map(\.utf8.count) {
        case [4, 4, 2], [5, 3, 2], [5, 4, 1], [5, 4, 2]: return .certain(NDC(parts[0], parts[1], parts[2]))
        case [11]: return .certain(split(parts[0], 5, 4))
        case [10]: return .ambiguous([split(parts[0], 4, 4), split(parts[0], 5, 3), split(parts[0], 5, 4)])
        default: return .malformed
        }
    }

    private static func split(_ digits: Substring, _ labeler: Int, _ product: Int) -> NDC {
        NDC(digits.prefix(labeler), digits.dropFirst(labeler).prefix(product), digits.dropFirst(labeler + product))
    }
}
