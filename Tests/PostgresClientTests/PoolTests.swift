import PostgresClient
import TestSupport
import Testing

@Suite("A pool lends connections")
struct PoolTests {
    private func pool(_ database: TestDatabase, size: Int = 1, wait: Duration = .seconds(30)) -> PostgresPool {
        PostgresPool(
            PostgresConfiguration(
                connectionString: database.connectionString, poolSize: size, poolWaitTimeout: wait))
    }

    @Test("waiting for a connection has an end") func waitTimeout() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database, wait: .milliseconds(10))
            let holder = Task { try await pool.call("SELECT pg_sleep(600)") }
            try await database.ownerPool.waitUntilRunning("pg_sleep(600)")
            let error = try await postgresError { _ = try await pool.call("SELECT 1") }
            #expect(error.code == .poolTimeout)
            #expect(error.isRetryable)
            holder.cancel()
            _ = await holder.result
            pool.close()
        }
    }

    @Test("a waiter can be cancelled") func cancelledWaiter() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database)
            let holder = Task { try await pool.call("SELECT pg_sleep(600)") }
            try await database.ownerPool.waitUntilRunning("pg_sleep(600)")
            let waiter = Task { try await pool.call("SELECT 1") }
            waiter.cancel()
            let error = try await postgresError { _ = try await waiter.value }
            #expect(error.code == .cancelled)
            holder.cancel()
            _ = await holder.result
            pool.close()
        }
    }

    @Test("many tasks share few connections") func sharing() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database, size: 3)
            let backends = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        let rows = try await pool.call("SELECT pg_backend_pid()")
                        return try #require(rows.first).decode(Int.self)
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect((1...3).contains(backends.count))
            pool.close()
        }
    }

    @Test("a connection that died while idle is replaced unnoticed") func staleConnection() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database, size: 2)
            let first = try #require(try await pool.call("SELECT pg_backend_pid()").first).decode(Int32.self)
            // Returns when the backend is gone.
            _ = try await database.ownerPool.call("SELECT pg_terminate_backend(\(first), 10000)")
            let second = try #require(try await pool.call("SELECT pg_backend_pid()").first).decode(Int32.self)
            #expect(first != second)
            pool.close()
        }
    }

    @Test("a connection left inside a transaction is thrown away") func leftOpen() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database)
            let first = try await pool.withSession { session in
                try session.runScript("BEGIN")
                return try session.queryOne("SELECT pg_backend_pid()")?.decode(Int32.self)
            }
            let second = try await pool.withSession { try $0.queryOne("SELECT pg_backend_pid()")?.decode(Int32.self) }
            #expect(first != second)
            pool.close()
        }
    }

    @Test("a closed pool refuses") func closed() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = pool(database)
            _ = try await pool.call("SELECT 1")
            await pool.closeAndWait()
            let error = try await postgresError { _ = try await pool.call("SELECT 1") }
            #expect(error.code == .poolClosed)
        }
    }

    @Test("the role is taken on at once") func role() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(
                PostgresConfiguration(connectionString: database.connectionString, role: "pg_monitor"))
            let rows = try await pool.call("SELECT current_user::text, current_setting('application_name')")
            let (role, application) = try #require(rows.first).decode(String.self, String.self)
            #expect(role == "pg_monitor")
            #expect(application == "precert")
            let missing = PostgresPool(
                PostgresConfiguration(connectionString: database.connectionString, role: "no such role"))
            let error = try await postgresError { _ = try await missing.call("SELECT 1") }
            #expect(error.sqlState == "22023")
            pool.close()
        }
    }

    @Test("a server that is not there", arguments: ["host=/nonexistent dbname=x", "host=127.0.0.1 port=1 dbname=x"])
    func noServer(connectionString: String) async throws {
        let pool = PostgresPool(PostgresConfiguration(connectionString: connectionString))
        let error = try await postgresError { _ = try await pool.call("SELECT 1") }
        #expect(error.code == .connectionFailed)
    }

    private func withAbsentHostFirst(_ connectionString: String) -> String {
        var words: [String] = []
        var (host, port) = ("", "5432")
        for word in connectionString.split(separator: " ") {
            if word.hasPrefix("host=") {
                host = String(word.dropFirst(6).dropLast())
            } else if word.hasPrefix("port=") {
                port = String(word.dropFirst(6).dropLast())
            } else {
                words.append(String(word))
            }
        }
        words.append("host=/nonexistent,\(host) port=5432,\(port) target_session_attrs=read-write")
        return words.joined(separator: " ")
    }

    @Test("the first of several hosts that answers is taken") func severalHosts() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let string = withAbsentHostFirst(database.connectionString)
            let pool = PostgresPool(PostgresConfiguration(connectionString: string))
            let rows = try await pool.call("SELECT 1")
            #expect(rows.count == 1)
            pool.close()
        }
    }

    @Test("an unreadable connection string is not repeated") func unreadable() throws {
        let error = #expect(throws: PostgresError.self) {
            try PostgresConfiguration.connectionString("host=a password='secret", database: "x")
        }
        #expect(error?.description.contains("secret") == false)
    }

    @Test("a database is replaced in a string and in a URI") func replacedDatabase() throws {
        #expect(
            try PostgresConfiguration.connectionString("host=/run dbname=a user=u", database: "it's")
                .contains("dbname='it\\'s'"))
        let text = try PostgresConfiguration.connectionString("postgresql://u@h:5433/a?sslmode=require", database: "b")
        for word in ["host='h'", "port='5433'", "user='u'", "dbname='b'", "sslmode='require'"] {
            #expect(text.contains(word))
        }
    }
}
