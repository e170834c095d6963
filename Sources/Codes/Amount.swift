/// How much of a drug, how many units, how heavy a patient: never below 0, exact, at most nine digits before and six after
/// the point.
///
/// Doses and billing units are compared for equality and divided into whole units; binary fractions would turn 0.1 mg
/// into a unit too many.
public struct Amount: Hashable, Sendable, Comparable {
    /// The number times one million.
    public let millionths: Int

    init(millionths: Int) { self.millionths = millionths }

    /// A whole number from 0 to 999,999,999; `nil` outside of it.
    public init?(whole: Int) {
        guard (0...999_999_999).contains(whole) else { return nil }
        millionths = whole * 1_000_000
    }

    /// Reads `300`, `0.5`, `1000.25`; no sign, no exponent, no thousands separator, no bare point.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Amount.digits(parts[0], atMost: 9) else { return nil }
        guard parts.count == 2 else {
            millionths = whole * 1_000_000
            return
        }
        guard let fraction = Amount.digits(parts[1], atMost: 6) else { return nil }
        let scale = (parts[1].utf8.count..<6).reduce(1) { factor, _ in factor * 10 }
        millionths = whole * 1_000_000 + fraction * scale
    }

    /// The product, rounded to six decimals; `nil` beyond what an amount can hold.
    func times(_ other: Amount) -> Amount? {
        let product = millionths.multipliedFullWidth(by: other.millionths)
        guard product.high == 0, product.low < UInt(Int.max) else { return nil }
        return Amount(millionths: Int((product.low + 500_000) / 1_000_000))
    }

    /// Times a whole percentage.
    func percent(_ percent: Int) -> Amount { Amount(millionths: millionths / 100 * percent) }

    public static func < (left: Amount, right: Amount) -> Bool { left.millionths < right.millionths }

    private static func digits(_ text: some StringProtocol, atMost limit: Int) -> Int? {
        guard (1...limit).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension Amount: CustomStringConvertible {
    /// The shortest writing that reads back as the same number: `300`, `0.5`.
    public var description: String {
        let (whole, fraction) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        guard fraction > 0 else { return String(whole) }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
