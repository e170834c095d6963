public import Foundation
public import PostgresClient

extension Engine {
    /// Makes the organization known. A second call keeps the name that is there.
    public func ensureOrganization(name: String) async throws -> String {
        try await transaction { [organization] session in
            try session.one("select precert.ensure_organization(\(organization), \(name))").decode(String.self)
        }
    }

    /// Publishes rules in one transaction: all of them, or nothing.
    ///
    /// - Throws: `EngineError` as the single steps do; nothing is stored then, whichever step it was.
    public func publish(_ rules: RuleSet) async throws -> PublishingOutcome {
        try await transaction { session in
            var outcome = PublishingOutcome()
            for payer in rules.payers where try Self.publish(payer, in: session) { outcome.newPayers.append(payer.id) }
            // Behind the first payer, whose lock lets two publishers go one after the other.
            try Self.publish(holidays: rules.holidays, in: session)
            outcome.isWorkflowNew = try Self.publish(rules.workflow, in: session)
            outcome.retiredPayers = try Self.retirePayers(allBut: rules.payers.map(\.id), in: session)
            return outcome
        }
    }

    /// Publishes a compiled workflow.
    ///
    /// - Parameters:
    ///   - compiled: the rows as JSON; see `CompiledWorkflow`.
    ///   - canonicalText: what the checksum is over.
    /// - Returns: whether it is new. The same content again is not.
    /// - Throws: `EngineError` `.refused` when the number is used by other content, `.notPublished` when a clock has no
    ///   default.
    public func publishWorkflow(_ compiled: PostgresJSON, canonicalText: String) async throws -> Bool {
        try await transaction { session in
            try Self.publish(.init(compiled: compiled, canonicalText: canonicalText), in: session)
        }
    }

    /// Publishes a payer's module; `*` stands for the practice's defaults.
    /// - Returns: whether anything changed.
    public func publishPayer(
        _ id: String, name: String, timeZone: String, module: PostgresJSON, clocks: PostgresJSON
    ) async throws -> Bool {
        try await transaction { session in
            try Self.publish(
                .init(id: id, name: name, timeZone: timeZone, module: module, clocks: clocks), in: session)
        }
    }

    /// Makes the holiday calendar the given days: `[{"day": "2026-11-26", "name": "…"}]`.
    public func publishHolidays(_ days: PostgresJSON) async throws {
        try await transaction { session in try Self.publish(holidays: days, in: session) }
    }

    private static func publish(_ workflow: RuleSet.Workflow, in session: PostgresSession) throws -> Bool {
        try session.one(
            "select is_new from precert.publish_workflow(\(workflow.compiled), \(workflow.canonicalText))"
        ).decode(Bool.self)
    }

    private static func publish(_ payer: RuleSet.Payer, in session: PostgresSession) throws -> Bool {
        try session.one(
            """
            select precert.publish_payer(\(payer.id), \(payer.name), \(payer.timeZone), \(payer.module),
                \(payer.clocks))
            """
        ).decode(Bool.self)
    }

    private static func retirePayers(allBut ids: [String], in session: PostgresSession) throws -> [RetiredPayer] {
        try session.query(
            """
            select p.payer_id, p.name, p.is_new,
                (select count(*) from precert.request_summary s
                    where s.organization_id = precert.organization() and s.payer_id = p.payer_id
                        and s.state_kind <> 'final') as open_requests
            from precert.retire_payers(\(ids)) p
            order by p.payer_id
            """
        ).map { row in
            try RetiredPayer(
                id: row.get("payer_id", as: String.self), name: row.get("name", as: String.self),
                isNew: row.get("is_new", as: Bool.self), openRequests: row.get("open_requests", as: Int.self))
        }
    }

    private static func publish(holidays: PostgresJSON, in session: PostgresSession) throws {
        _ = try session.query("select precert.publish_holidays(\(holidays))")
    }

    /// Moves requests to the newest version of their workflow, or only says what would move.
    ///
    /// - Returns: how many stood where before, and where they go; no target where the newer version's map forgets the
    ///   state, and such requests stay.
    public func migrateRequests(of workflow: String, dryRun: Bool) async throws -> [WorkflowMove] {
        let before = try await migrationRound(workflow, dryRun: true)
        if dryRun { return before }
        var rest = before
        while rest.contains(where: { $0.toState != nil }) { rest = try await migrationRound(workflow, dryRun: false) }
        return before
    }

