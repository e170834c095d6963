import PostgresClient
import TestSupport
import Testing

@Suite("A listener hears notifications")
struct ListenerTests {
    @Test("each one once and in order, on its channels only") func hears() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let listener = try await PostgresListener.start(
                PostgresConfiguration(connectionString: database.connectionString), channels: ["due", "Odd \"name\""])
            try await database.ownerPool.run(
                "NOTIFY due, 'first'; NOTIFY other, 'x'; NOTIFY \"Odd \"\"name\"\"\"; NOTIFY due, 'second'")
            var heard: [String] = []
            for try await notification in listener {
                heard.append(notification.channel + ":" + notification.payload)
                if heard.count == 3 { break }
            }
            #expect(heard == ["due:first", "Odd \"name\":", "due:second"])
            await listener.close()
        }
    }

    @Test("waiting has an end") func timeLimit() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let listener = try await PostgresListener.start(
                PostgresConfiguration(connectionString: database.connectionString), channels: ["due"])
            #expect(try await listener.next(within: .milliseconds(5)) == nil)
            try await database.ownerPool.run("NOTIFY due")
            #expect(try await listener.next(within: .seconds(60))?.channel == "due")
            await listener.close()
        }
    }

    @Test("cancelling ends the wait, and the listener can be asked again") func cancelled() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let listener = try await PostgresListener.start(
                PostgresConfiguration(connectionString: database.connectionString), channels: ["due"])
            let task = Task {
                for try await _ in listener {}
            }
            await Task.yield()
            task.cancel()
            try await task.value
            try await database.ownerPool.run("NOTIFY due")
            #expect(try await listener.next(within: .seconds(60))?.channel == "due")
            await listener.close()
        }
    }

    @Test("a lost connection is an error") func lost() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let listener = try await PostgresListener.start(
                PostgresConfiguration(connectionString: database.connectionString, applicationName: "listener"),
                channels: ["due"])
            let task = Task {
                for try await _ in listener {}
            }
            try await database.ownerPool.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND application_name = 'listener'")
            let error = try await postgresError { try await task.value }
            #expect(error.code == .connectionLost)
            await listener.close()
        }
    }
}
