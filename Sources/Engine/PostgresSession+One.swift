public import PostgresClient

extension PostgresSession {
    /// The only row of a query that cannot answer none.
    func one(_ sql: SQL) throws -> PostgresRow {
        guard let row = try queryOne(sql) else { throw EngineError(.notFound, "it is not there any more; look again") }
        return row
    }
}

extension PostgresError {
    /// The server cannot be reached, or does not do this now: it restarts, is read-only, is out of connections.
    public var isUnavailable: Bool {
        [.connectionFailed, .serverUnavailable, .connectionLost, .poolTimeout].contains(code) || isServerRestarting
            || isReadOnly || isTooManyConnections || isLockTimeout
    }
}