    private func migrationRound(_ workflow: String, dryRun: Bool) async throws -> [WorkflowMove] {
        try await transaction { [actor] session in
            try session.query(
                """
                select from_number, from_state, to_number, to_state, requests
                from precert.migrate_requests(\(workflow), 1000, \(actor), \(dryRun))
                """
            ).map { row in
                try WorkflowMove(
                    fromVersion: row.get("from_number", as: Int.self),
                    fromState: row.get("from_state", as: String.self),
                    toVersion: row.get("to_number", as: Int?.self), toState: row.get("to_state", as: String?.self),
                    requests: row.get("requests", as: Int.self))
            }
        }
    }

    /// Workflows that are published here.
    public func publishedWorkflows() async throws -> [PublishedWorkflow] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                select v.workflow, v.number, encode(v.checksum, 'hex') as checksum, v.published_at,
                    (select count(*) from precert.workflow_state s
                        where s.version_id = v.version_id and s.kind <> 'start') as states,
                    (select count(*) from precert.request r where r.version_id = v.version_id) as requests
                from precert.workflow_version v order by v.workflow, v.number
                """
            ).map { row in
                try PublishedWorkflow(
                    name: row.get("workflow", as: String.self), number: row.get("number", as: Int.self),
                    checksum: row.get("checksum", as: String.self),
                    publishedAt: row.get("published_at", as: Date.self), states: row.get("states", as: Int.self),
                    requests: row.get("requests", as: Int.self))
            }
        }
    }
}

/// Everything that is published together.
public struct RuleSet: Sendable {
    public struct Payer: Sendable {
        /// `*` stands for the practice's defaults.
        public let id: String
        public let name: String
        /// An IANA name.
        public let timeZone: String
        public let module: PostgresJSON
        public let clocks: PostgresJSON

        public init(id: String, name: String, timeZone: String, module: PostgresJSON, clocks: PostgresJSON) {
            self.id = id
            self.name = name
            self.timeZone = timeZone
            self.module = module
            self.clocks = clocks
        }
    }

    public struct Workflow: Sendable {
        /// The rows as JSON; see `CompiledWorkflow`.
        public let compiled: PostgresJSON
        /// What the checksum is over.
        public let canonicalText: String

        public init(compiled: PostgresJSON, canonicalText: String) {
            self.compiled = compiled
            self.canonicalText = canonicalText
        }
    }

    /// The practice's defaults before all others: the workflow's clocks are looked up in them.
    public let payers: [Payer]
    /// `[{"day": "2026-11-26", "name": "…"}]`
    public let holidays: PostgresJSON
    public let workflow: Workflow

    public init(payers: [Payer], holidays: PostgresJSON, workflow: Workflow) {
        self.payers = payers
        self.holidays = holidays
        self.workflow = workflow
    }
}

/// What of published rules was new.
public struct PublishingOutcome: Sendable, Hashable {
    /// Ids, in the order in which they were given.
    public internal(set) var newPayers: [String] = []
    public internal(set) var isWorkflowNew = false
    /// Every payer that is stored and of which no module is left.
    public internal(set) var retiredPayers: [RetiredPayer] = []
}

/// A payer without a module any more, kept for its requests.
public struct RetiredPayer: Sendable, Hashable {
    public let id: String
    public let name: String
    /// It was on file until this publishing.
    public let isNew: Bool
    /// Of this organization, not yet at their end.
    public let openRequests: Int
}

/// A definition in force here.
public struct PublishedWorkflow: Sendable, Hashable {
    public let name: String
    public let number: Int
    /// SHA-256 of the canonical form, in hexadecimal.
    public let checksum: String
    public let publishedAt: Date
    public let states: Int
    /// Requests of this organization that are pinned to it.
    public let requests: Int
}

/// Requests of one state on their way to a newer version.
public struct WorkflowMove: Sendable, Hashable {
    public let fromVersion: Int
    public let fromState: String
    /// Nothing where the newer version does not take this state over.
    public let toVersion: Int?
    public let toState: String?
    public let requests: Int
}
