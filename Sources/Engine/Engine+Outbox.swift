public import Foundation
public import PostgresClient

/// An effect of the outbox that this worker holds until its lease ends.
public struct ClaimedEffect: Sendable {
    public let id: UUID
    public let requestID: UUID
    public let reference: String
    /// The event that asked for it; with the reference it is the key under which the outside may know it already.
    public let seq: Int64
    public let kind: String
    public let attempts: Int
    /// An earlier try ended without an answer: look whether it arrived before sending again.
    public let isRepeat: Bool
    let lease: UUID

    /// The same for every try: `PA-7KQ2M9XD-6`.
    public var idempotencyKey: String { "\(reference)-\(seq)" }
}

extension Engine {
    /// How often an effect is tried before a person is told.
    public static let maximumAttempts = 10

    /// Claims effects whose time has come, each for `lease` seconds.
    public func claimEffects(kinds: [String], limit: Int, lease: Int) async throws -> [ClaimedEffect] {
        try await transaction { session in
            try session.query(
                """
                select effect_id, request_id, reference, seq, kind, attempts, is_repeat, lease_token
                from precert.claim_effects(\(kinds), \(limit), make_interval(secs => \(lease)), \(Self.maximumAttempts))
                """
            ).map { row in
                try ClaimedEffect(
                    id: row.get("effect_id", as: UUID.self), requestID: row.get("request_id", as: UUID.self),
                    reference: row.get("reference", as: String.self), seq: row.get("seq", as: Int64.self),
                    kind: row.get("kind", as: String.self), attempts: row.get("attempts", as: Int.self),
                    isRepeat: row.get("is_repeat", as: Bool.self), lease: row.get("lease_token", as: UUID.self))
            }
        }
    }

    /// The content of the packet that an effect of kind `submission` must deliver. Holds patient data.
    public func packet(for effect: ClaimedEffect) async throws -> (channel: String, packet: PostgresJSON) {
        try await transaction(readOnly: true) { session in
            try session.queryOne(
                """
                select channel, packet from precert.submission
                where organization_id = precert.organization() and request_id = \(effect.requestID)
                    and seq = \(effect.seq)
                """
            ).decode(String.self, PostgresJSON.self)
        }
    }

    /// Ends an effect with the event that tells of it.
    /// - Returns: `done`, `duplicate`, or `fenced` (the lease had ended and nothing was changed).
    public func complete(_ effect: ClaimedEffect, event: String, payload: PostgresJSON) async throws -> String {
        try await transaction { [actor] session in
            try session.queryOne(
                "select precert.complete_effect(\(effect.id), \(effect.lease), \(event), \(actor), \(payload))"
            ).decode(String.self)
        }
    }

    /// Gives an effect back after a failed try.
    /// - Parameter reason: without patient data.
    /// - Returns: `ready` (it will be tried again), `dead` (a person must see to it) or `fenced`.
    public func fail(_ effect: ClaimedEffect, reason: String, eventWhenDead: String) async throws -> String {
        try await transaction { [actor] session in
            try session.queryOne(
                """
                select precert.fail_effect(\(effect.id), \(effect.lease), \(reason), \(eventWhenDead), \(actor),
                    \(Self.maximumAttempts))
                """
            ).decode(String.self)
        }
    }
}
