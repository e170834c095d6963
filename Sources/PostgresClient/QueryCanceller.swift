internal import CLibpq
internal import Synchronization

/// Cancels what a connection is doing, from any thread, and only while it is doing it for the one who asks.
///
/// libpq's cancel request is a message on a connection of its own, and the server interrupts whatever statement runs when
/// it arrives. So every use of the connection is an epoch. A request is sent only inside its own epoch, while it is
/// armed, and under the lock that `disarm` takes: when `disarm` returns, no request is on its way any more, and COMMIT
/// may be sent.
final class QueryCanceller: Sendable {
    /// libpq lets a cancel handle be used from any thread, hence `@unchecked Sendable`.
    private struct Handle: @unchecked Sendable {
        let raw: OpaquePointer?
    }
    private struct State {
        var handle = Handle(raw: nil)
        var epoch: UInt64 = 0
        var isArmed = false
        var isCancelled = false
    }
    private let state = Mutex(State())

    deinit { state.withLock { PQfreeCancel($0.handle.raw) } }

    /// Takes the handle of a connection that was just made.
    func attach(to connection: OpaquePointer) {
        let handle = Handle(raw: PQgetCancel(connection))
        state.withLock {
            PQfreeCancel($0.handle.raw)
            $0.handle = handle
        }
    }

    /// Begins an epoch in which cancelling is allowed.
    func arm() -> UInt64 {
        state.withLock {
            $0.epoch += 1
            $0.isArmed = true
            $0.isCancelled = false
            return $0.epoch
        }
    }

    /// Ends the possibility to cancel, waiting for a request that is being sent.
    func disarm() { state.withLock { $0.isArmed = false } }

    /// Whether the present epoch was cancelled.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Cancels everything until the end of the epoch; returns at once.
    ///
    /// A request that arrives between two statements does nothing, so it is repeated until the epoch ends.
    func cancel(epoch: UInt64) {
        let isCurrent = state.withLock {
            guard $0.epoch == epoch, $0.isArmed else { return false }
            $0.isCancelled = true
            return true
        }
        guard isCurrent else { return }
        startThread { [self] in
            var pause: UInt32 = 5_000
            while sendRequest(epoch: epoch) {
                sleepMicroseconds(pause)
                pause = min(pause * 2, 200_000)
            }
        }
    }

    private func sendRequest(epoch: UInt64) -> Bool {
        state.withLock {
            guard $0.epoch == epoch, $0.isArmed, let handle = $0.handle.raw else { return false }
            var reason = [CChar](repeating: 0, count: 256)
            PQcancel(handle, &reason, Int32(reason.count))
            return true
        }
    }
}
