public import Foundation
import PostgresClient

/// A row that a person must look at.
public struct QuarantinedRow: Sendable {
    /// What people call it by.
    public let number: Int64
    public let heldAt: Date
    public let payer: String
    public let row: Int
    public let line: Int
    public let reason: String
    public let detail: String
    /// References of the requests that it may belong to.
    public let candidates: [String]
    /// Who settled it, when, and in what words; nothing while it waits.
    public let settled: Settled?
    /// What the row says, by the database's names. With the patient's data only when they were asked for.
    public let values: [String: String]

    public struct Settled: Sendable {
        public let by: String
        public let at: Date
        public let words: String
        public let isDiscarded: Bool
    }
}

/// How a row in quarantine was settled.
public struct QuarantineSettlement: Sendable {
    /// `discarded`, or how the row ended: `applied`, `no_change`, `superseded`, `duplicate`.
    public let outcome: String
    public let fromState: String?
    public let toState: String?
    /// The payer's numbers that lead to the request from now on.
    public let learnedNumbers: [String]
}

extension Engine {
    /// Rows that wait for a person, the longest waiting first.
    public func quarantined(limit: Int = 200) async throws -> [QuarantinedRow] {
        try await transaction(readOnly: true) { session in
            try session.quarantined("q.resolved_at is null", limit: limit, isNamed: false)
        }
    }

    /// One row, settled or not.
    ///
    /// - Parameter purpose: when the patient's data are to be shown, why; writes an access-log row in the same
    ///   transaction.
    public func quarantinedRow(_ number: Int64, purpose: String? = nil) async throws -> QuarantinedRow {
        try await transaction(readOnly: purpose == nil) { [actor] session in
            if let purpose {
                _ = try session.query(
                    """
                    select precert.log_row_access(\(number), \(actor), \(purpose),
                        array['member_id', 'born', 'reason_text', 'raw'])
                    """)
            }
            let rows = try session.quarantined("q.quarantine_no = \(number)", limit: 1, isNamed: purpose != nil)
            guard let row = rows.first else { throw EngineError(.notFound, "nothing is held under \(number)") }
            return row
        }
    }

    /// Settles a row: as the payer's word on a request, or, without one, as nothing.
    ///
    /// - Parameters:
    ///   - kind: what its status means, where the row itself does not say.
    ///   - words: why; kept with the row.
    public func settleQuarantine(
        _ number: Int64, as request: UUID?, kind: String? = nil, words: String
    ) async throws -> QuarantineSettlement {
        try await transaction { [actor] session in
            let row = try session.one(
                """
                select outcome, from_state, to_state, numbers
                from precert.settle_quarantine(\(number), \(request), \(kind), \(words), \(actor))
                """)
            return try QuarantineSettlement(
                outcome: row.get("outcome", as: String.self), fromState: row.get("from_state", as: String?.self),
                toState: row.get("to_state", as: String?.self), learnedNumbers: row.get("numbers", as: [String].self))
        }
    }
}

extension PostgresSession {
    /// - Parameter isNamed: with what identifies the patient.
    fileprivate func quarantined(_ condition: SQL, limit: Int, isNamed: Bool) throws -> [QuarantinedRow] {
        let hidden = isNamed ? [] : ["member_id", "born", "reason_text", "raw"]
        return try query(
            """
            select q.quarantine_no, q.held_at, q.payer_id, q.row_no, r.line, q.reason, q.detail, q.resolved_by,
                q.resolved_at, q.resolution, q.is_discarded, said.keys, said.texts,
                array(select c.reference from precert.request c
                    where c.organization_id = q.organization_id and c.request_id = any (q.candidates)
                    order by c.reference) as candidates
            from precert.quarantine q
            join precert.import_row r using (organization_id, batch_id, row_no)
            cross join lateral (
                select coalesce(array_agg(x.key), '{}') as keys, coalesce(array_agg(x.value), '{}') as texts
                from jsonb_each_text(r.record) x
                where x.key <> all (\(hidden))
            ) said
            where q.organization_id = precert.organization() and \(fragment: condition)
            order by q.held_at, q.quarantine_no limit \(limit)
            """
        ).map { row in
            let keys = try row.get("keys", as: [String].self)
            let settled = try row.get("resolved_by", as: String?.self).map { person in
                try QuarantinedRow.Settled(
                    by: person, at: row.get("resolved_at", as: Date.self),
                    words: row.get("resolution", as: String.self),
                    isDiscarded: row.get("is_discarded", as: Bool.self))
            }
            return try QuarantinedRow(
                number: row.get("quarantine_no", as: Int64.self), heldAt: row.get("held_at", as: Date.self),
                payer: row.get("payer_id", as: String.self), row: row.get("row_no", as: Int.self),
                line: row.get("line", as: Int.self), reason: row.get("reason", as: String.self),
                detail: row.get("detail", as: String.self), candidates: row.get("candidates", as: [String].self),
                settled: settled,
                values: Dictionary(zip(keys, row.get("texts", as: [String].self)), uniquingKeysWith: { $1 }))
        }
    }
}
