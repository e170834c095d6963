/// A piece of JSON to be written for people and machines alike: keys sorted, two blanks of indentation, the same bytes
/// for the same content on every machine.
enum JSONValue {
    case null
    case boolean(Bool)
    /// A number in JSON's own spelling, so that no digit is lost on the way.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// Ends with a line feed.
    var prettyBytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, indentation: 0)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private func write(to bytes: inout [UInt8], indentation: Int) {
        func newLine(_ depth: Int) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        func quoted(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            appendEscaped(text, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): quoted(text)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(indentation + 1)
                item.write(to: &bytes, indentation: indentation + 1)
            }
            if !items.isEmpty { newLine(indentation) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(indentation + 1)
                quoted(member.key)
                bytes.append(contentsOf: ": ".utf8)
                member.value.write(to: &bytes, indentation: indentation + 1)
            }
            if !members.isEmpty { newLine(indentation) }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
