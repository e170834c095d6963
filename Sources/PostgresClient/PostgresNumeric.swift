/// An exact decimal number of the server's `numeric`, held as its text.
///
/// The digits after the point are kept: `1.50` and `1.5` are different here, as they print differently in SQL.
public struct PostgresNumeric: Hashable, Sendable, CustomStringConvertible {
    /// `-12.50`; also `NaN`, `Infinity` and `-Infinity`, which the server's type has.
    public let description: String

    /// Reads `12`, `-12.50` or `.5`; nothing for any other text, an exponent included.
    public init?(_ text: String) {
        if ["NaN", "Infinity", "-Infinity"].contains(text) {
            description = text
            return
        }
        guard let number = Digits(text) else { return nil }
        description = number.text
    }

    public init(_ number: Int) { description = String(number) }

    init(unchecked text: String) { description = text }
}

/// A decimal number taken apart at its sign and its point.
private struct Digits {
    var isNegative = false
    var whole: [UInt8]
    var fraction: [UInt8]

    init?(_ text: String) {
        var rest = Substring(text)
        if rest.first == "-" || rest.first == "+" { isNegative = rest.removeFirst() == "-" }
        let parts = rest.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.joined()
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        whole = parts[0].drop { $0 == 48 }.map { $0 - 48 }
        fraction = parts.count > 1 ? parts[1].map { $0 - 48 } : []
        // The limits of the type (PostgreSQL documentation, 8.1.2).
        guard whole.count <= 131_072, fraction.count <= 16_383 else { return nil }
        if digits.allSatisfy({ $0 == 48 }) { isNegative = false }
    }

    var text: String {
        let head = whole.isEmpty ? "0" : String(decoding: whole.map { $0 + 48 }, as: UTF8.self)
        let tail = fraction.isEmpty ? "" : "." + String(decoding: fraction.map { $0 + 48 }, as: UTF8.self)
        return (isNegative ? "-" : "") + head + tail
    }
}

// The binary form (`numeric_send` in `numeric.c`): number of groups, weight of the first group, sign, digits after the
// point, then the groups of four decimal digits.
private let positive: UInt16 = 0x0000
private let negative: UInt16 = 0x4000
private let notANumber: UInt16 = 0xC000
private let plusInfinity: UInt16 = 0xD000
private let minusInfinity: UInt16 = 0xF000

extension PostgresNumeric: PostgresEncodable {
    public static var postgresType: PostgresType { .numeric }

    public func postgresBytes() throws(PostgresError) -> [UInt8]? {
        switch description {
        case "NaN": return header(groups: 0, weight: 0, sign: notANumber, scale: 0)
        case "Infinity": return header(groups: 0, weight: 0, sign: plusInfinity, scale: 0)
        case "-Infinity": return header(groups: 0, weight: 0, sign: minusInfinity, scale: 0)
        default: break
        }
        guard let number = Digits(description) else { throw PostgresError(.usage, "not a decimal number") }
        var digits = [UInt8](repeating: 0, count: (4 - number.whole.count % 4) % 4) + number.whole
        let wholeGroups = digits.count / 4
        digits += number.fraction + [UInt8](repeating: 0, count: (4 - number.fraction.count % 4) % 4)
        var groups: [UInt16] = stride(from: 0, to: digits.count, by: 4).map { start in
            digits[start..<start + 4].reduce(0) { $0 * 10 + UInt16($1) }
        }
        var weight = wholeGroups - 1
        let leadingZeros = groups.prefix { $0 == 0 }.count
        groups.removeFirst(leadingZeros)
        weight = groups.isEmpty ? 0 : weight - leadingZeros
        while groups.last == 0 { groups.removeLast() }
        var bytes = header(
            groups: groups.count, weight: weight, sign: number.isNegative ? negative : positive,
            scale: number.fraction.count)
        for group in groups { bytes += group.bigEndianBytes }
        return bytes
    }

    private func header(groups: Int, weight: Int, sign: UInt16, scale: Int) -> [UInt8] {
        UInt16(groups).bigEndianBytes + Int16(weight).bigEndianBytes + sign.bigEndianBytes
            + UInt16(scale).bigEndianBytes
    }
}

extension PostgresNumeric: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        let expected = "PostgresNumeric"
        guard field.oid == PostgresType.numeric.oid else { throw field.mismatch(expected) }
        let count = Int(try field.load(UInt16.self, expected: expected))
        let weight = Int(try field.load(Int16.self, at: 2, expected: expected))
        let sign = try field.load(UInt16.self, at: 4, expected: expected)
        let scale = Int(try field.load(UInt16.self, at: 6, expected: expected))
        switch sign {
        case notANumber: self.init(unchecked: "NaN")
        case plusInfinity: self.init(unchecked: "Infinity")
        case minusInfinity: self.init(unchecked: "-Infinity")
        default:
            var digits: [UInt8] = []
            // Groups from the first that matters to the last that the scale shows; those not sent are zero.
            let last = -((scale + 3) / 4)
            for position in stride(from: max(weight, 0), through: last, by: -1) {
                let index = weight - position
                let group =
                    (0..<count).contains(index) ? try field.load(UInt16.self, at: 8 + 2 * index, expected: expected) : 0
                let padded = String(group)
                digits += [UInt8](repeating: 48, count: 4 - padded.utf8.count) + padded.utf8
            }
            let wholeCount = 4 * (max(weight, 0) + 1)
            let whole = digits[..<wholeCount].drop { $0 == 48 }
            var text = sign == negative ? "-" : ""
            text += whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)
            if scale > 0 { text += "." + String(decoding: digits[wholeCount..<wholeCount + scale], as: UTF8.self) }
            self.init(unchecked: text)
        }
    }
}
