import Diagnostics
import TestSupport
import Testing

@testable import PostgresClient

@Suite("A migrator brings a database up to date, or leaves it as it was")
struct MigratorTests {
    // The role `precert_owner` belongs to the whole server and comes and goes with other tests, so all files but those of
    // the test about it run as the login.
    private static let login = "-- run-as: login\n"
    private static let first = ("0001_request.sql", login + "CREATE TABLE precert.request (id int);")
    private static let second = ("0002_units.sql", login + "ALTER TABLE precert.request ADD COLUMN units int;")
    private static let function = (
        "count_requests.sql",
        login + """
            CREATE OR REPLACE FUNCTION precert.count_requests() RETURNS bigint LANGUAGE sql AS
                'SELECT count(*) FROM precert.request';
            """
    )

    private func migrator(
        _ database: TestDatabase, _ migrations: [(String, String)], functions: [(String, String)] = [],
        roles: [(String, String)] = []
    ) throws -> Migrator {
        func files(_ folder: String, _ list: [(String, String)]) -> [SQLFile] {
            list.map { SQLFile(path: "\(folder)/\($0.0)", text: $0.1) }
        }
        let source = try MigrationSource(
            migrations: files("migrations", migrations), functions: files("functions", functions),
            roles: files("roles", roles))
        return Migrator(PostgresConfiguration(connectionString: database.connectionString), source: source)
    }

    private func migrationError(_ migrator: Migrator) async throws -> MigrationError {
        do {
            _ = try await migrator.migrate()
        } catch {
            return try #require(error as? MigrationError, "\(error)")
        }
        throw ExpectedFailure()
    }

