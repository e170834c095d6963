/// A number as facts and tests have it: with a sign, exact, at most twelve digits before and six after the point.
public struct FactNumber: Hashable, Sendable, Comparable {
    let millionths: Int

    init(millionths: Int) { self.millionths = millionths }

    /// A whole number between −10¹² and 10¹²; nothing outside.
    public init?(_ whole: Int) {
        guard whole.magnitude <= 1_000_000_000_000 else { return nil }
        millionths = whole * 1_000_000
    }

    /// Reads `300`, `-2` or `0.25`; nothing else, and nothing with more digits than can be kept.
    public init?(_ text: some StringProtocol) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
            parts.count == 1 || (1...6).contains(parts[1].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let whole = Int(parts[0])
        else { return nil }
        let fraction = parts.count == 1 ? "" : String(parts[1])
        let padded = fraction + String(repeating: "0", count: 6 - fraction.utf8.count)
        let magnitude = whole * 1_000_000 + (Int(padded) ?? 0)
        millionths = isNegative ? -magnitude : magnitude
    }

    /// Nothing when the product has more digits before the point than can be kept. Rounded down at the sixth after it.
    public func multiplied(by factor: FactNumber) -> FactNumber? {
        let (product, isTooBig) = millionths.multipliedReportingOverflow(by: factor.millionths)
        return isTooBig ? nil : FactNumber(millionths: product / 1_000_000)
    }

    /// Rounded down at the sixth digit after the point; nothing when the divisor is not above 0 or too much comes out.
    public func divided(by divisor: FactNumber) -> FactNumber? {
        guard divisor.millionths > 0 else { return nil }
        let (scaled, isTooBig) = millionths.multipliedReportingOverflow(by: 1_000_000)
        return isTooBig ? nil : FactNumber(millionths: scaled / divisor.millionths)
    }

    public static func < (left: FactNumber, right: FactNumber) -> Bool { left.millionths < right.millionths }
}

extension FactNumber: CustomStringConvertible {
    /// The shortest way to write it: `300`, `0.25`.
    public var description: String {
        let sign = millionths < 0 ? "-" : ""
        let (whole, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        guard fraction > 0 else { return sign + String(whole) }
        let digits = String(fraction)
        var padded = String(repeating: "0", count: 6 - digits.count) + digits
        while padded.hasSuffix("0") { padded.removeLast() }
        return "\(sign)\(whole).\(padded)"
    }
}
