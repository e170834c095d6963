import Engine
import Exchange
import Foundation

/// How an import ended, for a person: the counts, what moved, and what needs a hand.
struct ImportScreen {
    let report: ImportReport
    let rows: [StatusRow]
    let payer: String

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
    ]

    static func needsAPerson(_ outcome: String) -> Bool {
        ["unmatched", "conflict", "illegal", "unmapped_status", "quarantined", "held"].contains(outcome)
    }

    func text(on terminal: Terminal) -> String {
        var text = "\(payer): \(rows.count) rows"
        switch report.status {
        case "known":
            return text + ", imported before (\(InstantText.short(report.firstSeenAt))); nothing was changed\n" + counts
        case "resumed": text += "; went on where an earlier import had stopped"
        default: break
        }
        text += "\n" + counts
        let moved = report.rows.filter { $0.outcome == "applied" }
        if !moved.isEmpty { text += "\n" + table(moved).text(on: terminal) }
        let held = report.rows.filter { Self.needsAPerson($0.outcome) }
        if !held.isEmpty {
            text += "\n" + Style.caution.applied(to: "For a person", on: terminal) + "\n"
            text += heldTable(held).text(on: terminal)
        }
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
        let lines = Dictionary(rows.map { ($0.rowNumber, $0) }, uniquingKeysWith: { first, _ in first })
        var table = Table(
            [
                Table.Column("row", "Row", alignment: .right, priority: .essential),
                Table.Column("line", "Line", alignment: .right, priority: .essential),
                Table.Column("outcome", "Outcome", priority: .essential),
                Table.Column("why", "Why", wraps: true),
                Table.Column("request", "Request"),
            ], whenEmpty: "")
        for row in held {
            var why = row.reason.flatMap { Self.reasons[$0] } ?? row.reason ?? ""
            if case .fault(let fault)? = lines[row.row] { why = "\(fault.column ?? "row"): \(fault.message)" }
            table.append(
                .number(row.row), .number(lines[row.row]?.lineNumber), .text(row.outcome), .text(why),
                .text(row.reference))
        }
        return table
    }

    static let reasons = [
        "no-match": "no request has this trace or number",
        "as-of-in-the-future": "the payer's date lies in the future",
        "several-requests": "the number belongs to several requests",
        "keys-disagree": "our trace and the payer's number belong to different requests",
        "other-payer": "the trace belongs to another payer's request",
        "member-differs": "the member id is not the request's",
        "birth-date-differs": "the birth date is not the request's",
        "no-second-key": "a number alone is not enough: no member id and no birth date beside it",
        "status-needs-a-person": "this status is no decision; ask the payer",
        "held": "the same row waits in quarantine",
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
