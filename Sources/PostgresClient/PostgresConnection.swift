/// A connection with its thread. Whatever runs inside runs on that thread.
actor PostgresConnection {
    nonisolated let canceller = QueryCanceller()
    private nonisolated let thread = ConnectionThread()
    private var session: PostgresSession?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    deinit { thread.stop() }

    /// What came of using the connection.
    struct Use<Value: Sendable>: Sendable {
        let result: Result<Value, any Error>
        /// Whether somebody else may use it next.
        let isReusable: Bool
    }

    func connect(_ configuration: PostgresConfiguration) throws(PostgresError) {
        session = try PostgresSession(configuration: configuration, canceller: canceller)
    }

    /// Runs `body`, or returns nothing when the connection turned out to be gone before anything was sent on it.
    func use<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) -> Use<Value>? {
        guard let session, session.isAlive() else { return nil }
        let result = Result { try body(session) }
        canceller.disarm()
        return Use(result: result, isReusable: session.isReusable)
    }

    /// Runs one step of something that takes several, such as a COPY whose bytes arrive one after the other.
    func step<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) throws -> Value {
        guard let session else { throw PostgresError.lost }
        return try body(session)
    }

    var isReusable: Bool { session?.isReusable ?? false }

    func close() { session = nil }
}
