public import Foundation
public import PostgresClient

/// The use cases over the SQL functions: what a coordinator, a worker or an import does with requests.
///
/// An `Engine` speaks for one organization and one actor. It never sends a target state: it names events, and the
/// published workflow says where they lead. Every method is one transaction unless it says otherwise; a method that
/// returns has stored durably what it says.
public struct Engine: Sendable {
    public let pool: PostgresPool
    public let organization: UUID
    /// Who acts, as history will name them: a login name, `worker`, `import`.
    public let actor: String
    /// Stands in for the server's clock, so that a coordinator can ask about another day and a test live through years.
    public let asOf: Date?

    public init(pool: PostgresPool, organization: UUID, actor: String, asOf: Date? = nil) {
        self.pool = pool
        self.organization = organization
        self.actor = actor
        self.asOf = asOf
    }

    /// The organization that `precert db migrate` makes when none is named.
    public static let defaultOrganization = UUID(
        uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))

    /// Runs `body` in one transaction of this organization, at this time.
    func transaction<Value: Sendable>(
        readOnly: Bool = false, planning: Planning = .thorough,
        _ body: @Sendable @escaping (PostgresSession) throws -> Value
    ) async throws -> Value {
        do {
            let settings = settings.merging(planning.settings) { given, _ in given }
            return try await pool.transaction(settings: settings, readOnly: readOnly, body)
        } catch let error as PostgresError {
            throw EngineError(error)
        }
    }

    /// How hard the server looks for a plan.
    enum Planning {
        case thorough
        /// Joins are done in the order they are written. For statements that begin at one request, where that order is
        /// right and looking for another takes longer than the statement itself.
        case asWritten

        var settings: [String: String] {
            switch self {
            case .thorough: [:]
            case .asWritten: ["join_collapse_limit": "1"]
            }
        }
    }

    var settings: [String: String] {
        var settings = ["precert.organization": organization.uuidString.lowercased()]
        if let asOf { settings["precert.now"] = asOf.formatted(.iso8601) }
        return settings
    }
}
