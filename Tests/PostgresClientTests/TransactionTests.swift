import PostgresClient
import TestSupport
import Testing

@Suite("A transaction ends as committed, rolled back or unknown")
struct TransactionTests {
    private struct BodyError: Error {}

    /// A table whose rows are checked at COMMIT by a trigger that runs `action`.
    private static func deferredTrigger(_ action: String) -> String {
        """
        CREATE TABLE promise (n int PRIMARY KEY);
        CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(action); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON promise DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION act();
        """
    }

    /// The two ways to do one insert: as a body and as a call, cancellable or in one round trip.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case body, call, singleRoundTrip
        var testDescription: String { rawValue }

        func insert(_ number: Int, into pool: PostgresPool, settings: [String: String] = [:]) async throws {
            let sql: SQL = "INSERT INTO promise VALUES (\(number))"
            switch self {
            case .body: try await pool.transaction(settings: settings) { try $0.execute(sql) }
            case .call: _ = try await pool.call(sql, settings: settings)
            case .singleRoundTrip: _ = try await pool.call(sql, settings: settings, cancellable: false)
            }
        }
    }

    @Test("a body that returns is committed, one that throws is not") func commitsAndRollsBack() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE promise (n int PRIMARY KEY)")
            let answer = try await pool.transaction { session in
                try session.execute("INSERT INTO promise VALUES (1)")
                return try session.queryOne("SELECT n + 41 FROM promise")?.decode(Int.self)
            }
            #expect(answer == 42)
            await #expect(throws: BodyError.self) {
                try await pool.transaction { session in
                    try session.execute("INSERT INTO promise VALUES (2)")
                    throw BodyError()
                }
            }
            #expect(try await pool.count("promise") == 1)
        }
    }

    @Test("settings hold inside the transaction and not after it", arguments: Way.allCases)
    func settings(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            let text = "it's \\ a \"value\"; SELECT 1"
            try await pool.run(
                """
                CREATE TABLE promise (n int, seen text);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN NEW.seen := current_setting('precert.note'); RETURN NEW; END $$;
                CREATE TRIGGER see BEFORE INSERT ON promise FOR EACH ROW EXECUTE FUNCTION see();
                """)
            try await way.insert(1, into: pool, settings: ["precert.note": text, "precert.organization": "x"])
            let rows = try await pool.withSession {
                try $0.query("SELECT seen, nullif(current_setting('precert.note', true), '') FROM promise")
            }
            let (seen, later) = try #require(rows.first).decode(String.self, String?.self)
            #expect(seen == text)
            #expect(later == nil)
        }
    }

    @Test("a setting's name cannot smuggle SQL", arguments: ["a b", "a;b", "A", "", "a'b", "a-b"])
    func settingNames(name: String) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let error = try await postgresError {
                _ = try await database.ownerPool.call("SELECT 1", settings: [name: "x"])
            }
            #expect(error.code == .usage)
        }
    }

    @Test("read-only and isolation are what was asked for") func modes() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            let level = try await pool.transaction(isolation: .serializable) {
                try $0.queryOne("SHOW transaction_isolation")?.decode(String.self)
            }
            #expect(level == "serializable")
            let error = try await postgresError {
                try await pool.transaction(readOnly: true) { try $0.runScript("CREATE TABLE t (a int)") }
            }
            #expect(error.isReadOnly)
            #expect(error.isRetryable)
        }
    }

    @Test("a server that is read-only says so", arguments: Way.allCases) func readOnlyServer(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.run("CREATE TABLE promise (n int PRIMARY KEY)")
            try await database.ownerPool.run(
                "ALTER DATABASE \"\(database.name)\" SET default_transaction_read_only = on")
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString))
            let error = try await postgresError { try await way.insert(1, into: pool) }
            #expect(error.isReadOnly)
            pool.close()
        }
    }

    @Test("a rule broken at COMMIT is a rollback", arguments: Way.allCases)
    func failedCommit(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(Self.deferredTrigger("RAISE EXCEPTION 'no' USING ERRCODE = 'PC001'"))
            let error = try await postgresError { try await way.insert(1, into: pool) }
            #expect(error.code == .server)
            #expect(error.sqlState == "PC001")
            #expect(error.outcome == .rolledBack)
            #expect(try await pool.count("promise") == 0)
        }
    }

    @Test("a connection lost during COMMIT leaves the outcome unknown", arguments: Way.allCases)
    func lostDuringCommit(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(Self.deferredTrigger("PERFORM pg_terminate_backend(pg_backend_pid())"))
            let error = try await postgresError { try await way.insert(1, into: pool) }
            #expect(error.code == .outcomeUnknown)
            #expect(error.outcome == .unknown)
            #expect(!error.isRetryable)
            #expect(error.description.contains("repeating is safe"))
            #expect(try await pool.count("promise") == 0)
        }
    }

    @Test("a warning during COMMIT leaves the outcome unknown", arguments: Way.allCases)
    func warningDuringCommit(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(Self.deferredTrigger("RAISE WARNING 'the standby did not answer'"))
            let error = try await postgresError { try await way.insert(1, into: pool) }
            #expect(error.code == .outcomeUnknown)
        }
    }

    @Test("a warning of a statement says nothing about COMMIT", arguments: Way.allCases)
    func warningBeforeCommit(way: Way) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(
                Self.deferredTrigger("RAISE NOTICE 'fine'") + """
                    CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE WARNING 'hm'; RETURN NULL; END $$;
                    CREATE TRIGGER warn AFTER INSERT ON promise FOR EACH ROW EXECUTE FUNCTION warn();
                    """)
            try await way.insert(1, into: pool)
            #expect(try await pool.count("promise") == 1)
        }
    }

    @Test("a connection lost before COMMIT is a rollback") func lostBeforeCommit() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            for way in [0, 1] {
                let error = try await postgresError {
                    if way == 0 {
                        try await pool.transaction { _ = try $0.query("SELECT pg_terminate_backend(pg_backend_pid())") }
                    } else {
                        _ = try await pool.call("SELECT pg_terminate_backend(pg_backend_pid())")
                    }
                }
                #expect(error.outcome == .rolledBack)
                #expect(error.isServerRestarting)
                #expect(error.isRetryable)
            }
            // The broken connections are gone; the pool goes on.
            #expect(try await pool.call("SELECT 1").count == 1)
        }
    }

    @Test("an error that the body swallows still rolls back") func swallowedError() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE promise (n int PRIMARY KEY)")
            let error = try await postgresError {
                try await pool.transaction { session in
                    try session.execute("INSERT INTO promise VALUES (1)")
                    #expect(throws: PostgresError.self) { try session.query("SELECT 1/0") }
                }
            }
            #expect(error.code == .rolledBack)
            #expect(try await pool.count("promise") == 0)
        }
    }

    @Test("a body may not end the transaction itself", arguments: ["COMMIT", "ROLLBACK"])
    func endedInside(command: String) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let error = try await postgresError {
                try await database.ownerPool.transaction { try $0.runScript(command) }
            }
            #expect(error.code == .usage)
            #expect(try await database.ownerPool.call("SELECT 1").count == 1)
        }
    }

    @Test("a call returns its rows, and its own error rolls back") func call() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE promise (n int PRIMARY KEY)")
            for cancellable in [true, false] {
                let rows = try await pool.call(
                    "INSERT INTO promise VALUES (\(cancellable ? 1 : 2)) RETURNING n", cancellable: cancellable)
                #expect(try rows.map { try $0.decode(Int.self) } == [cancellable ? 1 : 2])
                let error = try await postgresError {
                    _ = try await pool.call("INSERT INTO promise VALUES (1)", cancellable: cancellable)
                }
                #expect(error.sqlState == "23505")
                #expect(error.constraint == "promise_pkey")
                #expect(error.outcome == .rolledBack)
            }
            #expect(try await pool.count("promise") == 2)
        }
    }

    @Test("two transactions that wait for each other: one is told to try again") func deadlock() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE promise (n int PRIMARY KEY); INSERT INTO promise VALUES (1), (2)")
            let codes = try await withThrowingTaskGroup(of: String?.self) { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        do {
                            try await pool.transaction(settings: ["deadlock_timeout": "10ms"]) { session in
                                try session.execute("SELECT n FROM promise WHERE n = \(first) FOR UPDATE")
                                // Both hold their first row once each has taken its advisory lock, shared.
                                try session.execute("SELECT pg_advisory_xact_lock_shared(\(first))")
                                while try session.queryOne(
                                    """
                                    SELECT count(DISTINCT objid) FROM pg_locks WHERE locktype = 'advisory'
                                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                    """
                                )?.decode(Int.self) != 2 {}
                                try session.execute("SELECT n FROM promise WHERE n = \(second) FOR UPDATE")
                            }
                            return nil
                        } catch let error as PostgresError {
                            return error.isSerializationFailure && error.isRetryable ? error.sqlState : "other"
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.contains("40P01"))
            #expect(!codes.contains("other"))
        }
    }
}
