internal import CLibpq

extension PostgresPool {
    /// Sends a sequence of byte chunks to a `COPY … FROM STDIN` in a transaction of its own, and returns how many rows were
    /// stored.
    ///
    /// The chunks may be cut anywhere. When the sequence fails or the task is cancelled, the server is told so and nothing
    /// is stored.
    @discardableResult
    public func copyIn<Chunks: AsyncSequence & Sendable>(
        _ sql: SQL, from chunks: Chunks, settings: [String: String] = [:]
    ) async throws -> Int where Chunks.Element == [UInt8] {
        let opening = TransactionOpening(settings: settings)
        let connection = try await lease()
        do {
            let count = try await connection.cancellable {
                try await connection.step { try $0.beginCopy(sql, opening, expecting: PGRES_COPY_IN) }
                do {
                    var buffer = CopyBuffer()
                    for try await chunk in chunks {
                        try Task.checkCancellation()
                        if let full = buffer.append(chunk) { try await connection.step { try $0.sendCopy(full) } }
                    }
                    try Task.checkCancellation()
                    let remaining = buffer.bytes
                    return try await connection.step { try $0.endCopyAndCommit(remaining: remaining) }
                } catch {
                    try await connection.step { $0.abandonCopy() }
                    throw error is CancellationError ? PostgresError.cancelledByTask : error
                }
            }
            giveBack(connection, isReusable: await connection.isReusable)
            return count
        } catch {
            giveBack(connection, isReusable: await connection.isReusable)
            throw error
        }
    }

    /// The bytes of a `COPY … TO STDOUT` in pieces of about 64 KiB, read in a read-only transaction that begins with the
    /// first one. Each iteration runs the statement anew.
    public func copyOut(_ sql: SQL, settings: [String: String] = [:]) -> PostgresCopyOut {
        PostgresCopyOut(pool: self, sql: sql, opening: TransactionOpening(settings: settings, isReadOnly: true))
    }
}

/// What a `COPY … TO STDOUT` yields.
public struct PostgresCopyOut: AsyncSequence, Sendable {
    let pool: PostgresPool
    let sql: SQL
    let opening: TransactionOpening

    public func makeAsyncIterator() -> Iterator { Iterator(source: Source(pool: pool), sql: sql, opening: opening) }

    public struct Iterator: AsyncIteratorProtocol {
        private enum Phase { case new, reading, ended }
        private let source: Source
        private let sql: SQL
        private let opening: TransactionOpening
        private var phase = Phase.new

        init(source: Source, sql: SQL, opening: TransactionOpening) {
            self.source = source
            self.sql = sql
            self.opening = opening
        }

        public mutating func next() async throws -> [UInt8]? {
            guard phase != .ended else { return nil }
            do {
                if phase == .new {
                    let (sql, opening) = (sql, opening)
                    let connection = try await source.pool.lease()
                    source.connection = connection
                    phase = .reading
                    try await connection.cancellable {
                        try await connection.step { try $0.beginCopy(sql, opening, expecting: PGRES_COPY_OUT) }
                    }
                }
                guard let connection = source.connection else { return nil }
                try Task.checkCancellation()
                let piece = try await connection.cancellable {
                    try await connection.step { try $0.nextCopyPiece() }
                }
                if let piece { return piece }
                phase = .ended
                try await connection.step { try $0.endCopyTransaction() }
                let isReusable = await connection.isReusable
                source.giveBack(isReusable: isReusable)
                return nil
            } catch {
                phase = .ended
                source.giveBack(isReusable: false)
                throw error is CancellationError ? PostgresError.cancelledByTask : error
            }
        }
    }

    /// Holds the lease. When a reader stops early, the connection is dropped with what is still in it.
    final class Source {
        let pool: PostgresPool
        var connection: PostgresConnection?

        init(pool: PostgresPool) { self.pool = pool }
        deinit { giveBack(isReusable: false) }

        func giveBack(isReusable: Bool) {
            guard let connection else { return }
            self.connection = nil
            pool.giveBack(connection, isReusable: isReusable)
        }
    }
}

extension PostgresSession {
    fileprivate func beginCopy(
        _ sql: SQL, _ opening: TransactionOpening, expecting status: ExecStatusType
    ) throws(PostgresError) {
        let statements = [opening.begin] + (try settingStatements(opening.settings))
        try runScript(statements.joined(separator: "; "))
        try startCopy(sql, expecting: status)
    }

    fileprivate func endCopyAndCommit(remaining: [UInt8]) throws(PostgresError) -> Int {
        let count = try endCopy(remaining: remaining)
        try endTransaction(isReadOnly: false)
        return count
    }

    fileprivate func endCopyTransaction() throws(PostgresError) { try endTransaction(isReadOnly: true) }

    fileprivate func abandonCopy() {
        if PQtransactionStatus(raw) == PQTRANS_ACTIVE { abortCopy("the rows could not be read to their end") }
        rollBack()
    }
}

extension PostgresConnection {
    /// Runs several steps during which cancelling the task cancels the statement under way.
    nonisolated func cancellable<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        let epoch = canceller.arm()
        return try await withTaskCancellationHandler {
            defer { canceller.disarm() }
            return try await body()
        } onCancel: {
            canceller.cancel(epoch: epoch)
        }
    }
}
