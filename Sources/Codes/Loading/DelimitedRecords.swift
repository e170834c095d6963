import Diagnostics

/// One field of a file that others made, with its place.
struct PlacedField {
    let text: String
    let line: Int
    let column: Int

    func location(in file: String) -> SourceLocation { SourceLocation(file: file, line: line, column: column) }
}

/// Reads CSV as spreadsheets save it: RFC 4180, line breaks inside quotes included, a byte order mark allowed. Bytes that
/// are no UTF-8 are taken for Latin-1, as older CMS files have them; control characters are refused.
func readDelimited(_ bytes: [UInt8], file: String) throws(InvalidSource) -> [[PlacedField]] {
    var rows: [[PlacedField]] = []
    var row: [PlacedField] = []
    var field: [UInt8] = []
    var isQuoted = false
    var line = 1
    var column = 1
    var start = (line: 1, column: 1)
    func place() -> SourceLocation { SourceLocation(file: file, line: line, column: column) }
    func endField() {
        row.append(PlacedField(text: decoded(field).trimmingBlanks, line: start.line, column: start.column))
        field.removeAll(keepingCapacity: true)
    }
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while index < bytes.count {
        let byte = bytes[index]
        let next = index + 1 < bytes.count ? bytes[index + 1] : nil
        switch byte {
        case UInt8(ascii: "\"") where isQuoted && next == UInt8(ascii: "\""):
            field.append(byte)
            index += 1
            column += 1
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: ",") where !isQuoted:
            endField()
            start = (line, column + 1)
        case UInt8(ascii: "\r") where next == UInt8(ascii: "\n"): break
        case UInt8(ascii: "\n") where !isQuoted:
            endField()
            rows.append(row)
            row = []
            start = (line + 1, 1)
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"): field.append(UInt8(ascii: " "))
        case 0..<0x20, 0x7F:
            throw InvalidSource(
                at: place(), "a control character: this is no text file; save the spreadsheet as CSV (UTF-8)")
        default: field.append(byte)
        }
        column += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        }
        index += 1
    }
    if isQuoted {
        throw InvalidSource(
            at: SourceLocation(file: file, line: start.line, column: start.column), "a quote that is not closed")
    }
    if !field.isEmpty || !row.isEmpty {
        endField()
        rows.append(row)
    }
    return rows
}

/// The lines of a text file, each without its end.
func readLines(_ bytes: [UInt8], file: String) throws(InvalidSource) -> [PlacedField] {
    var lines: [PlacedField] = []
    for (number, raw) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        let line = raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw
        if let control = line.firstIndex(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") }) {
            throw InvalidSource(
                at: SourceLocation(file: file, line: number + 1, column: control - line.startIndex + 1),
                "a control character: this is no text file; unpack the archive and name the text file in it")
        }
        lines.append(PlacedField(text: decoded(Array(line)), line: number + 1, column: 1))
    }
    return lines
}

private func decoded(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self)
        ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// Where the columns of a CSV are, by the names in its header: letters and digits alone count, in any case.
struct ColumnNames {
    private let positions: [String: Int]

    init(_ header: [PlacedField]) {
        positions = Dictionary(
            header.enumerated().map { (ColumnNames.key($0.element.text), $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    func position(_ names: String...) -> Int? { names.compactMap { positions[$0] }.first }

    private static func key(_ text: String) -> String {
        String(text.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}

/// A field in CSV, quoted where it must be.
func csvField(_ text: String) -> String {
    text.contains { $0 == "," || $0 == "\"" || $0 == "\n" } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
}
