import CivilTime
public import Diagnostics

/// How single codes stood before the loaded ICD-10-CM release, which lists only its own year.
///
/// G35 could be billed through 2025-09-30 and is a heading since: the year's table alone would call an order of
/// September 2025 wrong.
public struct DiagnosisHistory: Sendable {
    enum Kind: String, CaseIterable {
        case billable
        case heading
        case absent
    }

    struct Span {
        let kind: Kind
        let from: CivilDate?
        let through: CivilDate
        let note: String
    }

    static let header = ["code", "standing", "from", "through", "note"]
    let spans: [String: [Span]]

    /// No history.
    public init() { spans = [:] }

    /// Reads `code,standing,from,through,note`; standing is billable, heading or absent, `from` may be empty.
    public init(csv bytes: [UInt8], file: String) throws(InvalidSource) {
        var spans: [String: [Span]] = [:]
        var problems = DiagnosticList()
        for row in try readCSV(bytes, file: file, header: DiagnosisHistory.header) {
            let fields = row.fields
            guard let code = DiagnosisTable.normalized(fields[0]), code == fields[0] else {
                problems.error(at: row.location, "\"\(fields[0])\" is not a diagnosis code written as G35.A")
                continue
            }
            guard let kind = Kind(rawValue: fields[1]) else {
                problems.error(at: row.location, "unknown standing \"\(fields[1])\"; one of: billable, heading, absent")
                continue
            }
            let from = CivilDate(iso: fields[2])
            guard from != nil || fields[2].isEmpty, let through = CivilDate(iso: fields[3]) else {
                problems.error(at: row.location, "a date must be written as 2025-09-30")
                continue
            }
            spans[code, default: []].append(Span(kind: kind, from: from, through: through, note: fields[4]))
        }
        try problems.throwIfErrors()
        self.spans = spans
    }

    func standing(of code: String, on date: CivilDate) -> Span? {
        let holding = spans[code]?.filter { span in date <= span.through && span.from.map { $0 <= date } ?? true }
        // A span without a beginning reaches back to the one before it.
        return holding?.min { $0.through < $1.through }
    }

    func lastBillable(_ code: String) -> CivilDate? {
        spans[code]?.filter { $0.kind == .billable }.map(\.through).max()
    }
}
