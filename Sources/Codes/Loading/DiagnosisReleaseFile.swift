import Diagnostics

/// A file of ICD-10-CM as CMS publishes it.
struct DiagnosisReleaseFile {
    enum Layout: String {
        /// `icd10cm_order_2027.txt`: fixed columns: order number 1-5, code without its dot 7-13, 1 or 0 for billable or
        /// heading 15, short description 17-76, long description from 78.
        case order = "CMS's order file"
        /// `icd10cm_codes_2027.txt`: code without its dot 1-7, description from 9; billable codes only.
        case codes = "CMS's codes file"
    }

    let layout: Layout
    private(set) var codes: [Diagnosis] = []

    init(text bytes: [UInt8], file: String) throws(InvalidSource) {
        let lines = try readLines(bytes, file: file).filter { !$0.text.allSatisfy(\.isWhitespace) }
        guard let first = lines.first else {
            throw InvalidSource(at: SourceLocation(file: file, line: 1, column: 1), "the file is empty")
        }
        if DiagnosisReleaseFile.orderLine(first.text) != nil {
            layout = .order
        } else if DiagnosisReleaseFile.codesLine(first.text) != nil {
            layout = .codes
        } else {
            throw InvalidSource(
                at: first.location(in: file),
                "neither a line of icd10cm_order_YYYY.txt (00001 A00     0 Cholera …) nor of icd10cm_codes_YYYY.txt "
                    + "(A000    Cholera …)")
        }
        var problems = DiagnosticList()
        var seen: Set<String> = []
        for line in lines {
            let read =
                layout == .order
                ? DiagnosisReleaseFile.orderLine(line.text) : DiagnosisReleaseFile.codesLine(line.text)
            guard let read else {
                problems.error(at: line.location(in: file), "not a line of \(layout.rawValue)")
                if problems.all.count >= 20 { break }
                continue
            }
            guard seen.insert(read.code).inserted else {
                problems.error(
                    at: SourceLocation(file: file, line: line.line, column: layout == .order ? 7 : 1),
                    "the code \(read.code) stands twice")
                continue
            }
            codes.append(read)
        }
        try problems.throwIfErrors()
    }

    private static func orderLine(_ line: String) -> Diagnosis? {
        let bytes = Array(line.utf8)
        guard bytes.count >= 17, bytes[..<5].allSatisfy({ (48...57).contains($0) }), bytes[5] == blank,
            bytes[13] == blank,
            bytes[14] == UInt8(ascii: "0") || bytes[14] == UInt8(ascii: "1"), bytes[15] == blank,
            let code = code(bytes[6..<13])
        else { return nil }
        let long = bytes.count > 77 ? text(bytes[77...]) : ""
        let description = long.isEmpty ? text(bytes[16..<min(76, bytes.count)]) : long
        guard !description.isEmpty else { return nil }
        return Diagnosis(code: code, isBillable: bytes[14] == UInt8(ascii: "1"), description: description)
    }

    private static func codesLine(_ line: String) -> Diagnosis? {
        let bytes = Array(line.utf8)
        guard bytes.count >= 9, bytes[7] == blank, let code = code(bytes[..<7]) else { return nil }
        let description = text(bytes[8...])
        return description.isEmpty ? nil : Diagnosis(code: code, isBillable: true, description: description)
    }

    /// A letter, a digit or letter, and so on, padded with blanks on the right, without a dot.
    private static func code(_ bytes: ArraySlice<UInt8>) -> String? {
        let trimmed = bytes.prefix { $0 != blank }
        guard bytes.dropFirst(trimmed.count).allSatisfy({ $0 == blank }), !trimmed.contains(UInt8(ascii: ".")),
            trimmed.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
        else { return nil }
        return DiagnosisTable.normalized(String(decoding: trimmed, as: UTF8.self))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).trimmingBlanks.replacing("\t", with: " ")
    }

    private static let blank = UInt8(ascii: " ")
}
