internal import Diagnostics

/// What a migration run did. Paths, in the order in which they were applied.
public struct MigrationReport: Hashable, Sendable {
    public internal(set) var migrations: [String] = []
    public internal(set) var functions: [String] = []
    public internal(set) var roles: [String] = []

    /// Whether there was nothing to do.
    public var wasUpToDate: Bool { migrations.isEmpty && functions.isEmpty && roles.isEmpty }
}

/// How a database stands against the program.
public struct MigrationStatus: Hashable, Sendable {
    public struct Applied: Hashable, Sendable {
        public let number: Int
        public let name: String
        /// ISO 8601, UTC.
        public let appliedAt: String
    }

    public internal(set) var applied: [Applied] = []
    /// Paths of what a run would apply.
    public internal(set) var pendingMigrations: [String] = []
    public internal(set) var pendingFunctions: [String] = []
    public internal(set) var pendingRoles: [String] = []
    /// Paths of applied migrations whose text is another now; a run would refuse them.
    public internal(set) var changed: [String] = []
    /// Numbers that only the database knows; a run would refuse it.
    public internal(set) var unknown: [Int] = []
    /// How the schema stands by what was recorded; nothing where nothing was.
    public internal(set) var standing: SchemaStanding?

    public var isUpToDate: Bool {
        pendingMigrations.isEmpty && pendingFunctions.isEmpty && pendingRoles.isEmpty && changed.isEmpty
            && unknown.isEmpty && standing == .fits
    }
}

/// Brings a database up to what a program wants, in one transaction: all of it or nothing.
///
/// The files run as `precert_owner` where that role exists and the login may take it on, and as the login itself where the
/// first line is `-- run-as: login`. What was done is kept in `precert.schema_migration`, `precert.schema_function` and
/// `precert.schema_state`.
public struct Migrator: Sendable {
    private let configuration: PostgresConfiguration
    private let source: MigrationSource
    private let version: String

    /// - Parameters:
    ///   - configuration: of the login that owns the database or is in the owner's role. Its `role` is not taken on, and
    ///     only its `lockTimeout` counts among the timeouts: a long migration is not cut short.
    ///   - version: the program's, such as `0.1.0`, by which an older program knows that a newer one was here.
    public init(_ configuration: PostgresConfiguration, source: MigrationSource, version: String = "0") {
        var configuration = configuration
        configuration.role = nil
        configuration.statementTimeout = .zero
        configuration.idleInTransactionTimeout = .zero
        configuration.poolSize = 1
        self.configuration = configuration
        self.source = source
        self.version = version
    }

    /// Applies what is missing. Two at once are safe: the second waits for the first and then finds nothing to do.
    ///
    /// - Parameter goingBack: apply this program's functions although a newer program has applied its own. Migrations do
    ///   not go back.
    /// - Throws: `MigrationError`, or `PostgresError` when the server cannot be reached.
    public func migrate(goingBack: Bool = false) async throws -> MigrationReport {
        let lockTimeout = configuration.lockTimeout ?? .seconds(20)
        return try await withPool { pool in
            try await pool.transaction { session in
                // One lock a database, held to the end of the transaction: the waiter then sees all of the winner's work.
                try session.runScript("SET LOCAL lock_timeout = 0")
                try session.execute("SELECT pg_advisory_xact_lock(\(Migrator.lock))")
                try session.runScript("SET LOCAL lock_timeout = \(lockTimeout.milliseconds)")
                try session.runScript(Migrator.bookkeeping)
                let status = try session.migrationStatus(of: source, version: version)
                try refuse(status, goingBack: goingBack)
                let report = try session.apply(source, status)
                if status.standing != .fits { try session.recordState(of: source, version: version) }
                return report
            }
        }
    }

    /// Compares without changing anything. Needs the right to read the two tables.
    public func status() async throws -> MigrationStatus {
        try await withPool { pool in
            try await pool.transaction(readOnly: true) { try $0.migrationStatus(of: source, version: version) }
        }
    }

    private func withPool<Value: Sendable>(
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(configuration)
        do {
            let value = try await body(pool)
            await pool.closeAndWait()
            return value
        } catch {
            await pool.closeAndWait()
            throw error
        }
    }

    private func refuse(_ status: MigrationStatus, goingBack: Bool) throws(MigrationError) {
        if let newest = status.unknown.max() {
            let known = source.migrations.last?.number ?? 0
            throw MigrationError(
                .newerDatabase, at: nil,
                "the database is at migration \(MigrationSource.padded(newest)), this program knows "
                    + "\(MigrationSource.padded(known)) at most; install the newer program, or restore a backup")
        }
        if let path = status.changed.first {
            throw MigrationError(
                .changed, at: SourceLocation(file: path, line: 1, column: 1),
                "this migration was applied with another text; restore the file as it was and put the change into a new "
                    + "migration")
        }
        if !goingBack, case .ahead(let how)? = status.standing {
            throw MigrationError(
                .newerDatabase, at: nil, "the database is newer than this program: \(how); install the newer program")
        }
    }

    /// Any number will do, as long as every version of the program takes the same: "precert" in ASCII.
    private static let lock: Int64 = 0x70_72_65_63_65_72_74

