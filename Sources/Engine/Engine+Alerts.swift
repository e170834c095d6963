import Failpoints
public import Foundation
import PostgresClient

/// Something that a person should see to. Raised once.
public struct Alert: Sendable, Hashable {
    public let id: UUID
    public let reference: String
    public let kind: String
    public let title: String
    /// `info`, `warning` or `urgent`.
    public let severity: String
    /// When it was due, which may be long before it was raised: a missed night is caught up.
    public let dueAt: Date
    /// The same as the payer's clock has it: `2026-12-05`, or with the time when it is not a whole day.
    public let dueOn: String
    /// Of a notice: when that ends which it warns of.
    public let endsAt: Date?
    public let endsOn: String?
    public let raisedAt: Date
    public let raisedOn: String
    public let acknowledgedBy: String?
    public let owner: String?
}

/// A deadline that came due and what firing it did.
public struct FiredDeadline: Sendable, Hashable {
    public let reference: String
    public let deadline: String
    public let dueAt: Date
    /// On the payer's clock.
    public let dueOn: String
    /// Of a notice: when that ends which it warns of.
    public let endsOn: String?
    public let alert: String?
    public let event: String?
    public let outcome: String?
    public let toState: String?
}

extension Engine {
    /// Alerts, the most severe and then the longest due first; only those that nobody has acknowledged unless `all`.
    public func alerts(all: Bool = false, limit: Int = 200) async throws -> [Alert] {
        try await transaction(readOnly: true) { session in try session.alerts(includingAcknowledged: all, limit: limit)
        }
    }

    /// Acknowledges the one open alert whose id begins with what was typed.
    public func acknowledgeAlert(_ typed: String) async throws -> Alert {
        let prefix = typed.lowercased()
        let fitting = try await alerts(limit: 10_000).filter { $0.id.uuidString.lowercased().hasPrefix(prefix) }
        guard let alert = fitting.first, !prefix.isEmpty else {
            throw EngineError(.notFound, "no open alert \"\(typed.prefix(40))\"; precert alerts list shows them")
        }
        guard fitting.count == 1 else { throw EngineError(.ambiguous, "\"\(prefix)\" fits \(fitting.count) alerts") }
        _ = try await transaction { [actor] session in
            try session.query("select precert.acknowledge_alert(\(alert.id), \(actor))")
        }
        return alert
    }

    /// Fires everything that is due, in order, a batch a transaction, until nothing is left.
    ///
    /// - Parameter batch: requests a transaction.
    public func fireDue(batch: Int = 500) async throws -> [FiredDeadline] {
        var fired: [FiredDeadline] = []
        while true {
            try Task.checkCancellation()
            Failpoint.hit("expire.before_batch")
            let round = try await transaction { [actor] session in
                try session.query(
                    """
                    select f.reference, f.deadline, f.due_at, precert.local_text(f.due_at, p.time_zone) as due_on,
                        precert.local_text(f.ends_at, p.time_zone) as ends_on, f.alert, f.event, f.outcome, f.to_state
                    from precert.fire_due(\(Int32(batch)), \(actor)) f
                    join precert.request r on r.organization_id = precert.organization()
                        and r.request_id = f.request_id
                    join precert.payer p on p.payer_id = r.payer_id
                    order by f.due_at, f.request_id
                    """
                ).map { row in
                    try FiredDeadline(
                        reference: row.get("reference", as: String.self),
                        deadline: row.get("deadline", as: String.self), dueAt: row.get("due_at", as: Date.self),
                        dueOn: row.get("due_on", as: String.self), endsOn: row.get("ends_on", as: String?.self),
                        alert: row.get("alert", as: String?.self),
                        event: row.get("event", as: String?.self),
                        outcome: row.get("outcome", as: String?.self), toState: row.get("to_state", as: String?.self))
                }
            }
            Failpoint.hit("expire.after_batch")
            if round.isEmpty { return fired }
            fired += round
        }
    }
}

extension PostgresSession {
    func alerts(request: UUID? = nil, includingAcknowledged: Bool = true, limit: Int = 200) throws -> [Alert] {
        try query(
            """
            select a.alert_id, r.reference, a.kind, a.title, a.severity, a.due_at, a.raised_at, a.acknowledged_by,
                precert.local_text(a.due_at, p.time_zone) as due_on, a.ends_at,
                precert.local_text(a.ends_at, p.time_zone) as ends_on,
                precert.local_text(a.raised_at, p.time_zone) as raised_on, r.owner
            from precert.alert a
            join precert.request r using (organization_id, request_id)
            join precert.payer p on p.payer_id = r.payer_id
            where a.organization_id = precert.organization()
                and (\(includingAcknowledged) or a.acknowledged_at is null)
                and (\(request)::uuid is null or a.request_id = \(request)::uuid)
            order by precert.severity_rank(a.severity), a.due_at, a.alert_id limit \(limit)
            """
        ).map { row in
            try Alert(
                id: row.get("alert_id", as: UUID.self), reference: row.get("reference", as: String.self),
                kind: row.get("kind", as: String.self), title: row.get("title", as: String.self),
                severity: row.get("severity", as: String.self), dueAt: row.get("due_at", as: Date.self),
                dueOn: row.get("due_on", as: String.self), endsAt: row.get("ends_at", as: Date?.self),
                endsOn: row.get("ends_on", as: String?.self), raisedAt: row.get("raised_at", as: Date.self),
                raisedOn: row.get("raised_on", as: String.self),
                acknowledgedBy: row.get("acknowledged_by", as: String?.self), owner: row.get("owner", as: String?.self))
        }
    }
}
