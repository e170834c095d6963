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
    static func migrate(
        _ server: Server, rules: RuleLibrary, actor: String, goingBack: Bool = false
    ) async throws -> [String] {
        let source = try MigrationSource.load(directory: rules.installation.sqlDirectory)
        // Before anything changes: a schema without rules would be half of what was asked for.
        let checked = try CheckedRules.check(rules)
        Failpoint.hit("migrate.before")
        let report = try await migrator(server, source).migrate(goingBack: goingBack)
        Failpoint.hit("migrate.after")
        var lines = report.migrations.map { "applied \($0)" }
        if !report.functions.isEmpty { lines.append("applied \(counted(report.functions.count, "file")) of functions") }
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

    static func migrator(_ server: Server, _ source: MigrationSource) throws -> Migrator {
        Migrator(try server.configuration(as: nil), source: source, version: PrecertCommand.version)
    }

    /// Opens the server as the working role and runs `body` on a schema that fits this program.
    ///
    /// The private cluster belongs to this user, so one that is empty or behind is brought up to date without being asked.
    /// A server of somebody's is only looked at: `db migrate` is for whoever looks after it.
    ///
    /// - Parameter whileUnavailable: called when the server cannot be reached, before it is asked again; without it that
    ///   is an error.
    static func withFittingPool<Value>(
        _ server: Server, size: Int, whileUnavailable: ((PostgresError) async throws -> Void)? = nil,
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let installation = try Installation.locate()
        let source = try MigrationSource.load(directory: installation.sqlDirectory)
        let value = try await server.withPool(as: "precert_app", size: size) { pool -> Value? in
            let isFitting = try await asking(whileUnavailable) { try await fits(server, source, in: pool) }
            return isFitting ? try await body(pool) : nil
        }
        if let value { return value }
        _ = try await migrate(server, rules: RuleLibrary(installation: installation), actor: "setup")
        return try await server.withPool(as: "precert_app", size: size, body)
    }

    /// Prepares the private cluster where it must be, and leaves another server alone.
    static func prepareIfPrivate(_ server: Server) async throws {
        if isPrivate(server) { try await withFittingPool(server, size: 1) { _ in } }
    }

    /// - Returns: false when this command may bring the schema up to date itself.
    /// - Throws: `CLIFailure` when it may not.
    private static func fits(_ server: Server, _ source: MigrationSource, in pool: PostgresPool) async throws -> Bool {
        let standing: SchemaStanding
        do {
            standing = try await pool.transaction(readOnly: true) {
                try $0.schemaStanding(of: source, version: PrecertCommand.version)
            }
        } catch let error as PostgresError where isUnprepared(error) {
            if isPrivate(server) { Console.err("preparing a private database (once)") } else { throw error }
            return false
        }
        switch standing {
        case .fits: return true
        case .behind(let how) where isPrivate(server):
            Console.err("bringing the private database up to date: \(how)")
            return false
        case .behind(let how):
            throw CLIFailure(
                .configuration, "the database does not fit this program: \(how)",
                hint: "precert db migrate brings it up to date")
        case .ahead(let how):
            throw CLIFailure(
                .configuration, "the database is newer than this program: \(how)",
                hint: "install the newer program; precert db migrate --back applies this one's functions again")
        }
    }

    private static func asking(
        _ whileUnavailable: ((PostgresError) async throws -> Void)?, _ question: () async throws -> Bool
    ) async throws -> Bool {
        while true {
            do {
                return try await question()
            } catch let error as PostgresError where error.isUnavailable {
                guard let whileUnavailable else { throw error }
                try await whileUnavailable(error)
            }
        }
    }

    private static func isPrivate(_ server: Server) -> Bool {
        if case .privateCluster = server { true } else { false }
    }

    /// No schema, no role or no record of ours.
    private static func isUnprepared(_ error: PostgresError) -> Bool {
        ["3F000", "42P01", "22023"].contains(error.sqlState)
    }
}

extension MigrationStatus {
    var inWords: String {
        if let newest = unknown.max() { return "newer than this program: it has migration \(newest)" }
        if let first = changed.first { return "an applied migration was changed: \(first)" }
        let pending = pendingMigrations.count + pendingFunctions.count + pendingRoles.count
        switch standing {
        case .ahead(let how)?: return "newer than this program: \(how)"
        case .behind(let how)? where pending == 0 || pendingMigrations.isEmpty: return how
        default: break
        }
        if pending > 0 { return "\(counted(pending, "file")) \(pending == 1 ? "is" : "are") not applied yet" }
        return "up to date, \(counted(applied.count, "migration"))"
    }
}
