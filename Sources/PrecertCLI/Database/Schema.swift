import Engine
import Failpoints
import Foundation
import PostgresClient

/// The database's own state: whether it fits this program, and bringing it there.
enum Schema {
    /// Migrates, makes the organization known, and publishes the installation's rules.
    ///
    /// - Returns: a line for each thing done.
    /// - Throws: `InvalidSource` when the rules do not pass their checks; nothing was migrated then.
    static func migrate(_ server: Server, rules: RuleLibrary, actor: String) async throws -> [String] {
        let source = try MigrationSource.load(directory: rules.installation.sqlDirectory)
        // Before anything changes: a schema without rules would be half of what was asked for.
        let checked = try CheckedRules.check(rules)
        Failpoint.hit("migrate.before")
        let report = try await Migrator(server.configuration(as: nil), source: source).migrate()
        Failpoint.hit("migrate.after")
        var lines = report.migrations.map { "applied \($0)" }
        if !report.functions.isEmpty { lines.append("applied \(report.functions.count) files of functions") }
        lines += report.roles.map { "applied \($0)" }
        if lines.isEmpty { lines = ["the schema is up to date"] }

        let organization = try EngineOptions.organization()
        let name = Environment.current["PRECERT_ORGANIZATION_NAME"] ?? "My practice"
        lines += try await server.withPool(as: "precert_app") { pool in
            let engine = Engine(pool: pool, organization: organization, actor: actor)
            let known = try await engine.ensureOrganization(name: name)
            return ["organization: \(known)"] + (try await Publishing(rules: checked).publish(to: engine))
        }
        return lines
    }

    /// The private cluster belongs to this program, so an empty one is prepared without being asked; an older or newer
    /// schema is said by the migrator's own check.
    static func prepareIfPrivate(_ server: Server) async throws {
        guard case .privateCluster = server else { return }
        let rules = RuleLibrary(installation: try Installation.locate())
        let isEmpty = try await server.withPool(as: nil) { pool in
            try await pool.transaction(readOnly: true) { session in
                try session.queryOne("select to_regclass('precert.request') is null")?.decode(Bool.self) ?? true
            }
        }
        guard isEmpty else { return }
        Console.err("preparing a private database (once)")
        _ = try await migrate(server, rules: rules, actor: "setup")
    }
}

extension MigrationStatus {
    var inWords: String {
        if let newest = unknown.max() { return "newer than this program: it has migration \(newest)" }
        if let first = changed.first { return "an applied migration was changed: \(first)" }
        let pending = pendingMigrations.count + pendingFunctions.count + pendingRoles.count
        if pending > 0 { return "\(pending) files are not applied yet" }
        return "up to date, \(applied.count) migrations"
    }
}
