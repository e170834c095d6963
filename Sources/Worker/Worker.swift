public import Engine
import Failpoints
import Foundation
public import Logging
public import ServiceLifecycle

/// What one pass of a worker did.
public struct PassReport: Sendable {
    public var fired: [FiredDeadline] = []
    public var delivered = 0
    public var failed = 0

    public var isEmpty: Bool { fired.isEmpty && delivered == 0 && failed == 0 }
}

/// Does what nobody types: fires deadlines that came due and delivers the outbox.
///
/// Workers are alike, and any number may run at once: whoever locks a request or claims an effect first does it. A
/// worker that dies loses nothing; what it held is taken up by another when the lease ends.
public struct Worker: Service {
    let engine: Engine
    let drop: FileDrop
    let pause: Duration
    let logger: Logger
    /// How long an effect is held, in seconds.
    static let lease = 60

    /// - Parameter pause: between two passes when there was nothing to do.
    public init(engine: Engine, drop: FileDrop, pause: Duration = .seconds(2), logger: Logger) {
        self.engine = engine
        self.drop = drop
        self.pause = pause
        self.logger = logger
    }

    /// Works until it is asked to stop, then ends what it is doing and returns.
    public func run() async throws {
        logger.info("worker started")
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            do {
                let report = try await pass()
                if !report.isEmpty { continue }
            } catch let error as EngineError where error.code == .unavailable || error.code == .outcomeUnknown {
                // The server restarts, is read-only for a while, or is out of connections: it will be back.
                logger.warning("waiting for the server: \(error)")
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }  // Woken early to stop.
        }
        logger.info("worker stopped")
    }

    /// One pass: everything that is due now, then everything in the outbox.
    public func pass() async throws -> PassReport {
        var report = PassReport()
        report.fired = try await engine.fireDue()
        for fired in report.fired {
            logger.info(
                "came due",
                metadata: [
                    "request": "\(fired.reference)", "deadline": "\(fired.deadline)",
                    "event": "\(fired.event ?? "-")", "alert": "\(fired.alert ?? "-")",
                ])
        }
        let delivery = SubmissionDelivery(engine: engine, drop: drop, logger: logger)
        while !Task.isShuttingDownGracefully {
            Failpoint.hit("submit.before_claim")
            let claimed = try await engine.claimEffects(kinds: ["submission"], limit: 10, lease: Self.lease)
            if claimed.isEmpty { break }
            for effect in claimed {
                switch try await delivery.run(effect) {
                case .delivered: report.delivered += 1
                case .failed: report.failed += 1
                case .fenced: break
                }
            }
        }
        return report
    }
}
