import PostgresClient
import TestSupport
import Testing

@Suite("COPY streams rows in and out")
struct CopyTests {
    private struct SourceError: Error {}

    /// Chunks that end with an error when `fails`, and cut lines anywhere.
    private struct Chunks: AsyncSequence, Sendable {
        let all: [[UInt8]]
        var fails = false

        struct Iterator: AsyncIteratorProtocol {
            var rest: ArraySlice<[UInt8]>
            let fails: Bool

            mutating func next() async throws -> [UInt8]? {
                if let chunk = rest.popFirst() { return chunk }
                if fails { throw SourceError() }
                return nil
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(rest: all[...], fails: fails) }
    }

    private func chunks(_ text: String, of size: Int) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    private static let table = "CREATE TABLE t (n int, word text)"

    @Test("rows arrive whole however the chunks are cut", arguments: [1, 7, 70_000]) func copyIn(size: Int) async throws
    {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(Self.table)
            let text = (0..<5000).map { "\($0)\tword \($0)\n" }.joined()
            let count = try await pool.copyIn("COPY t FROM STDIN", from: Chunks(all: chunks(text, of: size)))
            #expect(count == 5000)
            #expect(try await pool.count("t") == 5000)
        }
    }

    @Test("settings hold during the copy") func settings() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run("CREATE TABLE t (n int, word text DEFAULT current_setting('precert.word'))")
            try await pool.copyIn(
                "COPY t (n) FROM STDIN", from: Chunks(all: [Array("1\n".utf8)]), settings: ["precert.word": "yes"])
            let rows = try await pool.call("SELECT word FROM t")
            #expect(try rows.map { try $0.decode(String.self) } == ["yes"])
        }
    }

    @Test("a source that fails leaves nothing behind") func sourceFails() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            try await pool.run(Self.table)
            let text = (0..<50_000).map { "\($0)\tx\n" }.joined()
            await #expect(throws: SourceError.self) {
                try await pool.copyIn(
                    "COPY t FROM STDIN", from: Chunks(all: chunks(text, of: 10_000), fails: true))
            }
            #expect(try await pool.count("t") == 0)
        }
    }

    @Test("a bad row is the server's error, without its value") func badRow() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            try await pool.run(Self.table)
            let text = "1\tx\nCanary\ty\n" + (0..<100_000).map { "\($0)\tx\n" }.joined()
            let error = try await postgresError {
                try await pool.copyIn("COPY t FROM STDIN", from: Chunks(all: chunks(text, of: 10_000)))
            }
            #expect(error.sqlState == "22P02")
            #expect(!error.description.contains("Canary"))
            #expect(try await pool.count("t") == 0)
        }
    }

    @Test(
        "what is not a COPY from here is refused",
        arguments: ["SELECT 1", "COPY t TO STDOUT", "COPY absent FROM STDIN"])
    func notACopy(statement: String) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = database.ownerPool
            try await pool.run(Self.table)
            _ = try await postgresError {
                try await pool.copyIn(SQL(stringLiteral: statement), from: Chunks(all: []))
            }
            #expect(try await pool.count("t") == 0)
        }
    }

    @Test("rows of a session go in with every special character") func sessionRows() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let words: [String?] = [
                "plain", "", nil, "\\N", "tab\there", "line\nfeed", "\r", "back\\slash", "\\.", "żółć",
            ]
            let back = try await database.ownerPool.transaction { session in
                try session.runScript("CREATE TEMPORARY TABLE s (n int, word text) ON COMMIT DROP")
                let rows = words.enumerated().map { [String($0.offset), $0.element] }
                #expect(try session.copyIn("COPY s FROM STDIN", rows: rows) == words.count)
                return try session.query("SELECT word FROM s ORDER BY n").map { try $0.decode(String?.self) }
            }
            #expect(back == words)
        }
    }

    @Test("a session goes on after a copy that failed") func sessionFailure() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.withSession { session in
                try session.runScript(Self.table)
                #expect(throws: PostgresError.self) { try session.copyIn("COPY t FROM STDIN", rows: [["x", "y"]]) }
                #expect(try session.query("SELECT 1").count == 1)
            }
        }
    }

    @Test("all bytes come out, in pieces") func copyOut() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            let out = pool.copyOut("COPY (SELECT n FROM generate_series(1, 50000) n) TO STDOUT")
            let expected = (1...50_000).map { "\($0)\n" }.joined()
            for _ in 0..<2 {
                var bytes: [UInt8] = []
                var pieces = 0
                for try await piece in out {
                    bytes += piece
                    pieces += 1
                }
                #expect(bytes == Array(expected.utf8))
                #expect((2...8).contains(pieces))
            }
            try await pool.withSession { session in
                var bytes: [UInt8] = []
                try session.copyOut("COPY (SELECT n FROM generate_series(1, 50000) n) TO STDOUT") { bytes += $0 }
                #expect(bytes == Array(expected.utf8))
            }
        }
    }

    @Test("an error in the midst of a copy out is thrown") func copyOutFails() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            let error = try await postgresError {
                for try await _ in pool.copyOut(
                    "COPY (SELECT 1 / (40000 - n) FROM generate_series(1, 50000) n) TO STDOUT")
                {}
            }
            #expect(error.sqlState == "22012")
            #expect(try await pool.call("SELECT 1").count == 1)
        }
    }

    @Test("a reader that stops early gives the connection up") func stopEarly() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            for try await _ in pool.copyOut("COPY (SELECT n FROM generate_series(1, 500000) n) TO STDOUT") { break }
            #expect(try await pool.call("SELECT 1").count == 1)
            await #expect(throws: SourceError.self) {
                try await pool.withSession { session in
                    try session.copyOut("COPY (SELECT n FROM generate_series(1, 500000) n) TO STDOUT") { _ in
                        throw SourceError()
                    }
                }
            }
            #expect(try await pool.call("SELECT 1").count == 1)
        }
    }

    @Test("cancelling stops a copy whose source is waited for") func cancelled() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let pool = PostgresPool(PostgresConfiguration(connectionString: database.connectionString, poolSize: 1))
            defer { pool.close() }
            try await pool.run(Self.table)
            let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
            continuation.yield(Array("1\tx\n".utf8))
            let task = Task { try await pool.copyIn("COPY t FROM STDIN", from: stream) }
            try await database.ownerPool.waitUntilRunning("COPY t FROM")
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .cancelled)
            #expect(try await pool.count("t") == 0)
        }
    }
}
