import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("A session runs statements")
struct SessionTests {
    @Test("rows affected, one row, no row, too many") func counts() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                try session.runScript("CREATE TABLE t (a int)")
                #expect(try session.execute("INSERT INTO t SELECT generate_series(1, 5)") == 5)
                #expect(try session.execute("UPDATE t SET a = a WHERE a > \(3)") == 2)
                #expect(try session.execute("DELETE FROM t WHERE a = 99") == 0)
                #expect(try session.queryOne("SELECT a FROM t WHERE a = 99") == nil)
                #expect(throws: PostgresError.self) { try session.queryOne("SELECT a FROM t") }
            }
        }
    }

    @Test("a pipeline answers in order, over several batches") func pipeline() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                let statements: [SQL] = (0..<250).map { "SELECT \($0)" }
                let answers = try session.pipeline(statements)
                #expect(try answers.map { try $0[0].decode(Int.self) } == Array(0..<250))
                #expect(try session.pipeline([]).isEmpty)
            }
        }
    }

    @Test("large answers and large values do not block a pipeline") func largePipeline() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                let big = String(repeating: "x", count: 200_000)
                let answers = try session.pipeline((0..<150).map { _ in "SELECT \(big)" })
                #expect(answers.count == 150)
            }
        }
    }

    @Test("after an error in a pipeline nothing of it remains", arguments: [0, 50, 149])
    func pipelineError(failing: Int) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                try session.runScript("CREATE TABLE t (a int PRIMARY KEY)")
                var statements: [SQL] = (0..<150).map { "INSERT INTO t VALUES (\($0))" }
                statements[failing] = "INSERT INTO t VALUES (1/\(0))"
                let error = #expect(throws: PostgresError.self) { try session.pipeline(statements) }
                #expect(error?.sqlState == "22012")
                #expect(try session.queryOne("SELECT count(*) FROM t")?.decode(Int.self) == 0)
            }
        }
    }

    @Test("a rule broken at the end of a pipeline is an error") func pipelineDeferred() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                try session.runScript("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
                let statements: [SQL] = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)"]
                let error = #expect(throws: PostgresError.self) { try session.pipeline(statements) }
                #expect(error?.sqlState == "23505")
                #expect(try session.queryOne("SELECT count(*) FROM t")?.decode(Int.self) == 0)
            }
        }
    }

    @Test("a statement that was prepared before the table changed is prepared anew") func stalePlan() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            try await pool.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
            let read: @Sendable (PostgresSession) throws -> Int = { try $0.query("SELECT * FROM t")[0].columns.count }
            #expect(try await pool.withSession(read) == 1)
            try await pool.run("ALTER TABLE t ADD COLUMN b int")
            #expect(try await pool.withSession(read) == 2)
            try await pool.run("ALTER TABLE t ADD COLUMN c int")
            // Inside a transaction the error cannot be hidden; the next try succeeds.
            let error = try await postgresError { _ = try await pool.transaction(read) }
            #expect(error.isStalePlan)
            #expect(try await pool.transaction(read) == 3)
            try await pool.run("ALTER TABLE t ADD COLUMN d int")
            #expect(try await pool.call("SELECT * FROM t")[0].columns.count == 4)
            try await pool.run("ALTER TABLE t ADD COLUMN e int; DEALLOCATE ALL")
            #expect(try await pool.call("SELECT * FROM t")[0].columns.count == 5)
        }
    }

    @Test("the number of prepared statements is bounded") func boundedCache() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                for number in 0..<600 {
                    let sql = SQL(stringLiteral: "SELECT \(number)")
                    #expect(try session.queryOne(sql)?.decode(Int.self) == number)
                }
                let count = try session.queryOne("SELECT count(*) FROM pg_prepared_statements")?.decode(Int.self)
                #expect(try #require(count) <= 257)
            }
        }
    }

    @Test("a script of several statements is one transaction") func scripts() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                #expect(throws: PostgresError.self) { try session.runScript("CREATE TABLE t (a int); SELECT 1/0") }
                #expect(try session.queryOne("SELECT to_regclass('t') IS NULL")?.decode(Bool.self) == true)
                for copy in ["COPY pg_class TO STDOUT", "CREATE TABLE t (a int); COPY t FROM STDIN"] {
                    let error = try #require(throws: PostgresError.self) { try session.runScript(copy) }
                    #expect(error.code == .usage)
                    #expect(try session.query("SELECT 1").count == 1)
                }
                let error = try #require(throws: PostgresError.self) { try session.query("COPY pg_class TO STDOUT") }
                #expect(error.code == .usage)
                #expect(try session.query("SELECT 1").count == 1)
            }
        }
    }

    @Test("notices reach the handler and nobody else") func notices() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let seen = Seen()
            let pool = PostgresPool(
                PostgresConfiguration(
                    connectionString: database.connectionString, onNotice: { notice in seen.add(notice) }))
            try await pool.run("DROP TABLE IF EXISTS absent")
            #expect(seen.all.map(\.severity) == ["NOTICE"])
            #expect(seen.all.map(\.sqlState) == ["00000"])
            pool.close()
        }
    }

    private final class Seen: Sendable {
        private let notices = Mutex<[PostgresNotice]>([])
        var all: [PostgresNotice] { notices.withLock { $0 } }
        func add(_ notice: PostgresNotice) { notices.withLock { $0.append(notice) } }
    }
}
