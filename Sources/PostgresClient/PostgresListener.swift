internal import CLibpq

/// A message sent with `NOTIFY`.
public struct PostgresNotification: Hashable, Sendable {
    public let channel: String
    public let payload: String
    /// The process id of the backend that sent it.
    public let sender: Int32
}

/// Hears what others `NOTIFY`, on a connection of its own.
///
/// A notification is a hint: one that is sent while the connection is down is lost. So look into the tables once after
/// `start`, after every notification, and now and then without any. Through a pooler in transaction mode LISTEN does not
/// work.
public final class PostgresListener: AsyncSequence, Sendable {
    private let connection: PostgresConnection
    private let wakeUp = WakeUp()

    /// Connects and listens. What is sent after this returns will be heard.
    public static func start(
        _ configuration: PostgresConfiguration, channels: [String]
    ) async throws -> PostgresListener {
        let listener = PostgresListener(connection: PostgresConnection())
        try await listener.connection.connect(configuration)
        try await listener.connection.step { session in
            for channel in channels { try session.runScript("LISTEN \(session.identifier(channel))") }
        }
        return listener
    }

    private init(connection: PostgresConnection) { self.connection = connection }

    /// Waits for the next notification, or for `duration` to pass, which returns nothing. So does cancelling the task.
    ///
    /// - Throws: `PostgresError` with code `connectionLost`; start a new listener then.
    public func next(within duration: Duration) async throws -> PostgresNotification? {
        let deadline = ContinuousClock.now + duration
        return try await wait(until: deadline)
    }

    public func close() async {
        wakeUp.wake()
        await connection.close()
    }

    private func wait(until deadline: ContinuousClock.Instant?) async throws -> PostgresNotification? {
        let wakeUp = wakeUp
        while !Task.isCancelled {
            let notification = try await withTaskCancellationHandler {
                try await connection.step { try $0.waitForNotification(until: deadline, or: wakeUp) }
            } onCancel: {
                wakeUp.wake()
            }
            // Woken by an earlier waiter's cancellation: not ours.
            if let notification { return notification }
            if let deadline, ContinuousClock.now >= deadline { return nil }
        }
        return nil
    }

    public func makeAsyncIterator() -> Iterator { Iterator(listener: self) }

    /// Yields notifications until the task is cancelled; throws when the connection is lost.
    public struct Iterator: AsyncIteratorProtocol {
        let listener: PostgresListener

        public func next() async throws -> PostgresNotification? { try await listener.wait(until: nil) }
    }
}

extension PostgresSession {
    /// A quiet connection is asked for a sign of life this often, so that one that died without a word is noticed.
    private static let heartbeat = Duration.seconds(30)

    fileprivate func waitForNotification(
        until deadline: ContinuousClock.Instant?, or wakeUp: WakeUp
    ) throws(PostgresError) -> PostgresNotification? {
        while true {
            if let notification = nextNotification() { return notification }
            guard PQstatus(raw) == CONNECTION_OK else { throw PostgresError.lost }
            let left = deadline.map { ContinuousClock.now.duration(to: $0) } ?? PostgresSession.heartbeat
            guard left > .zero else { return nil }
            let pause = min(left, PostgresSession.heartbeat)
            guard waitUntilReadable([PQsocket(raw), wakeUp.descriptor], milliseconds: Int32(pause.milliseconds + 1))
            else {
                if pause == PostgresSession.heartbeat { try runScript("") }
                continue
            }
            guard PQconsumeInput(raw) == 1, PQstatus(raw) == CONNECTION_OK else {
                isBroken = true
                throw PostgresError.lost
            }
            if let notification = nextNotification() { return notification }
            if waitUntilReadable([wakeUp.descriptor], milliseconds: 0) {
                wakeUp.reset()
                return nil
            }
        }
    }

    private func nextNotification() -> PostgresNotification? {
        guard let pointer = PQnotifies(raw) else { return nil }
        defer { PQfreemem(pointer) }
        return PostgresNotification(
            channel: String(cString: pointer.pointee.relname), payload: String(cString: pointer.pointee.extra),
            sender: pointer.pointee.be_pid)
    }
}
