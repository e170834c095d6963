import Engine
import Failpoints
import Foundation
import Logging

/// Delivers one submission of the outbox and tells the engine how it went.
struct SubmissionDelivery: Sendable {
    let engine: Engine
    let drop: FileDrop
    let logger: Logger

    enum Outcome: Sendable { case delivered, failed, fenced }

    func run(_ effect: ClaimedEffect) async throws -> Outcome {
        let key = effect.idempotencyKey
        Failpoint.hit("submit.after_claim")
        let submission = try await engine.submission(for: effect)
        guard submission.channel == "file_drop" else {
            return try await giveBack(effect, "the channel \"\(submission.channel)\" cannot be served by this worker")
        }
        var files = [
            FileDrop.File(name: "packet.txt", content: Array(submission.document.utf8)),
            FileDrop.File(name: "packet.json", content: Array(submission.json.utf8)),
        ]
        files += submission.attachments.map { FileDrop.File(name: $0.name, content: $0.content) }
        do {
            // A repeat needs no question to anyone: what an earlier try delivered lies there under the same key.
            let delivery = try drop.deliver(
                files, payer: submission.payer, key: key, isRepeat: effect.isRepeat)
            Failpoint.hit("submit.after_drop")
            let answer = try await engine.complete(
                effect, event: "submission.delivered", confirmation: "\(submission.payer)/\(key)")
            Failpoint.hit("submit.after_complete")
            logger.info("delivered", metadata: ["packet": "\(key)", "repeat": "\(delivery == .wasThere)"])
            return answer == "fenced" ? .fenced : .delivered
        } catch let error as FileDropError {
            return try await giveBack(effect, error.description)
        }
    }

    private func giveBack(_ effect: ClaimedEffect, _ reason: String) async throws -> Outcome {
        let status = try await engine.fail(effect, reason: reason, eventWhenDead: "submission.failed")
        logger.warning(
            "not delivered: \(reason)",
            metadata: ["packet": "\(effect.idempotencyKey)", "attempt": "\(effect.attempts)", "now": "\(status)"])
        return status == "fenced" ? .fenced : .failed
    }
}