    private static let bookkeeping = """
        CREATE SCHEMA IF NOT EXISTS precert;
        CREATE TABLE IF NOT EXISTS precert.schema_migration (
            number integer PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE TABLE IF NOT EXISTS precert.schema_function (
            name text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE TABLE IF NOT EXISTS precert.schema_state (
            state_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            program text NOT NULL,
            version text NOT NULL,
            functions text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        """
}

extension PostgresSession {
    fileprivate func migrationStatus(of source: MigrationSource, version: String) throws -> MigrationStatus {
        var status = MigrationStatus()
        let exists = try queryOne(
            """
            SELECT to_regclass('precert.schema_migration') IS NOT NULL AND to_regclass('precert.schema_function') IS NOT NULL
                AND to_regclass('precert.schema_state') IS NOT NULL
            """)
        guard try exists?.decode(Bool.self) == true else {
            status.pendingMigrations = source.migrations.map(\.file.path)
            status.pendingFunctions = source.functions.map(\.path)
            status.pendingRoles = source.roles.map(\.path)
            return status
        }
        var checksums: [Int: String] = [:]
        let rows = try query(
            """
            SELECT number, name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM precert.schema_migration ORDER BY number
            """)
        for row in rows {
            let (number, name, checksum, appliedAt) = try row.decode(Int.self, String.self, String.self, String.self)
            checksums[number] = checksum
            status.applied.append(.init(number: number, name: name, appliedAt: appliedAt))
        }
        for migration in source.migrations {
            guard let checksum = checksums.removeValue(forKey: migration.number) else {
                status.pendingMigrations.append(migration.file.path)
                continue
            }
            if checksum != (try self.checksum(of: migration.file)) { status.changed.append(migration.file.path) }
        }
        status.unknown = checksums.keys.sorted()
        status.standing = try schemaStanding(of: source, version: version)
        // Functions that somebody replaced by hand: no record says which, so all are applied again.
        let isRecorded =
            try queryOne("SELECT program FROM precert.schema_state ORDER BY state_no DESC LIMIT 1")
            .map { try $0.decode(String.self) == source.fingerprint } ?? false
        let areForeign = isRecorded && status.standing != .fits
        status.pendingFunctions = areForeign ? source.functions.map(\.path) : try changed(source.functions)
        let mustGrantAgain = !status.pendingMigrations.isEmpty || !status.pendingFunctions.isEmpty
        status.pendingRoles = mustGrantAgain ? source.roles.map(\.path) : try changed(source.roles)
        return status
    }

    /// The paths of the files that were never applied with their present text.
    private func changed(_ files: [SQLFile]) throws -> [String] {
        var applied: [String: String] = [:]
        for row in try query("SELECT name, checksum FROM precert.schema_function") {
            let (name, checksum) = try row.decode(String.self, String.self)
            applied[name] = checksum
        }
        return try files.filter { applied[$0.path] != (try checksum(of: $0)) }.map(\.path)
    }

    private func checksum(of file: SQLFile) throws -> String {
        let row = try queryOne("SELECT encode(sha256(convert_to(\(file.text), 'UTF8')), 'hex')")
        return try row?.decode(String.self) ?? ""
    }

    fileprivate func apply(_ source: MigrationSource, _ status: MigrationStatus) throws -> MigrationReport {
        var report = MigrationReport()
        for migration in source.migrations where status.pendingMigrations.contains(migration.file.path) {
            try run(migration.file)
            try execute(
                """
                INSERT INTO precert.schema_migration (number, name, checksum)
                VALUES (\(migration.number)::integer, \(migration.file.name), \(try checksum(of: migration.file)))
                """)
            report.migrations.append(migration.file.path)
        }
        for file in source.functions where status.pendingFunctions.contains(file.path) {
            try applyAgain(file)
            report.functions.append(file.path)
        }
        for file in source.roles where status.pendingRoles.contains(file.path) {
            try applyAgain(file)
            report.roles.append(file.path)
        }
        return report
    }

    private func applyAgain(_ file: SQLFile) throws {
        try run(file)
        try execute(
            """
            INSERT INTO precert.schema_function (name, checksum) VALUES (\(file.path), \(try checksum(of: file)))
            ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = clock_timestamp()
            """)
    }

    private func run(_ file: SQLFile) throws {
        let mayTakeOwner = try queryOne(
            "SELECT count(*) > 0 FROM pg_roles WHERE rolname = 'precert_owner' AND pg_has_role(rolname, 'MEMBER')")
        let takesOwner = try !file.runsAsLogin && mayTakeOwner?.decode(Bool.self) == true
        if takesOwner { try runScript("SET LOCAL ROLE precert_owner") }
        do {
            try runScript(file.text)
        } catch {
            guard error.code == .server else { throw error }
            throw MigrationError(error, in: file)
        }
        guard isInTransaction else {
            throw MigrationError(
                .failed, at: SourceLocation(file: file.path, line: 1, column: 1),
                "the file ends the transaction; take out its COMMIT or ROLLBACK, all files share one transaction")
        }
        // The file may have set a role or a search path of its own.
        try runScript("SET LOCAL ROLE NONE; SET LOCAL search_path TO DEFAULT")
    }
}
