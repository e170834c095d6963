import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("Cancelling a task cancels its query, and nothing else")
struct CancellationTests {
    @Test("a statement under way is interrupted", arguments: [true, false])
    func interrupts(inBody: Bool) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            let task = Task {
                if inBody {
                    try await pool.transaction { try $0.query("SELECT pg_sleep(600)") }
                } else {
                    _ = try await pool.call("SELECT pg_sleep(600)")
                }
            }
            try await pool.waitUntilRunning("pg_sleep(600)")
            task.cancel()
            let error = try await postgresError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(error.outcome == .rolledBack)
            #expect(try await pool.call("SELECT 1").count == 1)
        }
    }

    @Test(
        "between statements or after the last one, nothing more is run and nothing committed", arguments: [true, false])
    func inside(isMoreToCome: Bool) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE promise (n int)")
            let task = Task {
                try await pool.transaction { session in
                    try session.execute("INSERT INTO promise VALUES (1)")
                    withUnsafeCurrentTask { $0?.cancel() }
                    guard isMoreToCome else { return }
                    #expect(throws: PostgresError.self) { try session.execute("INSERT INTO promise VALUES (2)") }
                }
            }
            let error = try await postgresError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(try await pool.count("promise") == 0)
        }
    }

    @Test("a COMMIT under way is not interrupted", arguments: [0, 1, 2])
    func duringCommit(way: Int) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(
                """
                CREATE TABLE promise (n int);
                CREATE TABLE gate (n int);
                CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS
                    $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON promise DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION wait();
                """)
            // COMMIT waits for this lock; it is let go only after the task was cancelled.
            let gate = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            try await gate.withSession { _ = try $0.query("SELECT pg_advisory_lock(7)") }
            let task = Task {
                let sql: SQL = "INSERT INTO promise VALUES (1)"
                switch way {
                case 0: try await pool.transaction { _ = try $0.execute(sql) }
                case 1: _ = try await pool.call(sql)
                default: _ = try await pool.call(sql, cancellable: false)
                }
            }
            let waiting: SQL = """
                SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 7
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            while try await pool.call(waiting).isEmpty {}
            task.cancel()
            // Time enough for a request that must not be sent.
            for _ in 0..<50 { _ = try await pool.call("SELECT 1") }
            try await gate.withSession { _ = try $0.query("SELECT pg_advisory_unlock(7)") }
            try await task.value
            #expect(try await pool.count("promise") == 1)
        }
    }

    @Test("a late cancel never hits the next user of the connection") func lateCancel() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            for _ in 0..<60 {
                let cancelled = Task { try await pool.call("SELECT pg_sleep(0.001)") }
                let next = Task { try await pool.call("SELECT count(*) FROM generate_series(1, 20000)") }
                cancelled.cancel()
                _ = try? await cancelled.value  // either outcome is right for the one that was cancelled
                _ = try await next.value
            }
        }
    }

    @Test("the server's own time limit is not mistaken for it") func statementTimeout() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(
                PostgresConfiguration(
                    connectionString: database.connectionString, statementTimeout: .milliseconds(20)))
            defer { pool.close() }
            let error = try await postgresError { _ = try await pool.call("SELECT pg_sleep(600)") }
            #expect(error.code == .server)
            #expect(error.sqlState == "57014")
        }
    }
}
