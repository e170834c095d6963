import CivilTime
import Criteria
import Engine
import Exchange
import Foundation
import Payers
import PostgresClient
import TestSupport
import Workflow

/// A database with an organization in it, and the engine as the program would open it.
struct Practice: Sendable {
    let database: TestDatabase

    /// The practice's engine at an instant, `2026-11-24T15:00:00Z`.
    func engine(at time: String, actor: String = "ana") throws -> Engine {
        Engine(
            pool: database.pool, organization: Engine.defaultOrganization, actor: actor,
            asOf: try Date(time, strategy: .iso8601))
    }

    func engine(at time: Date, actor: String = "ana") -> Engine {
        Engine(pool: database.pool, organization: Engine.defaultOrganization, actor: actor, asOf: time)
    }

    /// Runs `body` as the program's role, for the organization, at a time.
    @discardableResult
    func transaction<Value: Sendable>(
        at time: Date, _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await database.pool.transaction(settings: settings(time), body)
    }

    /// As `transaction`, but as the superuser: to look at everything, and to make what no function makes.
    @discardableResult
    func asOwner<Value: Sendable>(
        at time: Date = Practice.opening, _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await database.ownerPool.transaction(settings: settings(time), body)
    }

    /// A Tuesday, 10:00 in New York.
    static let opening = Date(timeIntervalSince1970: 1_795_532_400)

    private func settings(_ time: Date) -> [String: String] {
        [
            "precert.organization": Engine.defaultOrganization.uuidString.lowercased(),
            "precert.now": time.formatted(.iso8601),
        ]
    }
}

/// Runs `body` with a fresh practice, without payers or workflows.
func withEmptyPractice<Value: Sendable>(_ body: (Practice) async throws -> Value) async throws -> Value {
    try await withTestDatabase { database in
        let practice = Practice(database: database)
        _ = try await practice.engine(at: Practice.opening).ensureOrganization(name: "Example Infusion Center")
        return try await body(practice)
    }
}

/// Runs `body` with a fresh practice in which the repository's rules are published.
func withPractice<Value: Sendable>(_ body: (Practice) async throws -> Value) async throws -> Value {
    try await withEmptyPractice { practice in
        try await Rules.publish(in: practice.engine(at: Practice.opening))
        return try await body(practice)
    }
}

/// The repository's `Workflows` folder.
enum Rules {
    static let root = TestServer.repositoryRoot + "/Workflows/"

    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: root + path))) }

    static func workflow() throws -> CompiledWorkflow {
        try WorkflowReading(read("prior-authorization.yaml"), file: "prior-authorization.yaml").get()
    }

    static func holidays() throws -> HolidayCalendar {
        try HolidayCalendar.parse(read("calendars/us-federal.yaml"), file: "us-federal.yaml")
    }

    static func practiceClocks() throws -> ClockTable {
        try ClockTable.parsePracticeDefaults(read("clocks.yaml"), file: "clocks.yaml")
    }

    static func vocabulary() throws -> Vocabulary {
        try Vocabulary.parse(read("vocabulary.yaml"), file: "vocabulary.yaml")
    }

    /// Two payers that set no clock of their own, one each side of the continent, and the practice's clocks.
    static func publish(in engine: Engine) async throws {
        try await engine.publishHolidays(json(holidays()))
        _ = try await engine.publishPayer(
            "*", name: "Practice", timeZone: "America/New_York", module: PostgresJSON("{}"),
            clocks: json(practiceClocks()))
        for (id, zone) in [("north", "America/New_York"), ("west", "America/Los_Angeles")] {
            _ = try await engine.publishPayer(
                id, name: "Payer \(id)", timeZone: zone, module: PostgresJSON("{}"), clocks: PostgresJSON("[]"))
        }
        try await publish(workflow(), in: engine)
    }

    static func publish(_ workflow: CompiledWorkflow, in engine: Engine) async throws {
        _ = try await engine.publishWorkflow(
            PostgresJSON(encoding: WorkflowRows(workflow)), canonicalText: workflow.canonicalText)
    }

    static func json(_ table: ClockTable) throws -> PostgresJSON {
        try PostgresJSON(
            encoding: table.rules.map { rule in
                var row = [
                    "clock": rule.clock, "urgency": rule.urgency?.rawValue ?? "any", "amount": String(rule.amount),
                    "unit": rule.unit.rawValue, "source": rule.source, "verified": "false",
                ]
                row["from"] = rule.from?.description
                row["until"] = rule.until?.description
                return row
            })
    }

    static func json(_ calendar: HolidayCalendar) throws -> PostgresJSON {
        try PostgresJSON(encoding: calendar.holidays.map { ["day": $0.key.description, "name": $0.value] })
    }
}

