import Foundation
import Glibc
import PostgresClient
import Testing

/// The main job with a death in it: the process is killed at a named place, the same command is typed again, and in the
/// end everything is as if nothing had happened.
@Suite("Killed at any step, the job ends the same") struct FailpointTests {
    /// Where to die, and in which step, as often as the job passes there: one submission is asked for, three are
    /// delivered in one claim and the second claim finds nothing, four rows are two chunks, and deadlines fire until
    /// nothing is due. After one step is before the next where nothing lies between the two, as between two chunks.
    static let places: [(step: Step, place: String, hits: ClosedRange<Int>)] = [
        (.submit, "submit.before_event", 1...1), (.submit, "submit.after_event", 1...1),
        (.deliver, "submit.before_claim", 1...2), (.deliver, "submit.after_claim", 1...3),
        (.deliver, "submit.before_rename", 1...3), (.deliver, "submit.after_rename", 1...3),
        (.deliver, "submit.after_drop", 1...3), (.deliver, "submit.after_complete", 1...3),
        (.importing, "import.before_begin", 1...1), (.importing, "import.after_begin", 1...1),
        (.importing, "import.after_chunk", 1...2), (.importing, "import.after_finish", 1...1),
        (.firing, "expire.before_batch", 1...3), (.firing, "expire.after_batch", 1...3),
    ]

    static let deaths: [Death] = places.flatMap { place in
        place.hits.map { Death(step: place.step, failpoint: "\(place.place):\($0):kill") }
    }

    enum Step: Sendable { case submit, deliver, importing, firing }

    struct Death: Sendable, CustomTestStringConvertible {
        let step: Step
        let failpoint: String
        var testDescription: String { failpoint }
    }

    @Test("as an undisturbed run does", arguments: deaths)
    func recovers(_ death: Death) async throws {
        let undisturbed = try await Self.undisturbed.value
        let practice = try await Self.run(dying: death)
        let story = try await Job.story(practice)
        #expect(story == undisturbed)
        #expect(try await practice.precert("audit", "verify").status == 0)
        #expect(try await practice.packetFaults() == [])

        // A second recovery changes nothing.
        let before = try await practice.digest()
        try await practice.must("worker", "--once", "--as-of", "2027-06-03")
        try await practice.must("alerts", "run", "--as-of", "2027-06-03")
        #expect(try await practice.changes(since: before) == [])
    }

    private static let undisturbed = Task { try await Job.story(try await run(dying: nil)) }

    /// What comes before the first step to die in, made once and copied.
    private static let prepared = Task {
        let practice = try await Practice.open()
        return (practice, try await Job.prepare(practice))
    }

    private static func run(dying death: Death?) async throws -> Practice {
        let (prepared, references) = try await prepared.value
        let practice = try await prepared.copy()
        try await Job(practice: practice, references: references, death: death).run()
        return practice
    }

    @Test("a migration killed before or after its transaction is begun again", arguments: ["before", "after"])
    func migration(_ moment: String) async throws {
        let practice = try await Practice.open(isEmpty: true)
        let killed = try await practice.precert(
            ["db", "migrate"], with: ["PRECERT_FAILPOINT": "migrate.\(moment):1:kill"])
        #expect(killed.status == 128 + SIGKILL)
        try await practice.must("db", "migrate")
        #expect(try await practice.precert("db", "status").status == 0)
    }
}

/// Three requests of UnitedHealthcare, from the orders to the day the approval has run out.
private struct Job {
    let practice: Practice
    let references: [String]
    let death: FailpointTests.Death?

    /// Opens the requests, records their evidence, and returns their references.
    static func prepare(_ practice: Practice) async throws -> [String] {
        var references: [String] = []
        for (order, evidence) in [
            ("order", "evidence"), ("order-second", "evidence-continuation"), ("order-third", "evidence-continuation"),
        ] {
            let reference = try await practice.open("\(order).yaml")
            try await practice.must(
                "evidence", "add", reference, "--from", "\(evidence).yaml", "--as-of", Practice.monday)
            references.append(reference)
        }
        return references
    }

    func run() async throws {
        // Submitted already is a good answer to the second try.
        try await step(.submit, ["submit", references[0], "--as-of", Practice.monday], again: [0, 4])
        for reference in references.dropFirst() {
            try await practice.must("submit", reference, "--as-of", Practice.monday)
        }
        // The dead worker's lease must end first.
        try await step(
            .deliver, ["worker", "--once", "--as-of", "2026-11-23T12:00:00Z"],
            repeated: ["worker", "--once", "--as-of", "2026-11-23T12:05:00Z"])
        let file = try practice.writeStatusFile(references)
        try await step(
            .importing, ["import", file, "--payer", "unitedhealthcare", "--chunk", "2", "--as-of", "2026-11-28"],
            fine: [5], again: [0, 5])
        try await step(.firing, ["alerts", "run", "--as-of", "2027-06-02"])
    }

    /// Runs a step; where it is the one to die in, dies and types it again.
    private func step(
        _ step: FailpointTests.Step, _ arguments: [String], fine: Set<Int32> = [0], again: Set<Int32> = [0],
        repeated: [String]? = nil
    ) async throws {
        guard let death, death.step == step else {
            let answer = try await practice.precert(arguments)
            guard fine.contains(answer.status) else { throw Unexpected(answer: answer, doing: arguments[0]) }
            return
        }
        let killed = try await practice.precert(arguments, with: ["PRECERT_FAILPOINT": death.failpoint])
        guard killed.status == 128 + SIGKILL else {
            throw Unexpected(answer: killed, doing: "dying in \(arguments[0])")
        }
        let answer = try await practice.precert(repeated ?? arguments)
        guard again.contains(answer.status) else { throw Unexpected(answer: answer, doing: "again \(arguments[0])") }
    }

    /// Everything that counts, without ids and without the times at which it was done.
    static func story(_ practice: Practice) async throws -> [String] {
        let stored = try await practice.text(
            """
            with numbered as (
                select d.request_id, row_number() over (order by d.member_id) as n from precert.request_detail d)
            select line from (
                select n || ' event ' || lpad(e.seq::text, 3, '0') || ' ' || e.event
                    || coalesce(' from ' || e.from_state, '') || ' to ' || e.to_state as line
                from precert.event e join numbered using (request_id)
                union all
                select n || ' alert ' || a.kind || ' ' || a.deadline || ' ' || a.due_at
                from precert.alert a join numbered using (request_id)
                union all
                select n || ' deadline ' || d.name || ' ' || d.status || ' ' || d.due_at
                from precert.deadline d join numbered using (request_id)
                where d.name not in ('delivery', 'receipt', 'decision')
                union all
                select n || ' effect ' || f.kind || ' ' || run.status
                from precert.effect f join precert.effect_run run using (organization_id, effect_id)
                    join numbered using (request_id)
                union all
                select n || ' submission ' || (s.delivered_at is not null)
                from precert.submission s join numbered using (request_id)
                union all
                select n || ' said ' || o.kind || ' ' || coalesce(o.authorization_number, '')
                from precert.observation o join numbered using (request_id)
                union all
                select 'row ' || r.row_no || ' ' || r.outcome from precert.import_row r
                union all
                select 'held ' || q.row_no || ' ' || q.detail from precert.quarantine q
            ) lines order by line collate "C"
            """)
        return stored.split(separator: "\n").map(String.init)
    }
}
