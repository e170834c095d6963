internal import Synchronization

/// A handful of connections, opened when they are needed and kept.
///
/// Every method leases one connection for its whole duration and gives it back; a connection that broke, or that was left
/// inside a transaction, is thrown away instead.
public final class PostgresPool: Sendable {
    public let configuration: PostgresConfiguration
    private let queue: Mutex<PoolQueue>

    /// Makes a pool. Nothing is connected until something is asked of it.
    public init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
        queue = Mutex(PoolQueue(limit: max(1, configuration.poolSize)))
    }

    /// Refuses further work and closes idle connections; those in use are closed when they come back.
    public func close() {
        // Closing says goodbye to the server, which blocks: it happens on each connection's own thread.
        for connection in closeQueue() { Task { await connection.close() } }
    }

    /// Does what `close` does and returns once the idle connections are gone.
    public func closeAndWait() async {
        for connection in closeQueue() { await connection.close() }
    }

    private func closeQueue() -> [PostgresConnection] {
        let (idle, waiters) = queue.withLock { $0.close() }
        for waiter in waiters { waiter.resume(throwing: PostgresError.closed) }
        return idle
    }

    // MARK: - Use

    /// Runs `body` in a transaction and returns what it returns once the server has confirmed COMMIT.
    ///
    /// `settings` are set with `SET LOCAL`, together with BEGIN in one round trip. When `body` throws, the transaction is
    /// rolled back and the error passed on. Cancelling the task cancels the statement under way and rolls back, until
    /// COMMIT is sent; a COMMIT is never cancelled.
    ///
    /// - Throws: `PostgresError` with code `outcomeUnknown` when COMMIT was sent and not confirmed.
    @discardableResult
    public func transaction<Value: Sendable>(
        settings: [String: String] = [:], readOnly: Bool = false, isolation: IsolationLevel = .readCommitted,
        _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        let opening = TransactionOpening(settings: settings, isReadOnly: readOnly, isolation: isolation)
        return try await use { try $0.transaction(opening, body) }
    }

    /// Runs one statement in a transaction of its own, with as few round trips as its settings allow.
    ///
    /// It gives the same promises as `transaction`. With `cancellable` false the whole of it is one round trip, and
    /// cancelling the task has an effect only until it is sent; `statement_timeout` still bounds it.
    @discardableResult
    public func call(
        _ sql: SQL, settings: [String: String] = [:], readOnly: Bool = false, cancellable: Bool = true
    ) async throws -> [PostgresRow] {
        let opening = TransactionOpening(settings: settings, isReadOnly: readOnly)
        return try await use { try $0.call(sql, opening, isCancellable: cancellable) }
    }

    /// Runs `body` with a connection on which every statement commits by itself.
    @discardableResult
    public func withSession<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await use(body)
    }

    private func use<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) async throws -> Value {
        while true {
            let connection = try await lease()
            let canceller = connection.canceller
            let epoch = canceller.arm()
            let use = await withTaskCancellationHandler {
                await connection.use(body)
            } onCancel: {
                canceller.cancel(epoch: epoch)
            }
            guard let use else {
                // It had died while idle, and `body` has not begun.
                discard(connection)
                continue
            }
            giveBack(connection, isReusable: use.isReusable)
            return try use.result.get()
        }
    }

    // MARK: - Leasing

    /// Leases a connection; `giveBack` or `discard` ends the lease.
    func lease() async throws -> PostgresConnection {
        switch try await waitForTurn() {
        case .connection(let connection): return connection
        case .permission:
            let connection = PostgresConnection()
            do {
                try Task.checkCancellation()
                try await connection.connect(configuration)
                return connection
            } catch {
                discard(connection)
                throw error is CancellationError ? PostgresError.cancelledByTask : error
            }
        }
    }

    func giveBack(_ connection: PostgresConnection, isReusable: Bool) {
        guard isReusable else { return discard(connection) }
        let (isKept, waiter) = queue.withLock { $0.giveBack(connection) }
        waiter?.resume(returning: .connection(connection))
        if !isKept { Task { await connection.close() } }
    }

    func discard(_ connection: PostgresConnection) {
        let waiter = queue.withLock { $0.forgetOne() }
        waiter?.resume(returning: .permission)
        Task { await connection.close() }
    }

    private func waitForTurn() async throws -> PoolQueue.Grant {
        if let grant = try queue.withLock({ queue throws(PostgresError) in try queue.grantNow() }) { return grant }
        let ticket = queue.withLock { $0.newTicket() }
        let timeout = configuration.poolWaitTimeout
        let timer = Task {
            try await Task.sleep(for: timeout)
            queue.withLock { $0.removeWaiter(ticket) }?.resume(
                throwing: PostgresError(
                    .poolTimeout, "all \(configuration.poolSize) connections are busy; none came free in \(timeout)"))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Everything that may end the wait looks for the ticket under the same lock.
                let immediate = queue.withLock { queue -> Result<PoolQueue.Grant, any Error>? in
                    if Task.isCancelled { return .failure(PostgresError.cancelledByTask) }
                    do {
                        if let grant = try queue.grantNow() { return .success(grant) }
                    } catch {
                        return .failure(error)
                    }
                    queue.addWaiter(ticket, continuation)
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            queue.withLock { $0.removeWaiter(ticket) }?.resume(throwing: PostgresError.cancelledByTask)
        }
    }
}

extension PostgresError {
    static let closed = PostgresError(.poolClosed, "the connections of this program are closed")
}

/// Who has a connection and who waits for one. Values in, decisions out; the pool acts on them.
struct PoolQueue {
    typealias Waiter = CheckedContinuation<Grant, any Error>

    enum Grant: Sendable {
        case connection(PostgresConnection)
        /// To make a connection.
        case permission
    }

    let limit: Int
    private var idle: [PostgresConnection] = []
    /// Connections that exist or are being made.
    private var count = 0
    private var waiters: [(ticket: UInt64, waiter: Waiter)] = []
    private var lastTicket: UInt64 = 0
    private var isClosed = false

    init(limit: Int) { self.limit = limit }

    /// The connection used last comes first: it is the likeliest to be in the server's caches.
    mutating func grantNow() throws(PostgresError) -> Grant? {
        guard !isClosed else { throw PostgresError.closed }
        if let connection = idle.popLast() { return .connection(connection) }
        guard count < limit else { return nil }
        count += 1
        return .permission
    }

    mutating func newTicket() -> UInt64 {
        lastTicket += 1
        return lastTicket
    }

    mutating func addWaiter(_ ticket: UInt64, _ waiter: Waiter) { waiters.append((ticket, waiter)) }

    mutating func removeWaiter(_ ticket: UInt64) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// The one who gets the connection next, if anybody waits; it is not kept when the pool was closed.
    mutating func giveBack(_ connection: PostgresConnection) -> (isKept: Bool, next: Waiter?) {
        guard !isClosed else {
            count -= 1
            return (false, nil)
        }
        guard waiters.isEmpty else { return (true, waiters.removeFirst().waiter) }
        idle.append(connection)
        return (true, nil)
    }

    /// One connection is gone; the one who may make another, if anybody waits.
    mutating func forgetOne() -> Waiter? {
        guard !isClosed, !waiters.isEmpty else {
            count -= 1
            return nil
        }
        return waiters.removeFirst().waiter
    }

    mutating func close() -> (idle: [PostgresConnection], waiters: [Waiter]) {
        isClosed = true
        defer {
            count -= idle.count
            idle = []
            waiters = []
        }
        return (idle, waiters.map(\.waiter))
    }
}
