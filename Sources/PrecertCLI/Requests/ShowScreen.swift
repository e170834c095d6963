import CivilTime
import Engine
import Foundation

/// One request for a person: who, what, where it stands, what runs, what proves it, what the payer said, what happened.
struct ShowScreen {
    let request: RequestCase
    let withNames: Bool
    let now: Date

    func text(on terminal: Terminal) -> String {
        var parts = [head(terminal).text(on: terminal)]
        parts.append(section("Approvals", authorizations, terminal))
        parts.append(section("What runs", deadlines, terminal))
        parts.append(section("Alerts", alerts, terminal))
        parts.append(section("Evidence", evidence, terminal))
        parts.append(section("Documents", documents, terminal))
        parts.append(section("Submissions", submissions, terminal))
        parts.append(section("What the payer said", observations, terminal))
        parts.append(section("Timeline", timeline, terminal))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func section(_ title: String, _ table: Table, _ terminal: Terminal) -> String {
        if table.rows.isEmpty { return "" }
        return Style.heading.applied(to: title, on: terminal) + "\n" + table.text(on: terminal)
    }

    private func head(_ terminal: Terminal) -> KeyValues {
        let summary = request.summary
        let detail = request.detail
        var block = KeyValues()
        block.add("Request", key: "request", .text(summary.reference))
        block.add("State", key: "state", .text("\(summary.stateTitle) (\(summary.state))"))
        let passed = request.deadlines.filter { $0.status == "open" && $0.dueAt <= now }.map(\.name)
        if !passed.isEmpty {
            block.add(
                "Out of date", key: "unfired",
                .text("\(passed.joined(separator: ", ")) passed and nothing has acted on it: precert worker --once")
                    .styled(.bad))
        }
        block.add(
            "Patient", key: "patient",
            .text(
                withNames
                    ? "\(detail.family), \(detail.given), born \(detail.born), member \(detail.memberID)\(measures)"
                    : summary.patientInitials))
        block.add("Payer", key: "payer", .text("\(summary.payerName) (\(summary.payerID))"))
        if let day = detail.payerRetiredOn {
            let words =
                "the payer's folder is gone since \(day): no policy judges it, new deadlines take the practice's clocks"
            block.add("Not on file", key: "payer_retired_on", .text(words).styled(.caution))
        }
        for line in request.lines {
            block.add("Service line \(line.number)", key: "line_\(line.number)", .text(words(line)))
        }
        let diagnoses = detail.diagnoses.enumerated().map { index, code in
            index == 0 && detail.diagnoses.count > 1 ? "\(code) (primary)" : code
        }
        block.add("Diagnoses", key: "diagnoses", .text(diagnoses.joined(separator: ", ")))
        if let last = request.lastApprovalEnd {
            block.add("Last approval ends", key: "last_approval_end", .date(last))
        }
        block.add("First dose", key: "planned_on", .date(summary.plannedOn))
        block.add(
            "Prescriber", key: "prescriber",
            .text("\(detail.prescriberName), NPI \(detail.prescriberNPI)"))
        block.add(
            "Site", key: "site",
            .text("\(detail.siteName), NPI \(detail.siteNPI), place of service \(detail.placeOfService)"))
        block.add("Kind, urgency", key: "kind", .text("\(detail.kind), \(summary.urgency)"))
        block.add("Owner", key: "owner", .text(summary.owner ?? "nobody"))
        block.add("Opened", key: "opened", .instant(summary.openedAt))
        return block
    }

    /// `, 71.5 kg on 2026-11-20, 168 cm`
    private var measures: String {
        let detail = request.detail
        let weight = detail.weight.map { ", \($0) kg" + (detail.weighedOn.map { " on \($0)" } ?? "") } ?? ""
        return weight + (detail.height.map { ", \($0) cm" } ?? "")
    }

    private func words(_ line: RequestCase.Line) -> String {
        let dose = "\(request.summary.drug) \(line.doseAmount) \(line.doseUnit)"
        let code = ([line.hcpcs] + line.modifiers).joined(separator: "-")
        let more = [
            line.route, line.ndc.map { "NDC \($0)" }, line.discardedUnits.map { "\($0) units discarded" },
            line.administration.isEmpty ? nil : "given under \(line.administration.joined(separator: ", "))",
            line.gates.isEmpty ? nil : "in place: \(line.gates.joined(separator: ", "))",
        ].compactMap { $0 }
        return dose + (line.every.map { " every \($0)" } ?? " once")
            + (line.every == nil ? "" : line.doses.map { ", \(counted($0, "dose"))" } ?? "")
            + ": \(line.units) units of \(code)" + (more.isEmpty ? "" : "; " + more.joined(separator: "; "))
    }

    private var authorizations: Table {
        var table = Table(
            [
                Table.Column("number", "Number", priority: .essential),
                Table.Column("valid_from", "From", priority: .essential),
                Table.Column("valid_to", "To", priority: .essential),
                Table.Column("hcpcs", "Code"),
                Table.Column("units", "Units", alignment: .right),
                Table.Column("units_basis", "Basis"),
            ], whenEmpty: "")
        for row in request.authorizations {
            table.append(
                .text(row.number ?? "not given yet"), .text(row.validFrom?.description ?? "not known"),
                .text(row.validTo?.description ?? "not known"), .text(row.hcpcs),
                row.units.map { .number($0) } ?? .text("not said"), .text(row.unitsBasis))
        }
        return table
    }

    private var deadlines: Table {
        var table = Table(
            [
                Table.Column("due", "Due", priority: .essential),
                Table.Column("name", "Deadline", priority: .essential),
                Table.Column("does", "Then", priority: .optional, minimumWidth: 30, wraps: true),
                Table.Column("rule", "Counted by", minimumWidth: 28, wraps: true),
            ], whenEmpty: "")
        for row in request.deadlines where row.status == "open" {
            let does = [row.event.map { "event \($0)" }, row.alert.map { "alert \($0)" }].compactMap { $0 }
            let words = DeadlineText(deadline: row)
            table.append(
                .text(words.due), .text(row.name), .text(does.joined(separator: ", ")), .text(words.rule))
        }
        return table
    }

    private var alerts: Table {
        var table = Table(
            [
                Table.Column("raised", "Raised", priority: .essential),
                Table.Column("due", "Due", priority: .essential),
                Table.Column("ends", "Ends", priority: .essential),
                Table.Column("title", "Alert", wraps: true),
                Table.Column("acknowledged_by", "Acknowledged by"),
            ], whenEmpty: "")
        for row in request.alerts {
            table.append(
                .text(row.raisedOn), .text(row.dueOn), .text(row.endsOn), .text(row.title),
                .text(row.acknowledgedBy ?? "nobody"))
        }
        return table
    }

    private var evidence: Table {
        EvidenceTable.table(request.evidence, inWords: true)
    }

    private var documents: Table {
        var table = Table(
            [
                Table.Column("sha256", "SHA-256", priority: .essential),
                Table.Column("title", "Title"),
                Table.Column("media_type", "Kind"),
                Table.Column("bytes", "Bytes", alignment: .right),
                Table.Column("added_by", "Added by"),
            ], whenEmpty: "")
        for row in request.documents {
            table.append(
                .text(String(row.sha256.prefix(12))), .text(row.title), .text(row.mediaType), .number(row.bytes),
                .text(row.addedBy))
        }
        return table
    }

    private var submissions: Table {
        var table = Table(
            [
                Table.Column("requested", "Asked for", priority: .essential),
                Table.Column("channel", "Channel", priority: .optional),
                Table.Column("verdict", "Criteria", priority: .optional),
                Table.Column("delivered", "Delivered", priority: .essential),
                Table.Column("confirmation", "Where", minimumWidth: 30, wraps: true),
                Table.Column("outbox", "Outbox"),
                Table.Column("override", "Sent all the same because", priority: .low, wraps: true),
            ], whenEmpty: "")
        for row in request.submissions {
            table.append(
                .instant(row.requestedAt), .text(row.channel), .text(row.verdict),
                row.deliveredAt.map { .instant($0) } ?? .text("not yet"), .text(row.confirmation),
                .text(row.effectStatus), .text(row.overrideReason))
        }
        return table
    }

    private var observations: Table {
        var table = Table(
            [
                Table.Column("as_of", "As of", priority: .essential),
                Table.Column("kind", "Said", priority: .essential),
                Table.Column("source", "By"),
                Table.Column("number", "Number"),
                Table.Column("code", "Code"),
                Table.Column("units", "Units", alignment: .right),
                Table.Column("due", "Due"),
                Table.Column("reason", "Reason", wraps: true),
                Table.Column("moved", "Moved it", priority: .low),
            ], whenEmpty: "")
        for row in request.observations {
            let reason = [row.reasonCode, row.reasonText].compactMap { $0 }.joined(separator: ": ")
            table.append(
                .text(row.asOf), .text(row.kind), .text(row.source), .text(row.authorizationNumber), .text(row.hcpcs),
                .number(row.units), .date(row.informationDue), .text(reason.isEmpty ? nil : reason),
                .boolean(row.movedTheRequest))
        }
        return table
    }

    private var timeline: Table {
        var table = Table(
            [
                Table.Column("seq", "#", alignment: .right, priority: .essential),
                Table.Column("occurred", "When", priority: .essential),
                Table.Column("title", "What happened", wraps: true),
                Table.Column("state", "State after"),
                Table.Column("actor", "By"),
                Table.Column("hash", "Hash", priority: .low),
            ], whenEmpty: "")
        for event in request.events {
            let note = event.note.map { withNames ? "note: \($0)" : "note (shown with --names)" }
            let words =
                amended(by: event) + [event.reference.map { "reference \($0)" }, event.reason, note].compactMap { $0 }
            let title = event.title + (words.isEmpty ? "" : ": " + words.joined(separator: "; "))
            table.append(
                .number(event.seq), .instant(event.occurredAt), .text(title), .text(event.toState),
                .text(event.actor), .text(String(event.hash.prefix(8))))
        }
        return table
    }

    /// What an amendment changed, and which evidence it withdrew.
    private func amended(by event: RequestCase.Event) -> [String] {
        let changes = request.amendments.first { $0.seq == event.seq }?.changes ?? []
        let withdrawn = request.evidence.filter { $0.withdrawnBy == event.seq }
            .map { "\($0.fact) (evidence \($0.number))" }
        return changes.map { $0.words(withNames: withNames) }
            + (withdrawn.isEmpty ? [] : ["withdrawn: \(withdrawn.joined(separator: ", "))"])
    }
}