    @Test("what is missing is applied, once") func applies() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let migrator = try migrator(database, [Self.first, Self.second], functions: [Self.function])
            let before = try await migrator.status()
            #expect(before.pendingMigrations == ["migrations/0001_request.sql", "migrations/0002_units.sql"])
            #expect(before.pendingFunctions == ["functions/count_requests.sql"])
            #expect(try await migrator.migrate().migrations == before.pendingMigrations)
            let after = try await migrator.status()
            #expect(after.isUpToDate)
            #expect(after.applied.map(\.name) == ["0001_request.sql", "0002_units.sql"])
            #expect(try await migrator.migrate().wasUpToDate)
            #expect(try await database.ownerPool.call("SELECT precert.count_requests()").count == 1)
        }
    }

    @Test("two at once: one does the work, neither fails") func race() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let migrator = try migrator(
                database, [Self.first, ("0002_slow.sql", Self.login + "SELECT pg_sleep(0.05);")],
                functions: [Self.function])
            let reports = try await withThrowingTaskGroup(of: MigrationReport.self) { group in
                for _ in 0..<4 { group.addTask { try await migrator.migrate() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.filter(\.wasUpToDate).count == 3)
            #expect(try await migrator.status().applied.count == 2)
        }
    }

    @Test("a changed function is applied again, and the grants after it") func changedFunction() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let grants = ("grants.sql", Self.login + "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA precert TO pg_monitor;")
            let one = try migrator(database, [Self.first], functions: [Self.function], roles: [grants])
            #expect(try await one.migrate().roles == ["roles/grants.sql"])
            #expect(try await one.migrate().wasUpToDate)
            let changed = (Self.function.0, Self.function.1.replacing("count(*)", with: "count(*) + 1"))
            let two = try migrator(database, [Self.first], functions: [changed], roles: [grants])
            let report = try await two.migrate()
            #expect(report.functions == ["functions/count_requests.sql"])
            #expect(report.roles == ["roles/grants.sql"])
            #expect(report.migrations.isEmpty)
            let rows = try await database.ownerPool.call("SELECT precert.count_requests()")
            #expect(try #require(rows.first).decode(Int.self) == 1)
        }
    }

    @Test("an applied file with another text is refused, with its name and the remedy") func changedFile() async throws
    {
        try await withTestDatabase(isEmpty: true) { database in
            _ = try await migrator(database, [Self.first]).migrate()
            let edited = try migrator(database, [(Self.first.0, Self.first.1 + "-- edited"), Self.second])
            let error = try await migrationError(edited)
            #expect(error.code == .changed)
            #expect(error.description.hasPrefix("migrations/0001_request.sql:1:1: error: "))
            #expect(error.description.contains("restore the file"))
            let status = try await edited.status()
            #expect(status.changed == ["migrations/0001_request.sql"])
            #expect(status.applied.count == 1)
        }
    }

    @Test("a database that is newer than the program is refused") func newerDatabase() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            _ = try await migrator(database, [Self.first, Self.second]).migrate()
            let old = try migrator(database, [Self.first])
            let error = try await migrationError(old)
            #expect(error.code == .newerDatabase)
            #expect(error.description.contains("the database is at migration 0002, this program knows 0001"))
            #expect(try await old.status().unknown == [2])
        }
    }

    @Test("another program's functions are not taken back unasked, and those changed by hand are applied again")
    func standing() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let old = try migrator(database, [Self.first], functions: [Self.function])
            let changed = (Self.function.0, Self.function.1.replacing("count(*)", with: "count(*) + 1"))
            let new = try migrator(database, [Self.first], functions: [changed])
            _ = try await old.migrate()
            #expect(try await old.status().standing == .fits)
            guard case .behind? = try await new.status().standing else { throw ExpectedFailure() }
            _ = try await new.migrate()
            #expect(try await migrationError(old).code == .newerDatabase)
            #expect(try await old.migrate(goingBack: true).functions == ["functions/count_requests.sql"])
            #expect(try await old.status().isUpToDate)

            _ = try await database.ownerPool.call(
                "CREATE OR REPLACE FUNCTION precert.count_requests() RETURNS bigint LANGUAGE sql AS 'SELECT -1'")
            guard case .behind? = try await old.status().standing else { throw ExpectedFailure() }
            #expect(try await old.migrate().functions == ["functions/count_requests.sql"])
            #expect(try await old.migrate().wasUpToDate)
        }
    }

    @Test(
        "versions are compared by their numbers",
        arguments: [
            ("0.2.0", "0.1.9", true), ("0.10.0", "0.9.0", true), ("1.0", "1.0.0", false), ("0.1.0", "0.2", false),
        ])
    func versions(version: String, other: String, isNewer: Bool) {
        #expect(SchemaStanding.isNewer(version, than: other) == isNewer)
    }

    @Test(
        "an error names file, line and column, and nothing of the run remains",
        arguments: [
            (login + "CREATE TABLE precert.a (é int);\nSELECT * FROM precert.absent;\n", ":3:15: ", "42P01"),
            (login + "CREATE TABEL x ();", ":2:8: ", "42601"),
            (
                login + "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETRUN 1;\nEND $$;", ":4:3: ",
                "42601"
            ),
            (login + "SELECT 1;\nSELECT 1/0;", "did not say in which line", "22012"),
        ])
    func failingFile(text: String, place: String, state: String) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let migrator = try migrator(database, [Self.first, ("0002_bad.sql", text)])
            let error = try await migrationError(migrator)
            #expect(error.code == .failed)
            #expect(error.location?.file == "migrations/0002_bad.sql")
            #expect(error.description.contains(place))
            #expect(error.description.contains(state))
            #expect(try await migrator.status().applied.isEmpty)
            let rows = try await database.ownerPool.call("SELECT to_regnamespace('precert') IS NULL")
            #expect(try #require(rows.first).decode(Bool.self))
        }
    }

    @Test("a file cannot end the transaction") func endsTransaction() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let error = try await migrationError(
                try migrator(database, [("0001_a.sql", Self.login + "SELECT 1; COMMIT;")]))
            #expect(error.description.contains("take out its COMMIT"))
        }
    }

    @Test("files run as the owner unless they say otherwise") func owner() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            // Roles belong to the whole server, where other tests make it, too.
            let makeRole = """
                -- run-as: login
                DO $$ BEGIN CREATE ROLE precert_owner NOLOGIN;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
                GRANT CREATE, USAGE ON SCHEMA precert TO precert_owner;
                CREATE TABLE precert.by_login (a int);
                """
            let migrator = try migrator(
                database, [("0001_roles.sql", makeRole), ("0002_table.sql", "CREATE TABLE precert.by_owner (a int);")])
            _ = try await migrator.migrate()
            let rows = try await database.ownerPool.call(
                "SELECT tablename::text, tableowner = 'precert_owner' FROM pg_tables WHERE tablename LIKE 'by%' ORDER BY 1"
            )
            let owners = try rows.map { try $0.decode(String.self, Bool.self) }
            #expect(owners.map(\.0) == ["by_login", "by_owner"])
            #expect(owners.map(\.1) == [false, true])
        }
    }
}
