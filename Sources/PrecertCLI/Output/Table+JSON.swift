import CivilTime

extension Table {
    /// A list of objects, one a line, fields in the order of their names; a missing value is `null`.
    func json() -> String {
        let order = columns.indices.sorted { columns[$0].key < columns[$1].key }
        let objects = rows.map { row in
            "  {" + order.map { "\(JSONText.string(columns[$0].key)): \(row[$0].json)" }.joined(separator: ", ") + "}"
        }
        return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }
}

extension Cell {
    /// The value as JSON has it: numbers keep their digits.
    var json: String {
        switch value {
        case .text(let text): JSONText.string(text)
        case .number(let digits): JSONText.isNumber(digits) ? digits : JSONText.string(digits)
        case .date(let date): JSONText.string(date.description)
        case .instant(let instant): JSONText.string(InstantText.full(instant))
        case .boolean(let flag): flag ? "true" : "false"
        case .none: "null"
        }
    }
}

/// The parts of JSON that a table needs, so that `300.00` stays `300.00`.
enum JSONText {
    /// A quoted string (RFC 8259, section 7).
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Whether the text is a number in JSON's grammar (RFC 8259, section 6).
    static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" { rest.removeFirst() }
        guard let first = rest.first, first.isASCIIDigit else { return false }
        let whole = rest.prefix { $0.isASCIIDigit }
        if first == "0", whole.count > 1 { return false }
        rest = rest[whole.endIndex...]
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCIIDigit }
            if fraction.isEmpty { return false }
            rest = rest[fraction.endIndex...]
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            return !rest.isEmpty && rest.allSatisfy(\.isASCIIDigit)
        }
        return rest.isEmpty
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
