import CivilTime
import Diagnostics

/// A file of HCPCS Level II as CMS publishes it.
struct HCPCSReleaseFile {
    enum Layout: String {
        /// The quarterly alphanumeric workbook (`HCPC2026_JUL_ANWEB…`) saved as CSV: HCPC, SEQNUM, RECID, LONG DESCRIPTION,
        /// SHORT DESCRIPTION, …, ADD DT, ACT EFF DT, TERM DT, ACTION CD. A long description goes on in records 4 and 8.
        case alphanumeric = "CMS's alphanumeric file in CSV"
        /// The quarterly text file (`HCPC2026_JUL_ANWEB….txt`), see `ContractorRecord`.
        case fixedColumns = "CMS's alphanumeric file in fixed columns"
        /// OPPS Addendum B saved as CSV: "HCPCS Code", "Short Descriptor", and no dates; CPT rows among them.
        case addendumB = "OPPS Addendum B in CSV"
    }

    struct Code {
        let code: String
        var descriptor: String
        let first: CivilDate?
        let last: CivilDate?
        let place: PlacedField
    }

    let layout: Layout
    /// Level II codes, of any letter.
    private(set) var codes: [Code] = []
    /// Two-character modifiers, which the alphanumeric file has as records of their own.
    private(set) var modifiers: [Code] = []

    init(_ bytes: [UInt8], file: String) throws(InvalidSource) {
        let isFixed = ContractorRecord.isLine(bytes.prefix { $0 != UInt8(ascii: "\n") })
        let rows =
            isFixed ? try ContractorRecord.rows(bytes, file: file) : try readDelimited(bytes, file: file)
        // Addendum B has titles and notes above its header.
        let header = rows.prefix(30).firstIndex { row in
            let names = ColumnNames(row)
            return names.position("hcpc", "hcpcs", "hcpcscode") != nil
                && names.position("shortdescription", "shortdescriptor", "longdescription") != nil
        }
        guard let header else {
            throw InvalidSource(
                at: SourceLocation(file: file, line: 1, column: 1),
                "no header of CMS's alphanumeric file (HCPC, SEQNUM, RECID, LONG DESCRIPTION, …) or of Addendum B "
                    + "(HCPCS Code, Short Descriptor, …) in the first 30 lines, nor CMS's text file in fixed columns "
                    + "(A100100100 3 …); name the text file, or save the workbook as CSV (UTF-8)")
        }
        let names = ColumnNames(rows[header])
        layout = isFixed ? .fixedColumns : names.position("recid") == nil ? .addendumB : .alphanumeric
        var problems = DiagnosticList()
        for row in rows[(header + 1)...] where row.contains(where: { !$0.text.isEmpty }) {
            switch layout {
            case .alphanumeric, .fixedColumns: readAlphanumeric(row, names, file: file, in: &problems)
            case .addendumB: readAddendumB(row, names, file: file, in: &problems)
            }
            if problems.all.count >= 20 { break }
        }
        try problems.throwIfErrors()
        guard !codes.isEmpty || !modifiers.isEmpty else {
            throw InvalidSource(at: rows[header][0].location(in: file), "a header and no code below it")
        }
    }

    private mutating func readAlphanumeric(
        _ row: [PlacedField], _ names: ColumnNames, file: String, in problems: inout DiagnosticList
    ) {
        func field(_ name: String...) -> PlacedField? {
            name.compactMap { names.position($0) }.first.flatMap { row.indices.contains($0) ? row[$0] : nil }
        }
        guard let code = field("hcpc", "hcpcs"), let record = field("recid") else {
            problems.error(
                at: row[0].location(in: file), "a row of \(row.count) fields, which ends before its record id")
            return
        }
        let text =
            (field("longdescription")?.text).flatMap { $0.isEmpty ? nil : $0 } ?? field("shortdescription")?.text ?? ""
        // CPT's numbers, whose texts are the AMA's: not read.
        if HCPCSReleaseFile.isLevelOne(code.text) { return }
        let isModifier: Bool
        switch record.text {
        case "3": isModifier = false
        case "7": isModifier = true
        case "4", "8":
            continueDescription(code, with: text, isModifier: record.text == "8", file: file, in: &problems)
            return
        default:
            problems.error(at: record.location(in: file), "expected a record id of 3, 4, 7 or 8")
            return
        }
        let isShaped = isModifier ? Modifiers.isWellFormed(code.text) : HCPCSReleaseFile.isLevelTwo(code.text)
        guard isShaped else {
            problems.error(
                at: code.location(in: file),
                isModifier ? "not a modifier (two capitals or digits)" : "not a HCPCS code (a letter and four digits)")
            return
        }
        let first = date(field("adddt"), file: file, in: &problems)
        let last = date(field("termdt"), file: file, in: &problems)
        add(Code(code: code.text, descriptor: text, first: first, last: last, place: code), isModifier, file, &problems)
    }

