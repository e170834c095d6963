public import Foundation
import PostgresClient

/// Deadlines that have passed and that no worker has acted on.
public struct UnfiredDeadlines: Sendable, Hashable {
    /// At most 1000 are counted.
    public let count: Int
    public let since: Date
}

extension Engine {
    /// What has been due for more than an hour and has not fired: then nobody runs a worker, and what stands on record
    /// is older than the day. Nothing when all is well.
    public func unfiredDeadlines() async throws -> UnfiredDeadlines? {
        try await transaction(readOnly: true) { session in
            let row = try session.one(
                """
                select count(*)::integer as count, min(d.due_at) as since
                from (select due_at from precert.deadline
                    where organization_id = precert.organization() and status = 'open'
                        and due_at <= precert.now() - interval '1 hour'
                    order by due_at limit 1000) d
                """)
            guard let since = try row.get("since", as: Date?.self) else { return nil }
            return UnfiredDeadlines(count: Int(try row.get("count", as: Int32.self)), since: since)
        }
    }
}
