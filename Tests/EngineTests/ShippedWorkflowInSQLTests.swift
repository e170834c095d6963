import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing
import Workflow

@Suite("The shipped workflow in SQL") struct ShippedWorkflowInSQLTests {
    /// Where a request stands once it is opened.
    private static let opened = "criteria_collection"

    @Test("every state is reached, by a shortest way to it") func reachable() async throws {
        let workflow = try Rules.workflow()
        let ways = Self.ways(in: workflow)
        #expect(Set(ways.keys) == Set(workflow.states.map(\.name)))
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            for (person, (state, way)) in ways.sorted(by: { $0.key < $1.key }).enumerated() {
                let id = try await engine.find(engine.open(.synthetic(person: person))).id
                let inputs = way.enumerated().map { index, event in
                    EventInput(request: id, event: event, sourceKey: "w\(index)", occurredAt: Practice.opening)
                }
                let answers = try await practice.transaction(at: Practice.opening) { try $0.apply(inputs) }
                #expect(answers.allSatisfy { $0.outcome == "applied" }, "\(way)")
                #expect(way.isEmpty || answers.last?.to == state, "\(way)")
            }
        }
    }

    @Test("random lives agree with Swift, and nobody waits without a deadline") func randomLives() async throws {
        let workflow = try Rules.workflow()
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            for seed in 1...40 as ClosedRange<UInt64> {
                let id = try await engine.find(engine.open(.synthetic(person: Int(seed)))).id
                var random = SeededRandom(seed: seed)
                var run = WorkflowRun(workflow)
                _ = run.apply(contentsOf: [CompiledWorkflow.openingEvent, "order.accepted"])
                for index in 0..<25 {
                    let legal = workflow.events(in: run.state)
                    let event = random.chance(9, in: 10) ? random.pick(legal) : random.pick(workflow.events).name
                    var input = EventInput(
                        request: id, event: event, sourceKey: "r\(index)",
                        occurredAt: Practice.opening + Double(index) * 60)
                    for anchor in workflow.anchors where random.chance(1, in: 4) {
                        input.anchors[anchor.name] = "2027-0\(Int.random(in: 1...9, using: &random))-15T23:59:59"
                    }
                    let isLegal = if case .illegal = run.apply(event) { false } else { true }
                    let sent = input
                    let (answers, deadlines) = try await practice.transaction(at: Practice.opening) { session in
                        (try session.apply([sent]), try session.openDeadlines(of: [id])[id] ?? [])
                    }
                    let place: Comment = "seed \(seed), event \(index): \(event) to \(run.state)"
                    #expect(answers.first?.outcome == (isLegal ? "applied" : "illegal"), place)
                    #expect(answers.first?.to == run.state, place)
                    Self.expectAttended(run.state, in: workflow, by: deadlines, place)
                }
            }
        }
    }

    /// Only a deadline whose date is not known and that has no other clock may be missing.
    private static func expectAttended(
        _ state: String, in workflow: CompiledWorkflow, by open: Set<OpenDeadline>, _ place: Comment
    ) {
        let wanted = workflow.deadlines(in: state)
        for deadline in open {
            #expect(wanted.first { $0.name == deadline.name }?.scope == deadline.scope, place)
        }
        for deadline in wanted where deadline.anchor == nil || deadline.fallback != nil {
            #expect(open.contains { $0.name == deadline.name }, place)
        }
        let mayWait = workflow.state(named: state).map { $0.kind == .final || $0.waitsForeverBecause != nil }
        #expect(open.isEmpty == mayWait, place)
    }

    /// Breadth first: the events from the opened request to each state.
    private static func ways(in workflow: CompiledWorkflow) -> [String: [String]] {
        var ways = [opened: [String]()]
        var queue = [opened][...]
        while let state = queue.popFirst() {
            for event in workflow.events(in: state) {
                guard let edge = workflow.edge(from: state, on: event), ways[edge.to] == nil else { continue }
                ways[edge.to] = (ways[state] ?? []) + [event]
                queue.append(edge.to)
            }
        }
        return ways
    }
}
