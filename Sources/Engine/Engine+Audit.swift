public import Foundation
import PostgresClient

/// A place where history does not hold.
public struct AuditProblem: Sendable, Hashable {
    public let reference: String
    public let seq: Int64
    public let problem: String
}

/// What was verified, and what was found.
public struct AuditReport: Sendable {
    public let requests: Int
    public let events: Int
    /// Sorted by request and place; empty when every chain holds.
    public let problems: [AuditProblem]
}

extension Engine {
    /// Recomputes every hash of the organization's history, or of one request's, in one snapshot.
    public func verifyAudit(of request: UUID? = nil) async throws -> AuditReport {
        try await transaction(readOnly: true) { session in
            let (requests, events) = try session.one(
                """
                select count(distinct request_id), count(*) from precert.event
                where organization_id = precert.organization()
                    and (\(request)::uuid is null or request_id = \(request)::uuid)
                """
            ).decode(Int.self, Int.self)
            let problems = try session.query(
                """
                select coalesce(r.reference, v.request_id::text) as reference, v.seq, v.problem
                from precert.audit_verify(\(request)) v
                left join precert.request r on r.organization_id = precert.organization()
                    and r.request_id = v.request_id
                """
            ).map { row in
                try AuditProblem(
                    reference: row.get("reference", as: String.self), seq: row.get("seq", as: Int64.self),
                    problem: row.get("problem", as: String.self))
            }
            return AuditReport(requests: requests, events: events, problems: problems)
        }
    }
}
