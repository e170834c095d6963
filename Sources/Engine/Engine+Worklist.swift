public import CivilTime
public import Foundation
import PostgresClient

/// One thing to do, with why it is here.
public struct WorklistItem: Sendable, Hashable {
    public let reference: String
    /// The state's title, or the alert's.
    public let reason: String
    public let severity: String
    public let dueAt: Date
    /// On the payer's clock.
    public let dueOn: String
    /// Of a notice: when that ends which it warns of.
    public let endsAt: Date?
    public let endsOn: String?
    public let stateTitle: String
    public let drug: String
    /// Of the first service line.
    public let hcpcs: String
    /// How many service lines there are.
    public let lineCount: Int
    public let payerName: String
    public let patientInitials: String
    public let urgency: String
    public let plannedOn: CivilDate
    public let owner: String?
}

extension WorklistItem {
    /// `J2323`, or `J2323 +1` when there is another line.
    public var codeInShort: String { hcpcs + (lineCount > 1 ? " +\(lineCount - 1)" : "") }
}

/// An approval with its end.
public struct ExpiringAuthorization: Sendable, Hashable {
    public let reference: String
    public let number: String?
    public let validFrom: CivilDate?
    /// Nothing when the payer did not say: then someone must find it out.
    public let validTo: CivilDate?
    public let units: String?
    public let unitsBasis: String
    public let hcpcs: String
    public let drug: String
    public let payerName: String
    public let patientInitials: String
    public let state: String
    public let stateTitle: String
}

extension Engine {
    /// What to do now, the most pressing first.
    public func worklist(
        limit: Int = 50, owner: String? = nil, unassigned: Bool = false
    ) async throws -> [WorklistItem] {
        try await transaction(readOnly: true) { session in
            try session.query(
                "select * from precert.worklist(\(Int32(limit)), \(owner), \(unassigned))"
            ).map { row in
                try WorklistItem(
                    reference: row.get("reference", as: String.self), reason: row.get("reason", as: String.self),
                    severity: row.get("severity", as: String.self), dueAt: row.get("due_at", as: Date.self),
                    dueOn: row.get("due_on", as: String.self), endsAt: row.get("ends_at", as: Date?.self),
                    endsOn: row.get("ends_on", as: String?.self),
                    stateTitle: row.get("state_title", as: String.self), drug: row.get("drug", as: String.self),
                    hcpcs: row.get("hcpcs", as: String.self), lineCount: row.get("lines", as: Int.self),
                    payerName: row.get("payer_name", as: String.self),
                    patientInitials: row.get("initials", as: String.self),
                    urgency: row.get("urgency", as: String.self), plannedOn: row.get("planned_on", as: CivilDate.self),
                    owner: row.get("owner", as: String?.self))
            }
        }
    }

    /// Approvals in force that end by `last`, the first to end first, and those whose end is not known.
    public func expiring(by last: CivilDate, limit: Int = 500) async throws -> [ExpiringAuthorization] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                with ending as (
                    (select a.* from precert."authorization" a
                    where a.organization_id = precert.organization() and a.valid_to <= \(last)
                        and a.valid_to >= (precert.now() - interval '1 day')::date
                    order by a.valid_to, a.request_id limit \(limit))
                    union all
                    (select a.* from precert."authorization" a
                    where a.organization_id = precert.organization() and a.valid_to is null
                    order by a.request_id limit \(limit))
                )
                select s.reference, c.number, c.valid_from, c.valid_to, c.units, c.units_basis, c.hcpcs, s.drug,
                    s.payer_name, s.initials, s.state, s.state_title
                from ending e
                join precert.current_authorization c using (organization_id, request_id, authorization_no)
                join precert.request_summary s using (organization_id, request_id)
                where s.state_kind <> 'final' and s.state not in ('expired', 'exhausted')
                order by c.valid_to nulls first, s.reference, c.line_no
                """
            ).map { row in
                try ExpiringAuthorization(
                    reference: row.get("reference", as: String.self), number: row.get("number", as: String?.self),
                    validFrom: row.get("valid_from", as: CivilDate?.self),
                    validTo: row.get("valid_to", as: CivilDate?.self),
                    units: row.get("units", as: PostgresNumeric?.self)?.description,
                    unitsBasis: row.get("units_basis", as: String.self), hcpcs: row.get("hcpcs", as: String.self),
                    drug: row.get("drug", as: String.self), payerName: row.get("payer_name", as: String.self),
                    patientInitials: row.get("initials", as: String.self), state: row.get("state", as: String.self),
                    stateTitle: row.get("state_title", as: String.self))
            }
        }
    }
}
