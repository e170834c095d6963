import Diagnostics

/// One data row of a code table in CSV.
struct CSVRow {
    let location: SourceLocation
    let fields: [String]
}

/// Reads a code table in CSV: UTF-8, a fixed header, quotes as RFC 4180 has them but no line break inside a field, so
/// that a line number is a row number.
func readCSV(_ bytes: [UInt8], file: String, header: [String]) throws(InvalidSource) -> [CSVRow] {
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    var rows: [CSVRow] = []
    var problems = DiagnosticList()
    var line = 0
    var sawHeader = false
    while !content.isEmpty {
        line += 1
        let location = SourceLocation(file: file, line: line, column: 1)
        var record = content.prefix { $0 != UInt8(ascii: "\n") }
        content = content.dropFirst(record.count + 1)
        if record.last == UInt8(ascii: "\r") { record = record.dropLast() }
        guard !record.isEmpty else { continue }
        guard let fields = splitRecord(record) else {
            problems.error(at: location, "not UTF-8, or a quote that is not closed on its line")
            continue
        }
        guard sawHeader else {
            guard fields == header else {
                throw InvalidSource(
                    at: location, "the first line must be \"\(header.joined(separator: ","))\"; is this another table?")
            }
            sawHeader = true
            continue
        }
        guard fields.count == header.count else {
            problems.error(at: location, "\(fields.count) fields where the header has \(header.count)")
            continue
        }
        rows.append(CSVRow(location: location, fields: fields))
    }
    guard sawHeader else {
        throw InvalidSource(at: SourceLocation(file: file, line: 1, column: 1), "the file is empty")
    }
    try problems.throwIfErrors()
    return rows
}

private func splitRecord(_ record: ArraySlice<UInt8>) -> [String]? {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = record.startIndex
    while index < record.endIndex {
        let byte = record[index]
        let next = index + 1 < record.endIndex ? record[index + 1] : nil
        switch byte {
        case UInt8(ascii: "\"") where isQuoted && next == UInt8(ascii: "\""):
            field.append(byte)
            index += 1
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: ",") where !isQuoted:
            guard let text = String(validating: field, as: UTF8.self) else { return nil }
            fields.append(text)
            field.removeAll(keepingCapacity: true)
        default: field.append(byte)
        }
        index += 1
    }
    guard !isQuoted, let text = String(validating: field, as: UTF8.self) else { return nil }
    return fields + [text]
}
