public import CivilTime
public import Foundation
public import PostgresClient

/// What an event came to.
public struct EventResult: Sendable, Hashable, Encodable {
    /// `applied` or `duplicate` (it is stored already, from an earlier try).
    public let outcome: String
    /// The event's number in the request's history.
    public let seq: Int64
    public let fromState: String
    public let toState: String
}

/// A request as lists show it. The patient stands there by initials.
public struct RequestSummary: Sendable, Hashable {
    public let id: UUID
    public let reference: String
    public let payerID: String
    public let payerName: String
    public let patientInitials: String
    public let drug: String
    /// Of the first service line.
    public let hcpcs: String
    public let units: String
    /// How many service lines there are.
    public let lineCount: Int
    public let urgency: String
    public let state: String
    public let stateTitle: String
    public let owner: String?
    public let openedAt: Date
    public let plannedOn: CivilDate
    /// What runs out next, and when; nothing in a final state.
    public let nextDeadline: String?
    public let nextDue: Date?
    /// On the payer's clock.
    public let nextDueOn: String?
    /// Of a notice: when that ends which it warns of, on the payer's clock.
    public let nextEndsOn: String?
    /// The event number at which this was read.
    public let seq: Int64
}

extension RequestSummary {
    /// `J2323`, or `J2323 +1` when there is another line.
    public var codeInShort: String { hcpcs + (lineCount > 1 ? " +\(lineCount - 1)" : "") }
}

/// Which requests to list.
public struct RequestFilter: Sendable {
    public var states: [String] = []
    public var payer: String?
    public var owner: String?
    public var limit = 200

    public init() {}
}

extension Engine {
    /// Stores an order as a new request and moves it to criteria collection.
    ///
    /// - Returns: the new request's reference.
    /// - Throws: `EngineError`: `.notPublished` (payer or workflow), `.conflict` (a live request of this patient for the
    ///   same code; the message names it).
    public func open(_ request: NewRequest, workflow: String = "prior-authorization") async throws -> String {
        var generator = SystemRandomNumberGenerator()
        let reference = RequestReference.random(using: &generator).description
        let id = UUID.version7(at: asOf ?? Date())
        let order = try PostgresJSON(encoding: request)
        _ = try await transaction { [actor] session in
            try session.query(
                """
                select outcome from precert.open_request(\(order) || jsonb_build_object('request_id', \(id),
                    'reference', \(reference), 'workflow', \(workflow)), \(actor))
                """)
        }
        return reference
    }

    /// The one request whose id begins with what was typed.
    ///
    /// - Throws: `EngineError`: `.notFound`; `.ambiguous`, with up to five of the ids that fit.
    public func find(_ typed: String) async throws -> (id: UUID, reference: String, payerID: String) {
        guard let prefix = RequestReference.prefix(from: typed) else {
            throw EngineError(.notFound, "\"\(typed.prefix(20))\" is no request id; ids look like PA-7KQ2M9XD")
        }
        let found = try await transaction(readOnly: true) { session in
            // "C" order and a closed upper end make this a range of the index on the reference.
            try session.query(
                """
                select request_id, reference, payer_id from precert.request
                where organization_id = precert.organization() and reference >= \(prefix) and reference < \(prefix + "~")
                order by reference limit 6
                """
            ).map { try $0.decode(UUID.self, String.self, String.self) }
        }
        guard let first = found.first else { throw EngineError(.notFound, "no request \(prefix)") }
        guard found.count == 1 else {
            let names = found.prefix(5).map(\.1).joined(separator: ", ")
            throw EngineError(.ambiguous, "\(prefix) fits several requests: \(names)\(found.count > 5 ? ", …" : "")")
        }
        return (first.0, first.1, first.2)
    }

    /// Applies one event that carries nothing but itself.
    ///
    /// - Parameters:
    ///   - sourceKey: names the occasion, so that a repeated call is answered as a duplicate.
    ///   - expectedSeq: refuse with `.conflict` when the request has moved on since it was read.
    public func apply(
        _ event: String, to request: UUID, sourceKey: String, expectedSeq: Int64? = nil,
        payload: PostgresJSON = PostgresJSON("{}")
    ) async throws -> EventResult {
        try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state from precert.apply_event(\(request), \(event), \(sourceKey),
                    \(actor), p_expected_seq => \(expectedSeq), p_payload => \(payload))
                """
            ).eventResult()
        }
    }

    /// Requests, the newest first.
    public func list(_ filter: RequestFilter) async throws -> [RequestSummary] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                select *, precert.local_text(next_due, time_zone) as next_due_on,
                    precert.local_text(next_ends, time_zone) as next_ends_on
                from precert.request_summary
                where organization_id = precert.organization()
                    and (cardinality(\(filter.states)::text[]) = 0 or state = any (\(filter.states)::text[]))
                    and (\(filter.payer)::text is null or payer_id = \(filter.payer)::text)
                    and (\(filter.owner)::text is null or owner = \(filter.owner)::text)
                order by request_id desc limit \(filter.limit)
                """
            ).map { try $0.requestSummary() }
        }
    }
}

extension PostgresRow {
    func eventResult() throws -> EventResult {
        EventResult(
            outcome: try get("outcome", as: String.self), seq: try get("seq", as: Int64.self),
            fromState: try get("from_state", as: String.self), toState: try get("to_state", as: String.self))
    }

    func requestSummary() throws -> RequestSummary {
        RequestSummary(
            id: try get("request_id", as: UUID.self), reference: try get("reference", as: String.self),
            payerID: try get("payer_id", as: String.self), payerName: try get("payer_name", as: String.self),
            patientInitials: try get("initials", as: String.self), drug: try get("drug", as: String.self),
            hcpcs: try get("hcpcs", as: String.self), units: try get("units", as: PostgresNumeric.self).description,
            lineCount: try get("lines", as: Int.self),
            urgency: try get("urgency", as: String.self), state: try get("state", as: String.self),
            stateTitle: try get("state_title", as: String.self), owner: try get("owner", as: String?.self),
            openedAt: try get("opened_at", as: Date.self), plannedOn: try get("planned_on", as: CivilDate.self),
            nextDeadline: try get("next_deadline", as: String?.self), nextDue: try get("next_due", as: Date?.self),
            nextDueOn: try get("next_due_on", as: String?.self),
            nextEndsOn: try get("next_ends_on", as: String?.self),
            seq: try get("seq", as: Int64.self))
    }
}