extension NewRequest {
    /// An order for a synthetic person; another number is another person.
    static func synthetic(
        person: Int = 1, payer: String = "north", urgency: String = "standard", hcpcs: String = "J2323",
        memberID: String? = nil, family: String = "Testperson"
    ) -> NewRequest {
        NewRequest(
            payer: payer, urgency: urgency, owner: nil,
            patient: Patient(
                family: family, given: "Marigold", born: CivilDate(dayNumber: 5_000 + person),
                memberID: memberID ?? "M-\(1000 + person)"),
            coverage: Coverage(funding: "unknown", state: nil), kind: "initial", drug: "Tysabri",
            drugID: "natalizumab", diagnoses: ["G35.A"],
            prescriber: Prescriber(name: "Dr. Example", npi: "1234567893", specialty: "neurology"),
            site: Site(name: "Example Infusion Center", npi: "1234567893", placeOfService: "11"),
            plannedOn: CivilDate(dayNumber: 20_800),
            lines: [
                Line(
                    hcpcs: hcpcs, units: "300", doseAmount: "300", doseUnit: "mg", everyDays: 28, doses: 13,
                    route: "iv", modifiers: [])
            ])
    }
}

/// One event on its way into `apply_events`.
struct EventInput: Encodable, Sendable {
    var request: UUID
    var event: String
    var sourceKey: String
    var occurredAt: Date
    var expectedSeq: Int?
    /// Dates by the anchor's name, as a payer's clock shows them: `2026-12-05T23:59:59`.
    var anchors: [String: String] = [:]

    enum CodingKeys: String, CodingKey {
        case request, event, anchors
        case sourceKey = "source_key"
        case occurredAt = "occurred_at"
        case expectedSeq = "expected_seq"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(request.uuidString.lowercased(), forKey: .request)
        try container.encode(event, forKey: .event)
        try container.encode(sourceKey, forKey: .sourceKey)
        try container.encode(occurredAt.formatted(.iso8601), forKey: .occurredAt)
        try container.encodeIfPresent(expectedSeq, forKey: .expectedSeq)
        try container.encode(anchors, forKey: .anchors)
    }
}

/// What `apply_events` answers for one event.
struct EventAnswer: Hashable, Sendable {
    var outcome: String
    var seq: Int?
    var from: String?
    var to: String?
}

extension PostgresSession {
    /// Applies events in one call; the answers come in the order of the events.
    func apply(_ events: [EventInput]) throws -> [EventAnswer] {
        let rows = try query(
            """
            select a.outcome, a.seq, a.from_state, a.to_state
            from precert.apply_events(array(
                select row((x->>'request')::uuid, x->>'event', x->>'source_key', 'test',
                    (x->>'occurred_at')::timestamptz, (x->>'expected_seq')::bigint, '{}', x->'anchors')::precert.event_input
                from jsonb_array_elements(\(PostgresJSON(encoding: events))) with ordinality v (x, n)
                order by n)) a
            order by a.ordinal
            """)
        return try rows.map { row in
            let (outcome, seq, from, to) = try row.decode(String.self, Int?.self, String?.self, String?.self)
            return EventAnswer(outcome: outcome, seq: seq, from: from, to: to)
        }
    }

    /// The open deadlines of requests.
    func openDeadlines(of requests: [UUID]) throws -> [UUID: Set<OpenDeadline>] {
        let rows = try query(
            """
            select request_id, name, scope, due_at, event, alert, armed_seq from precert.deadline
            where organization_id = precert.organization() and status = 'open' and request_id = any (\(requests))
            """)
        var found: [UUID: Set<OpenDeadline>] = [:]
        for row in rows {
            found[try row.get("request_id"), default: []].insert(
                OpenDeadline(
                    name: try row.get("name"), scope: try row.get("scope"), due: try row.get("due_at"),
                    event: try row.get("event"), alert: try row.get("alert"), armedBy: try row.get("armed_seq")))
        }
        return found
    }
}

struct OpenDeadline: Hashable, Sendable {
    let name: String
    let scope: String
    let due: Date
    let event: String?
    let alert: String?
    /// The sequence number of the event that armed it.
    let armedBy: Int
}

extension Practice {
    /// A new request that the payer has and has not decided.
    func requestInReview(
        person: Int, payer: String = "north", openedAt time: Date = Practice.opening
    ) async throws -> (id: UUID, reference: String, payerID: String) {
        let engine = engine(at: time)
        let request = try await engine.find(engine.open(.synthetic(person: person, payer: payer)))
        let events = ["criteria.met", "submission.requested", "payer.received"].map { event in
            EventInput(request: request.id, event: event, sourceKey: event, occurredAt: time)
        }
        try await transaction(at: time) { session in _ = try session.apply(events) }
        return request
    }
}
