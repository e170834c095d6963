import Diagnostics

/// A line of CMS's quarterly text file, the "HCPCS Contractor Record" of 320 columns. Blanks at its end may be missing.
///
/// The columns as CMS's record layout of 2026 (`HCPC2026_recordlayout.txt`) has them, by four public readers of it that
/// agree, and CMS's own layout of 2024 for the code: code 1-5 (a modifier stands in 4-5), sequence number 6-10, record id
/// 11 (3 begins a code and 4 goes on with its description, 7 and 8 do so for a modifier), long description 12-91, short
/// description 92-119, day added 269-276, day of termination 285-292 (both as 20260701, the latter the last day of use).
enum ContractorRecord {
    private static let columns: [(name: String, range: ClosedRange<Int>)] = [
        ("HCPC", 1...5), ("SEQNUM", 6...10), ("RECID", 11...11), ("LONG DESCRIPTION", 12...91),
        ("SHORT DESCRIPTION", 92...119), ("ADD DT", 269...276), ("TERM DT", 285...292),
    ]

    /// Whether a file begins with such a line: a code and five digits, or a modifier and five digits, then a record id and
    /// a text, and nothing beyond 320 columns.
    static func isLine(_ bytes: ArraySlice<UInt8>) -> Bool {
        let line = Array(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes)
        guard line.count > 11, line.count <= 321, "3478".utf8.contains(line[10]) else { return false }
        let isPadding = line[..<3].allSatisfy { $0 == UInt8(ascii: " ") }
        let code = line[(isPadding ? 3 : 0)..<5]
        return code.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
            && line[5..<10].allSatisfy { (48...57).contains($0) }
    }

    /// The file as rows under a header, as the CSV of the same release has them.
    static func rows(_ bytes: [UInt8], file: String) throws(InvalidSource) -> [[PlacedField]] {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var rows = [columns.map { PlacedField(text: $0.name, line: 1, column: $0.range.lowerBound) }]
        for line in try readLines(text, file: file) where !line.text.allSatisfy(\.isWhitespace) {
            let scalars = Array(line.text.unicodeScalars)
            guard scalars.count <= 320 else {
                throw InvalidSource(
                    at: SourceLocation(file: file, line: line.line, column: 321),
                    "a line of \(scalars.count) columns, where CMS's record has 320")
            }
            rows.append(
                columns.map { column in
                    let field = scalars.dropFirst(column.range.lowerBound - 1).prefix(column.range.count)
                    return PlacedField(
                        text: String(String.UnicodeScalarView(field)).trimmingBlanks, line: line.line,
                        column: column.range.lowerBound)
                })
        }
        return rows
    }
}
