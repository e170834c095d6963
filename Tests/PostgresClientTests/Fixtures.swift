import PostgresClient
import TestSupport
import Testing

/// The error that `body` ends with, as the client's.
func postgresError(_ body: () async throws -> Void) async throws -> PostgresError {
    do {
        try await body()
    } catch {
        return try #require(error as? PostgresError, "\(type(of: error))")
    }
    throw ExpectedFailure()
}

struct ExpectedFailure: Error, CustomStringConvertible {
    var description: String { "an error was expected and none was thrown" }
}

extension PostgresPool {
    func run(_ script: String) async throws { try await withSession { try $0.runScript(script) } }

    func count(_ table: StaticString) async throws -> Int {
        let rows = try await withSession { try $0.query("SELECT count(*) FROM \(identifier: table)") }
        return try #require(rows.first).decode(Int.self)
    }

    /// Returns once a statement whose text holds `fragment` runs in this database, seen from the server.
    func waitUntilRunning(_ fragment: String) async throws {
        while true {
            let rows = try await withSession {
                try $0.query(
                    """
                    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND state = 'active' AND position(\(fragment) in query) > 0
                    """)
            }
            if !rows.isEmpty { return }
            await Task.yield()
        }
    }
}
