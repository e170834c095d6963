import Foundation
import PostgresClient

/// The polling queries over the whole table: time inside the server, and the plan it chose.
struct ServerQueries {
    let setting: Setting

    struct Result: Codable {
        let name: String
        let medianMilliseconds: Double
        let rows: Int
        /// No node of the plan reads a whole table.
        let plan: [String]
        let scansWholeTable: Bool
    }

    func run() async throws -> [Result] {
        var configuration = PostgresConfiguration(connectionString: setting.connectionString)
        configuration.role = "precert_app"
        configuration.poolSize = 1
        let pool = PostgresPool(configuration)
        var results: [Result] = []
        for query in Self.queries {
            let settings = [
                "precert.organization": "00000000-0000-7000-8000-000000000001", "precert.now": query.now,
            ]
            let explained = try await pool.transaction(settings: settings) { session in
                // The inner statement of a function shows its plan only where it stands by itself, so the plan is the
                // statement's and the time is the function's.
                try (0..<21).map { _ in
                    try session.queryOne("explain (analyze, format json, timing off) \(fragment: query.timed)")?
                        .get("QUERY PLAN", as: PostgresJSON.self).text ?? ""
                } + [
                    session.queryOne("explain (format json) \(fragment: query.planned)")?
                        .get("QUERY PLAN", as: PostgresJSON.self).text ?? ""
                ]
            }
            let times = try explained.dropLast().map { try Plan(json: $0).milliseconds }
            let plan = try Plan(json: explained.last ?? "")
            results.append(
                Result(
                    name: query.name, medianMilliseconds: median(times),
                    rows: try Plan(json: explained[0]).rows, plan: plan.nodes,
                    scansWholeTable: plan.nodes.contains { $0.hasPrefix("Seq Scan") }))
        }
        await pool.closeAndWait()
        return results
    }

    private struct Query {
        let name: String
        let now: String
        let timed: SQL
        let planned: SQL
    }

    private static var queries: [Query] {
        // As `fire_due` has it: the time is a parameter of the statement.
        func due(_ now: Date) -> SQL {
            """
            select d.request_id from precert.deadline d
            where d.organization_id = precert.organization() and d.status = 'open' and d.due_at <= \(now)
            order by d.due_at limit 500
            """
        }
        let later = Date(timeIntervalSince1970: 1_796_212_800)
        let earlier = Date(timeIntervalSince1970: 1_790_856_000)
        let work: SQL = """
            select d.request_id, d.due_at from precert.deadline d
            join precert.request r using (organization_id, request_id)
            where d.organization_id = precert.organization() and d.status = 'open' and d.kind = 'work'
            order by d.due_at limit 50
            """
        return [
            Query(
                name: "worklist, 50 rows", now: "2026-12-02T12:00:00Z", timed: "select * from precert.worklist(50)",
                planned: work),
            Query(
                name: "due scan, at most 500 due", now: "2026-12-02T12:00:00Z", timed: due(later), planned: due(later)),
            Query(
                name: "due scan, nothing due", now: "2026-10-01T12:00:00Z", timed: due(earlier),
                planned: due(earlier)),
        ]
    }
}

/// What EXPLAIN (format json) says.
private struct Plan {
    let milliseconds: Double
    let rows: Int
    let nodes: [String]

    init(json: String) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
        guard let top = parsed?.first, let plan = top["Plan"] as? [String: Any] else {
            throw Child.Failure(description: "EXPLAIN answered no plan")
        }
        milliseconds = (top["Execution Time"] as? Double ?? 0) + (top["Planning Time"] as? Double ?? 0)
        rows = (plan["Actual Rows"] as? NSNumber)?.intValue ?? 0
        nodes = Plan.nodes(of: plan)
    }

    private static func nodes(of plan: [String: Any]) -> [String] {
        let kind = plan["Node Type"] as? String ?? "?"
        let over = (plan["Index Name"] ?? plan["Relation Name"] ?? plan["Function Name"]) as? String
        let condition = plan["Index Cond"] as? String
        let text = kind + (over.map { " on \($0)" } ?? "") + (condition.map { ": \($0)" } ?? "")
        return [text] + (plan["Plans"] as? [[String: Any]] ?? []).flatMap(nodes)
    }
}
