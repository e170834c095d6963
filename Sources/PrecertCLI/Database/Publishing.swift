import CivilTime
import Engine
import Foundation
import Payers
import PostgresClient
import Workflow

/// Brings the installation's rules into the database: all of them, or none.
struct Publishing {
    /// Only rules that passed every check together can be published.
    let rules: CheckedRules

    /// Clocks, payers, holidays and the workflow in one transaction.
    /// - Returns: a line for each thing that was new.
    func publish(to engine: Engine) async throws -> [String] {
        let outcome = try await engine.publish(ruleSet())
        var lines = outcome.newPayers.map { id in
            id == Self.practice ? "published the practice's clocks" : "published payer \(id)"
        }
        if outcome.isWorkflowNew {
            lines.append("published workflow \(rules.workflow.name) \(rules.workflow.version)")
        }
        if lines.isEmpty { lines.append("all rules were published already") }
        return lines + outcome.retiredPayers.filter { $0.isNew || $0.openRequests > 0 }.map(\.inWords)
    }

    private func ruleSet() throws -> RuleSet {
        let practice = RuleSet.Payer(
            id: Self.practice, name: "Practice defaults", timeZone: Self.practiceTimeZone, module: PostgresJSON("{}"),
            clocks: try clocks(rules.catalog.practiceClocks))
        let payers = try rules.catalog.modules.map { module in
            let facts = ["delivery": module.delivery.rawValue, "calendar": module.calendar]
            return RuleSet.Payer(
                id: module.id, name: module.name, timeZone: module.timeZone, module: try PostgresJSON(encoding: facts),
                clocks: try clocks(module.clocks))
        }
        let days = rules.calendar.holidays.map { ["day": $0.key.description, "name": $0.value] }
            .sorted { $0["day"] ?? "" < $1["day"] ?? "" }
        return RuleSet(
            payers: [practice] + payers, holidays: try PostgresJSON(encoding: days),
            workflow: .init(
                compiled: try PostgresJSON(encoding: WorkflowRows(rules.workflow)),
                canonicalText: rules.workflow.canonicalText))
    }

    private static let practice = "*"

    /// Where no payer is concerned: the practice's own wall clock.
    static var practiceTimeZone: String {
        let zone = Environment.current["PRECERT_TIME_ZONE"] ?? ""
        return zone.isEmpty ? "America/New_York" : zone
    }

    private func clocks(_ table: ClockTable) throws -> PostgresJSON {
        let rows = table.rules.map { rule in
            var row = [
                "clock": rule.clock, "urgency": rule.urgency?.rawValue ?? "any", "amount": String(rule.amount),
                "unit": rule.unit.rawValue, "source": rule.source, "verified": rule.isVerified ? "true" : "false",
            ]
            row["from"] = rule.from?.description
            row["until"] = rule.until?.description
            row["note"] = rule.note
            return row
        }
        return try PostgresJSON(encoding: rows)
    }
}

extension RetiredPayer {
    fileprivate var inWords: String {
        let start = "payer \(id) (\(name)) has no folder under \(RuleLibrary.payersFolder) any more: "
        guard openRequests > 0 else { return start + "it is kept and marked; no request of it is open" }
        return start
            + "it is kept and marked for \(counted(openRequests, "open request")), which no policy judges now; "
            + "deadlines that run keep their dates, new ones take the practice's clocks"
    }
}
