/// A National Provider Identifier: ten digits, the first a 1 or a 2, the last a check digit.
///
/// The check is Luhn's over the number with the card issuer prefix 80840 before it (CMS, "Requirements for National
/// Provider Identifier (NPI) and NPI Check Digit", 45 CFR 162.406).
public struct NPI: Hashable, Sendable, CustomStringConvertible {
    public enum Failure: Error, Hashable, Sendable {
        case notTenDigits
        /// An NPI begins with 1 or 2.
        case firstDigit
        /// One digit is wrong, or two neighbours are swapped.
        case checkDigit
    }

    public let digits: String
    public var description: String { digits }

    public init(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes.allSatisfy({ (48...57).contains($0) }) else { throw .notTenDigits }
        guard bytes[0] == UInt8(ascii: "1") || bytes[0] == UInt8(ascii: "2") else { throw .firstDigit }
        guard NPI.luhnSum(of: Array("80840".utf8) + bytes).isMultiple(of: 10) else { throw .checkDigit }
        digits = text
    }

    private static func luhnSum(of digits: [UInt8]) -> Int {
        var sum = 0
        for (position, byte) in digits.reversed().enumerated() {
            let digit = Int(byte - 48)
            let doubled = digit * 2
            sum += position.isMultiple(of: 2) ? digit : (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum
    }
}
