import Engine
import Foundation
import PostgresClient

/// The database's own state: whether it fits this program, and bringing it there.
enum Schema {
    /// Migrates, makes the organization known, and publishes the installation's rules.
    ///
    /// - Returns: a line for each thing done.
    static func migrate(_ server: Server, rules: RuleLibrary, actor: String) async throws -> [String] {
        let source = try MigrationSource.load(directory: rules.installation.sqlDirectory)
        let login = try server.pool(as: nil, size: 1)
        let report: MigrationReport
        do {
            report = try await Migrator(source: source).migrate(login)
            await login.close()
        } catch {
            await login.close()
            throw error
        }
        var lines = report.applied.map { "applied \($0)" }
        if lines.isEmpty { lines = ["the schema is up to date"] }

        let pool = try server.pool(as: "precert_app", size: 1)
        defer { Task { await pool.close() } }
        let engine = Engine(pool: pool, organization: try EngineOptions.organization(), actor: actor)
        let name = Environment.current["PRECERT_ORGANIZATION_NAME"] ?? "My practice"
        lines.append("organization: \(try await engine.ensureOrganization(name: name))")
        lines += try await Publishing(engine: engine, rules: rules).publishAll()
        return lines
    }

    /// The private cluster belongs to this program, so an empty one is prepared without being asked; an older or newer
    /// schema is said by the migrator's own check.
    static func prepareIfPrivate(_ server: Server) async throws {
        guard case .privateCluster = server else { return }
        let rules = RuleLibrary(installation: try Installation.locate())
        let login = try server.pool(as: nil, size: 1)
        let isEmpty: Bool
        do {
            isEmpty = try await login.transaction(readOnly: true) { session in
                try session.queryOne("select to_regclass('precert.request') is null")?.decode(Bool.self) ?? true
            }
            await login.close()
        } catch {
            await login.close()
            throw error
        }
        guard isEmpty else { return }
        Console.err("preparing a private database (once)")
        _ = try await migrate(server, rules: rules, actor: "setup")
    }
}
