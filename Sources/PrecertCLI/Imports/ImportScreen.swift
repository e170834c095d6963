import Engine
import Exchange
import Foundation

/// How an import ended, for a person: the counts, what moved, and what needs a hand.
struct ImportScreen {
    let report: ImportReport
    let payer: String
    let isDryRun: Bool

    private static let meanings: [(outcome: String, meaning: String)] = [
        ("applied", "applied"),
        ("no_change", "no change: the payer had said so before"),
        ("duplicate", "duplicate of an older row"),
        ("superseded", "older than what is known: kept, moved nothing"),
        ("unmatched", "matches no request: quarantined"),
        ("conflict", "matches, but something disagrees: quarantined"),
        ("illegal", "not possible where the request stands: quarantined"),
        ("unmapped_status", "a status that only a person can read: quarantined"),
        ("quarantined", "faulty row: quarantined"),
        ("held", "held: the same row waits in quarantine"),
        ("discarded", "disregarded: a person has discarded this word of the payer's"),
        ("pending", "not applied yet: give the file again"),
    ]

    static func needsAPerson(_ outcome: String) -> Bool {
        ["unmatched", "conflict", "illegal", "unmapped_status", "quarantined", "held"].contains(outcome)
    }

    func text(on terminal: Terminal) -> String {
        var text = "\(payer): \(counted(report.rowCount, "row"))"
        switch report.status {
        case "known":
            return text + ", imported before (\(InstantText.short(report.firstSeenAt))); nothing was changed\n" + counts
        case "resumed": text += "; went on where an earlier import had stopped"
        case "loading": text += "; begun \(InstantText.short(report.firstSeenAt)) and not finished"
        case "done": text += "; begun \(InstantText.short(report.firstSeenAt)) by \(report.importedBy)"
        default: break
        }
        if isDryRun { text += "; dry run: nothing was changed" }
        text += "\n" + counts
        let moved = report.rows.filter { $0.outcome == "applied" }
        if !moved.isEmpty { text += "\n" + table(moved).text(on: terminal) }
        let held = report.rows.filter { Self.needsAPerson($0.outcome) }
        if !held.isEmpty {
            text += "\n" + Style.caution.applied(to: "For a person", on: terminal) + "\n"
            text += heldTable(held).text(on: terminal)
        }
        let left = report.counts.filter { $0.key != "no_change" }.values.reduce(0, +) - report.rows.count
        if left > 0 { text += "\n\(counted(left, "more row")) in the counts only\n" }
        return text
    }

    private var counts: String {
        Self.meanings.compactMap { outcome, meaning in
            report.counts[outcome].map { count in
                let digits = String(count)
                return "  " + String(repeating: " ", count: max(0, 6 - digits.count)) + "\(digits)  \(meaning)\n"
            }
        }.joined()
    }

    private func table(_ rows: [ImportedRow]) -> Table {
        var table = Table(
            [
                Table.Column("row", "Row", alignment: .right, priority: .essential),
                Table.Column("request", "Request", priority: .essential),
                Table.Column("from", "Was"),
                Table.Column("to", "Is now"),
            ], whenEmpty: "")
        for row in rows {
            table.append(.number(row.row), .text(row.reference), .text(row.fromState), .text(row.toState))
        }
        return table
    }

    private func heldTable(_ held: [ImportedRow]) -> Table {
        var table = Table(
            [
                Table.Column("row", "Row", alignment: .right, priority: .essential),
                Table.Column("line", "Line", alignment: .right, priority: .essential),
                Table.Column("outcome", "Outcome", priority: .essential),
                Table.Column("why", "Why", wraps: true),
                Table.Column("request", "Request"),
            ], whenEmpty: "")
        for row in held {
            var why = row.reason.map(Self.words) ?? ""
            if let message = row.faultMessage { why = "\(row.faultColumn ?? "row"): \(message)" }
            table.append(
                .number(row.row), .number(row.line), .text(row.outcome), .text(why), .text(row.reference))
        }
        return table
    }

    /// A reason in words for people.
    static func words(_ reason: String) -> String {
        if let words = reasons[reason] { return words }
        let impossible = "not-possible-in-"
        guard reason.hasPrefix(impossible) else { return reason.replacing("-", with: " ") }
        return "not possible in the state \(reason.dropFirst(impossible.count))"
    }

    private static let reasons = [
        "no-match": "no request has this trace or number",
        "as-of-in-the-future": "the payer's date lies in the future",
        "as-of-before-the-request": "the payer's date lies before the request was opened; is the year right?",
        "several-requests": "the number belongs to several requests",
        "keys-disagree": "our trace and the payer's number belong to different requests",
        "other-payer": "the trace belongs to another payer's request",
        "member-differs": "the member id is not the request's",
        "birth-date-differs": "the birth date is not the request's",
        "no-second-key": "a number alone is not enough: no member id and no birth date beside it",
        "one-of-several-codes":
            "it decides a part of a request that has several codes; record it by hand: precert decide --code",
        "status-needs-a-person": "this status is no decision; ask the payer",
        "held": "the same row waits in quarantine",
        "damaged-number": "a number was damaged, as a spreadsheet does; have the file exported anew",
        "bad-number": "a number has more digits than are usual",
        "from-after-to": "the period begins after it ends",
        "impossible-date": "no calendar has the date",
        "ambiguous-date": "the date can be read in two ways",
        "bad-date": "not a date in a format of the mapping",
        "wrong-payer": "the row names another payer",
        "unmapped-status": "the status word is not in the payer's mapping",
        "unmapped-units-basis": "what the units count is not in the payer's mapping",
        "ragged-row": "the row has another number of cells than the header",
        "missing-key": "nothing in the row to find a request by",
        "missing-status": "the row has no status",
    ]
}

extension StatusRow {
    var lineNumber: Int {
        switch self {
        case .record(let record): record.line
        case .fault(let fault): fault.line
        }
    }
}

/// The report as JSON.
struct ImportDocument: Encodable {
    let payer: String
    /// `new`, `resumed` or `known`.
    let status: String
    let batch: String
    let counts: [String: Int]
    let rows: [Row]

    struct Row: Encodable {
        let row: Int
        let outcome: String
        let reason: String?
        let request: String?
        let from: String?
        let to: String?
    }

    init(_ report: ImportReport, payer: String) {
        self.payer = payer
        status = report.status
        batch = report.batch.uuidString.lowercased()
        counts = report.counts
        rows = report.rows.map {
            Row(
                row: $0.row, outcome: $0.outcome, reason: $0.reason, request: $0.reference, from: $0.fromState,
                to: $0.toState)
        }
    }
}
