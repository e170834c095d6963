import Diagnostics

/// Where a file's header has the columns of its mapping.
struct StatusLayout: Sendable {
    private let places: [StatusColumn: Int]
    let header: [String]
    /// Header names that the mapping does not ask for, in the order of the file.
    let unusedColumns: [String]

    /// - Throws: `InvalidSource` when a required column is missing, or two columns answer to one name.
    init(header row: CSVRow, mapping: StatusMapping, file: String) throws(InvalidSource) {
        let header = row.cells.indices.map { trimmed(row.text($0) ?? "") }
        var places: [StatusColumn: Int] = [:]
        func location(_ index: Int) -> SourceLocation {
            SourceLocation(file: file, line: row.cells[index].line, column: row.column(index))
        }
        let start = SourceLocation(file: file, line: row.line, column: 1)
        if row.defect != nil { throw InvalidSource(at: start, "the header is damaged (a stray quote or line end)") }
        let names = header.map(folded)
        var problems = DiagnosticList()
        var used: Set<Int> = []
        for column in StatusColumn.allCases {
            guard let rule = mapping.columns[column] else { continue }
            let accepted = Set(rule.names.map(folded))
            let found = names.indices.filter { accepted.contains(names[$0]) }
            if found.count > 1 {
                problems.error(
                    at: location(found[1]),
                    "two columns for \(column.rawValue): \(found.map { "\"\(header[$0])\"" }.joined(separator: ", "))")
            }
            if let place = found.first {
                places[column] = place
                used.insert(place)
            } else if rule.isRequired {
                problems.error(at: start, StatusLayout.missing(column, rule, among: header, mapping))
            }
        }
        if !StatusColumn.keys.contains(where: { places[$0] != nil }), !problems.hasErrors {
            problems.error(at: start, "no column to find a request by; is \(mapping.name) the right mapping?")
        }
        try problems.throwIfErrors()
        self.header = header
        self.places = places
        unusedColumns = header.indices.filter { !used.contains($0) }.map { header[$0] }
    }

    func place(of column: StatusColumn) -> Int? { places[column] }

    /// The column's name as this file has it.
    func name(of column: StatusColumn) -> String { place(of: column).map { header[$0] } ?? column.rawValue }

    // The file's other header cells are not shown: a file without a header has a patient's row there.
    private static func missing(
        _ column: StatusColumn, _ rule: StatusMapping.ColumnRule, among header: [String], _ mapping: StatusMapping
    ) -> String {
        let names = rule.names.map { "\"\($0)\"" }.joined(separator: ", ")
        let near = rule.names.lazy.compactMap { nearestMatch(to: $0, among: header) }.first
        let hint = near.map { "; the header has \"\($0)\", which may be meant" } ?? ""
        return "the header has no column for \(column.rawValue); \(mapping.name) accepts \(names)\(hint)"
    }
}

/// Without white space, no-break spaces included, at its ends.
func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
        let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
}
