import CivilTime
import Engine
import Foundation
import Payers
import PostgresClient
import Workflow

/// Brings the installation's rules into the database.
struct Publishing {
    let engine: Engine
    let rules: RuleLibrary

    /// Holidays, clocks, payers, then the workflow, whose clocks must be known.
    /// - Returns: a line for each thing that was new.
    func publishAll() async throws -> [String] {
        let catalog = try rules.payers()
        let workflow = try rules.workflow()
        var lines: [String] = []
        let days = try rules.holidays().holidays.map { ["day": $0.key.description, "name": $0.value] }
            .sorted { $0["day"] ?? "" < $1["day"] ?? "" }
        try await engine.publishHolidays(PostgresJSON(encoding: days))
        if try await engine.publishPayer(
            "*", name: "Practice defaults", timeZone: Self.practiceTimeZone, module: PostgresJSON("{}"),
            clocks: clocks(catalog.practiceClocks))
        {
            lines.append("published the practice's clocks")
        }
        for module in catalog.modules {
            let facts = ["delivery": module.delivery.rawValue, "calendar": module.calendar]
            let isNew = try await engine.publishPayer(
                module.id, name: module.name, timeZone: module.timeZone, module: PostgresJSON(encoding: facts),
                clocks: clocks(module.clocks))
            if isNew { lines.append("published payer \(module.id)") }
        }
        if try await publish(workflow) { lines.append("published workflow \(workflow.name) \(workflow.version)") }
        return lines.isEmpty ? ["all rules were published already"] : lines
    }

    /// - Returns: whether it is new.
    func publish(_ workflow: CompiledWorkflow) async throws -> Bool {
        try await engine.publishWorkflow(
            PostgresJSON(encoding: WorkflowRows(workflow)), canonicalText: workflow.canonicalText)
    }

    /// Where no payer is concerned: the practice's own wall clock.
    private static var practiceTimeZone: String {
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
