import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing
import Workflow

/// Random definitions and random lives: `Transition` and `DeadlineChange` in Swift, `apply_events` in SQL.
@Suite("Swift and SQL agree") struct SwiftAndSQLAgreeTests {
    private static let workflows = 200
    private static let events = 30
    /// Give another one to look further: the seeds follow it.
    private static let firstSeed = ProcessInfo.processInfo.environment["PRECERT_TEST_SEED"].flatMap(UInt64.init) ?? 1
    private static let clocks = ["short": 24, "long": 240]

    @Test("on each event, one by one and in batches") func differential() async throws {
        try await withEmptyPractice { practice in
            try await publishHours(in: practice)
            let seeds = (0..<UInt64(Self.workflows)).map { Self.firstSeed + $0 }
            let lives = try await withThrowingTaskGroup(of: [Life].self) { group in
                for part in 0..<4 {
                    let mine = seeds.filter { $0 % 4 == UInt64(part) }
                    group.addTask {
                        var lives: [Life] = []
                        for seed in mine { lives.append(try await liveOneByOne(seed: seed, in: practice)) }
                        return lives
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(lives.count == Self.workflows)
            try await liveTogether(lives, in: practice)
            let report = try await practice.engine(at: Practice.opening).verifyAudit()
            #expect(report.problems.isEmpty && report.requests == 2 * Self.workflows)
        }
    }

    /// What happened to one request, to be repeated on another.
    private struct Life: Sendable {
        let seed: UInt64
        let workflow: CompiledWorkflow
        let inputs: [EventInput]
    }

    private func liveOneByOne(seed: UInt64, in practice: Practice) async throws -> Life {
        let workflow = try GeneratedWorkflow(seed: seed, name: "generated-\(seed)").compiled()
        try await Rules.publish(workflow, in: practice.engine(at: Practice.opening))
        var model = RequestModel(workflow, clocks: Self.clocks, openedAt: Practice.opening)
        let request = try await open(model, in: practice)
        let inputs = Self.stream(for: request, in: workflow, seed: seed)
        for (index, input) in inputs.enumerated() {
            let expected = model.apply(input)
            let (answers, deadlines) = try await practice.transaction(at: Practice.opening) { session in
                (try session.apply([input]), try session.openDeadlines(of: [request])[request] ?? [])
            }
            let place: Comment = "seed \(seed), event \(index): \(input.event) \(input.anchors)"
            #expect(answers == [expected], place)
            #expect(deadlines == Set(model.running.values), place)
        }
        return Life(seed: seed, workflow: workflow, inputs: inputs)
    }

    /// The same lives on new requests: pieces of many of them, mixed, in one array at a time.
    private func liveTogether(_ lives: [Life], in practice: Practice) async throws {
        var random = SeededRandom(seed: Self.firstSeed)
        var models: [UUID: RequestModel] = [:]
        var waiting: [(life: Life, request: UUID, rest: ArraySlice<EventInput>)] = []
        for life in lives {
            let model = RequestModel(life.workflow, clocks: Self.clocks, openedAt: Practice.opening)
            let request = try await open(model, in: practice)
            models[request] = model
            waiting.append((life, request, life.inputs[...]))
        }
        let seeds = Dictionary(waiting.map { ($0.request, $0.life.seed) }, uniquingKeysWith: { first, _ in first })
        while waiting.contains(where: { !$0.rest.isEmpty }) {
            var batch: [EventInput] = []
            for index in waiting.indices {
                for _ in 0..<Int.random(in: 0...6, using: &random) {
                    guard var input = waiting[index].rest.popFirst() else { break }
                    input.request = waiting[index].request
                    // Anywhere after the request's own earlier ones.
                    let last = batch.lastIndex { $0.request == input.request }.map { $0 + 1 } ?? 0
                    batch.insert(input, at: Int.random(in: last...batch.count, using: &random))
                }
            }
            let stranger = EventInput(
                request: UUID(), event: "note.recorded", sourceKey: "s", occurredAt: Practice.opening)
            batch.insert(stranger, at: Int.random(in: 0...batch.count, using: &random))
            let sent = batch
            let (answers, deadlines) = try await practice.transaction(at: Practice.opening) { session in
                (try session.apply(sent), try session.openDeadlines(of: Array(seeds.keys)))
            }
            try #require(answers.count == batch.count)
            for (input, answer) in zip(batch, answers) {
                let expected = models[input.request]?.apply(input) ?? EventAnswer(outcome: "not_found")
                #expect(answer == expected, "seed \(seeds[input.request] ?? 0): \(input.event)")
            }
            for (request, model) in models {
                #expect(deadlines[request] ?? [] == Set(model.running.values), "seed \(seeds[request] ?? 0)")
            }
        }
    }

    /// A life with legal and illegal events, dates, repeats, used keys and stale readers.
    private static func stream(for request: UUID, in workflow: CompiledWorkflow, seed: UInt64) -> [EventInput] {
        var random = SeededRandom(seed: seed &* 31)
        var inputs: [EventInput] = []
        var run = WorkflowRun(workflow)
        _ = run.apply(CompiledWorkflow.openingEvent)
        let events = GeneratedWorkflow.events(in: workflow, length: Self.events, seed: seed).dropFirst()
        for (index, event) in events.enumerated() {
            var input = EventInput(
                request: request, event: event, sourceKey: "e\(index)",
                occurredAt: Practice.opening + Double(index) * 3600)
            for anchor in ["day", "lasting-day"] where random.chance(1, in: 4) {
                let day = 10 + Int.random(in: 0..<20, using: &random)
                input.anchors[anchor] = "2026-12-\(day)T23:59:59"
            }
            switch Int.random(in: 0..<12, using: &random) {
            case 0 where index > 0:
                input.sourceKey = random.pick(inputs).sourceKey  // A used key, perhaps with another event.
            case 1 where index > 0:
                let earlier = random.pick(inputs)  // A repeat.
                (input.sourceKey, input.event) = (earlier.sourceKey, earlier.event)
            case 2: input.expectedSeq = Int.random(in: 1...10, using: &random)
            default: break
            }
            inputs.append(input)
        }
        return inputs
    }

    /// Clocks of so many hours, and a payer whose days are those of UTC.
    private func publishHours(in practice: Practice) async throws {
        let engine = practice.engine(at: Practice.opening)
        let clocks = Self.clocks.map { name, hours in
            [
                "clock": name, "urgency": "any", "amount": "\(hours)", "unit": "hours", "source": "test",
                "verified": "false",
            ]
        }
        for (id, rows) in [("*", clocks), ("utc", [])] {
            _ = try await engine.publishPayer(
                id, name: id, timeZone: "UTC", module: PostgresJSON("{}"), clocks: PostgresJSON(encoding: rows))
        }
    }

    /// A request at its first event. `open_request` is for the shipped workflow's orders; this opens any definition.
    private func open(_ model: RequestModel, in practice: Practice) async throws -> UUID {
        let id = UUID()
        var generator = SystemRandomNumberGenerator()
        let reference = RequestReference.random(using: &generator).description
        let (workflow, state) = (model.run.workflow.name, model.run.state)
        let deadlines = Array(model.running.values)
        try await practice.asOwner { session in
            try session.execute(
                """
                with first as (
                    insert into precert.event (organization_id, request_id, seq, from_version, from_state, event,
                        to_version, to_state, occurred_at, recorded_at, actor, source_key)
                    select precert.organization(), \(id), 1, version_id, '(start)', 'request.opened', version_id,
                        \(state), precert.now(), precert.now(), 'test', 'opened'
                    from precert.workflow_version where workflow = \(workflow)
                    returning *)
                insert into precert.request (organization_id, request_id, reference, payer_id, urgency, opened_at,
                    version_id, state, seq, head_hash)
                select organization_id, request_id, \(reference), 'utc', 'standard', recorded_at, to_version, to_state,
                    1, hash
                from first
                """)
            for deadline in deadlines {
                try session.execute(
                    """
                    insert into precert.deadline (organization_id, request_id, name, scope, status, kind, due_at, event,
                        alert, armed_seq)
                    values (precert.organization(), \(id), \(deadline.name), \(deadline.scope), 'open', 'wait',
                        \(deadline.due), \(deadline.event), \(deadline.alert), 1)
                    """)
            }
        }
        return id
    }
}
