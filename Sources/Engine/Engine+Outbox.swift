public import Foundation
import PostgresClient

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

/// A submission on its way out.
public struct OutgoingSubmission: Sendable {
    /// How the payer takes it, for example `file_drop`.
    public let channel: String
    public let payer: String
    /// The readable document, and the same for a program.
    public let document: String
    public let json: String
    /// The documents that were on file when the submission was asked for.
    public let attachments: [Attachment]

    public struct Attachment: Sendable {
        public let sha256: String
        public let mediaType: String
        public let content: [UInt8]

        /// A file name that tells nothing but the content's digest and kind.
        public var name: String {
            let ending =
                switch mediaType {
                case "application/pdf": ".pdf"
                case "image/png": ".png"
                case "image/jpeg": ".jpg"
                case "image/tiff": ".tiff"
                case "text/plain": ".txt"
                case "application/json": ".json"
                default: ".bin"
                }
            return "document-\(sha256.prefix(16))\(ending)"
        }
    }
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
                from precert.claim_effects(\(kinds), \(Int32(limit)), make_interval(secs => \(lease)),
                    \(Int32(Self.maximumAttempts)))
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

    /// What an effect of kind `submission` must deliver, as it was fixed when the submission was asked for. Holds
    /// patient data.
    public func submission(for effect: ClaimedEffect) async throws -> OutgoingSubmission {
        try await transaction(readOnly: true) { session in
            let row = try session.one(
                """
                select s.channel, r.payer_id, s.packet->>'document' as document, s.packet->>'json' as json
                from precert.submission s
                join precert.request r using (organization_id, request_id)
                where s.organization_id = precert.organization() and s.request_id = \(effect.requestID)
                    and s.seq = \(effect.seq)
                """)
            let attachments = try session.query(
                """
                select encode(d.sha256, 'hex') as sha256, d.media_type, d.content
                from precert.request_document rd
                join precert.document d using (organization_id, sha256)
                where rd.organization_id = precert.organization() and rd.request_id = \(effect.requestID)
                    and rd.seq <= \(effect.seq)
                order by d.sha256
                """)
            return try OutgoingSubmission(
                channel: row.get("channel", as: String.self), payer: row.get("payer_id", as: String.self),
                document: row.get("document", as: String.self), json: row.get("json", as: String.self),
                attachments: attachments.map { attachment in
                    try OutgoingSubmission.Attachment(
                        sha256: attachment.get("sha256", as: String.self),
                        mediaType: attachment.get("media_type", as: String.self),
                        content: attachment.get("content", as: [UInt8].self))
                })
        }
    }

    /// Ends an effect with the event that tells of it.
    /// - Parameter confirmation: where it arrived, without patient data.
    /// - Returns: `done`, `duplicate`, or `fenced` (the lease had ended and nothing was changed).
    public func complete(_ effect: ClaimedEffect, event: String, confirmation: String) async throws -> String {
        let payload = try PostgresJSON(encoding: ["confirmation": confirmation])
        return try await transaction { [actor] session in
            try session.one(
                "select precert.complete_effect(\(effect.id), \(effect.lease), \(event), \(actor), \(payload))"
            ).decode(String.self)
        }
    }

    /// Gives an effect back after a failed try.
    /// - Parameter reason: without patient data.
    /// - Returns: `ready` (it will be tried again), `dead` (a person must see to it) or `fenced`.
    public func fail(_ effect: ClaimedEffect, reason: String, eventWhenDead: String) async throws -> String {
        try await transaction { [actor] session in
            try session.one(
                """
                select precert.fail_effect(\(effect.id), \(effect.lease), \(reason), \(eventWhenDead), \(actor),
                    \(Int32(Self.maximumAttempts)))
                """
            ).decode(String.self)
        }
    }
}
