import PostgresClient
import Testing

/// Errors of a server carry a SQLSTATE. libpq makes others itself, some of them before it calls the connection bad.
@Suite("An error that libpq makes itself is a lost connection") struct LibpqErrorTests {
    typealias Way = TransactionTests.Way

    /// Runs `body` with a server and a pool of one connection to it.
    private func withServer(
        garbling statement: String? = nil, _ body: (ScriptedServer, PostgresPool) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(garbling: statement)
        defer { server.stop() }
        let pool = PostgresPool(PostgresConfiguration(connectionString: server.connectionString, poolSize: 1))
        try await body(server, pool)
        await pool.closeAndWait()
    }

    @Test("the server that these tests invent serves", arguments: Way.allCases)
    func undisturbed(way: Way) async throws {
        try await withServer { server, pool in
            for number in 1...3 { try await way.insert(number, into: pool, settings: ["precert.note": "x"]) }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("in answer to COMMIT: the outcome is unknown", arguments: Way.allCases)
    func atCommit(way: Way) async throws {
        try await withServer(garbling: "COMMIT") { server, pool in
            for _ in 1...2 {
                let error = try await postgresError { try await way.insert(1, into: pool) }
                #expect(error.code == .outcomeUnknown)
                #expect(!error.isRetryable)
            }
            #expect(server.connectionCount == 2, "a connection that broke was used again")
        }
    }

    @Test("in answer to a statement: nothing was stored, unless COMMIT was sent along", arguments: Way.allCases)
    func inStatement(way: Way) async throws {
        try await withServer(garbling: "INSERT") { server, pool in
            for _ in 1...2 {
                let error = try await postgresError { try await way.insert(1, into: pool) }
                #expect(error.code == (way == .singleRoundTrip ? .outcomeUnknown : .connectionLost))
                #expect(error.isRetryable == (way != .singleRoundTrip))
            }
            #expect(server.connectionCount == 2, "a connection that broke was used again")
        }
    }

    @Test("in answer to the COMMIT of a transaction that only reads: nothing to know", arguments: [true, false])
    func readOnly(isCancellable: Bool) async throws {
        try await withServer(garbling: "COMMIT") { _, pool in
            let error = try await postgresError {
                _ = try await pool.call("SELECT 1", readOnly: true, cancellable: isCancellable)
            }
            #expect(error.code == .connectionLost)
            #expect(error.isRetryable)
        }
    }

    @Test("a backend that was killed: before COMMIT is sent, and before a statement") func killed() async throws {
        try await withServer { server, pool in
            let atCommit = try await postgresError {
                try await pool.transaction { session in
                    try session.execute("INSERT INTO promise VALUES (1)")
                    server.warnAndHangUp()
                }
            }
            #expect(atCommit.code == .outcomeUnknown)
            let inStatement = try await postgresError {
                try await pool.withSession { session in
                    server.warnAndHangUp()
                    try session.execute("INSERT INTO promise VALUES (1)")
                }
            }
            #expect(inStatement.code == .connectionLost)
            #expect(inStatement.isRetryable)
            try await Way.call.insert(1, into: pool)
        }
    }
}
