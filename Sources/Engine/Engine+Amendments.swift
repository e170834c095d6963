import Foundation
import PostgresClient

extension Engine {
    /// The event that changes what a request asks for.
    public static let amendment = "order.amended"

    /// Makes another order of a request that was not sent, in one event. An order that is on record already is answered
    /// as a duplicate.
    ///
    /// - Parameters:
    ///   - request: as it was read; refused with `.conflict` when it has moved on since.
    ///   - evidence: the numbers of what spoke of the order as it was and counts no more.
    /// - Throws: `EngineError`: `.illegalMove` where the request's state has no such move; `.conflict` also when the
    ///   patient has another live request for one of the codes.
    public func amend(
        _ request: RequestCase, to terms: OrderTerms, withdrawing evidence: [Int], reason: String
    ) async throws -> EventResult {
        let order = try PostgresJSON(encoding: terms)
        return try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state from precert.amend_order(\(request.summary.id),
                    \(request.summary.seq), \(order), \(evidence.map(Int32.init)), \(reason), \(actor))
                """
            ).eventResult()
        }
    }
}

extension PostgresSession {
    func amendments(_ id: UUID) throws -> [RequestCase.Amendment] {
        try query(
            """
            select seq, reason, before, after from precert.amendment
            where organization_id = precert.organization() and request_id = \(id) order by seq
            """
        ).map { row in
            let decoder = JSONDecoder()
            let before = try row.get("before", as: PostgresJSON.self)
            let after = try row.get("after", as: PostgresJSON.self)
            return try RequestCase.Amendment(
                seq: row.get("seq", as: Int64.self), reason: row.get("reason", as: String.self),
                before: decoder.decode(OrderTerms.self, from: Data(before.bytes)),
                after: decoder.decode(OrderTerms.self, from: Data(after.bytes)))
        }
    }
}