    private mutating func continueDescription(
        _ code: PlacedField, with text: String, isModifier: Bool, file: String, in problems: inout DiagnosticList
    ) {
        let last = isModifier ? modifiers.indices.last : codes.indices.last
        guard let last, (isModifier ? modifiers : codes)[last].code == code.text else {
            problems.error(at: code.location(in: file), "a description goes on that no record above begins")
            return
        }
        if isModifier {
            modifiers[last].descriptor += " \(text)"
        } else {
            codes[last].descriptor += " \(text)"
        }
    }

    private mutating func readAddendumB(
        _ row: [PlacedField], _ names: ColumnNames, file: String, in problems: inout DiagnosticList
    ) {
        guard let column = names.position("hcpcscode", "hcpcs", "hcpc"), row.indices.contains(column),
            let words = names.position("shortdescriptor", "shortdescription"), row.indices.contains(words)
        else {
            // A note under the table has one cell.
            if row.count > 1 {
                problems.error(at: row[0].location(in: file), "a row of \(row.count) fields, cut short")
            }
            return
        }
        let code = row[column]
        let others = row.indices.filter { $0 != column }.map { row[$0].text }
        if others.allSatisfy(\.isEmpty) { return }
        if HCPCSReleaseFile.isLevelOne(code.text) { return }
        guard HCPCSReleaseFile.isLevelTwo(code.text) else {
            problems.error(at: code.location(in: file), "not a HCPCS code (a letter and four digits)")
            return
        }
        add(
            Code(code: code.text, descriptor: row[words].text, first: nil, last: nil, place: code), false, file,
            &problems)
    }

    private mutating func add(
        _ code: Code, _ isModifier: Bool, _ file: String, _ problems: inout DiagnosticList
    ) {
        let seen = isModifier ? seenModifiers : seenCodes
        if seen.contains(code.code) {
            problems.error(at: code.place.location(in: file), "the code \(code.code) stands twice")
            return
        }
        if isModifier {
            seenModifiers.insert(code.code)
            modifiers.append(code)
        } else {
            seenCodes.insert(code.code)
            codes.append(code)
        }
    }

    private var seenCodes: Set<String> = []
    private var seenModifiers: Set<String> = []

    /// `20260701`, `2026-07-01`, `7/1/2026`; nothing when empty.
    private func date(_ field: PlacedField?, file: String, in problems: inout DiagnosticList) -> CivilDate? {
        guard let field, !field.text.isEmpty else { return nil }
        let text = field.text
        let numbers = text.split(separator: "/").compactMap { Int($0) }
        let date: CivilDate? =
            if let compact = Int(text), text.utf8.count == 8 {
                CivilDate(year: compact / 10_000, month: compact / 100 % 100, day: compact % 100)
            } else if numbers.count == 3, text.split(separator: "/").count == 3 {
                CivilDate(year: numbers[2], month: numbers[0], day: numbers[1])
            } else {
                CivilDate(iso: text)
            }
        if date == nil {
            problems.error(at: field.location(in: file), "no date written as 20260701, 2026-07-01 or 7/1/2026")
        }
        return date
    }

    /// CPT: a code of five that begins with a digit (`96413`, `0001F`), or a modifier of two digits.
    private static func isLevelOne(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        let digits = bytes.prefix { (48...57).contains($0) }.count
        return (bytes.count == 5 && digits > 0) || (bytes.count == 2 && digits == 2)
    }

    private static func isLevelTwo(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        return bytes.count == 5 && (65...90).contains(bytes[0])
            && bytes.dropFirst().allSatisfy { (48...57).contains($0) }
    }
}
