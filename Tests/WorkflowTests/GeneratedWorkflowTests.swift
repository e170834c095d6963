import Diagnostics
import TestSupport
import Testing
import Workflow

@Suite("Random valid workflows") struct GeneratedWorkflowTests {
    private static let seeds = Array(UInt64(1)...60)

    @Test("compile, whatever the seed", arguments: seeds)
    func compiles(seed: UInt64) throws {
        let reading = WorkflowReading(GeneratedWorkflow(seed: seed).yaml.utf8, file: "g.yaml")
        #expect(reading.diagnostics.filter { $0.severity == .error } == [])
    }

    @Test("compile to the same definition and the same text in any order of keys", arguments: seeds)
    func order(seed: UInt64) throws {
        let generated = GeneratedWorkflow(seed: seed)
        let workflow = try generated.compiled()
        let shuffled = try read(generated.shuffledYAML(seed: seed &+ 1)).get()
        #expect(generated.yaml != generated.shuffledYAML(seed: seed &+ 1))
        #expect(shuffled == workflow)
        #expect(shuffled.canonicalText == workflow.canonicalText)
        #expect(shuffled.mermaidText == workflow.mermaidText)
        #expect(shuffled.graphvizText == workflow.graphvizText)
        #expect(WorkflowDiff(from: workflow, to: shuffled).isEmpty)
    }

    @Test("different definitions have different texts")
    func distinct() throws {
        let texts = try Self.seeds.map { try GeneratedWorkflow(seed: $0).compiled().canonicalText }
        #expect(Set(texts).count == texts.count)
    }

    @Test("a run follows the rows and nothing else", arguments: seeds)
    func runs(seed: UInt64) throws {
        let workflow = try GeneratedWorkflow(seed: seed).compiled()
        let events = GeneratedWorkflow.events(in: workflow, length: 200, seed: seed)
        var run = WorkflowRun(workflow)
        var state = CompiledWorkflow.beforeOpening
        var recorded = 0
        for event in events {
            let rows = workflow.edges.filter { $0.from == state && $0.event == event }
            #expect(rows.count <= 1)
            switch run.apply(event) {
            case .moved(let next):
                #expect(rows.map(\.to) == [next] && rows.map(\.isStay) == [false])
                (state, recorded) = (next, recorded + 1)
            case .stayed:
                #expect(rows.map(\.to) == [state] && rows.map(\.isStay) == [true])
                recorded += 1
            case .illegal: #expect(rows.isEmpty)
            }
            #expect(run.state == state && run.sequence == recorded)
        }
    }

    @Test("following the moves keeps exactly the deadlines of the state", arguments: seeds)
    func deadlines(seed: UInt64) throws {
        let workflow = try GeneratedWorkflow(seed: seed).compiled()
        var run = WorkflowRun(workflow)
        var running: Set<CompiledWorkflow.Deadline> = []
        for event in GeneratedWorkflow.events(in: workflow, length: 100, seed: seed) {
            let edge = workflow.edge(from: run.state, on: event)
            if case .illegal = run.apply(event) { continue }
            let change = workflow.deadlineChange(on: try #require(edge))
            let names = Set(running.map(\.name))
            #expect(Set(change.closed.map(\.name)).union(change.kept.map(\.name)) == names)
            running = Set(change.opened + change.kept)
            #expect(running == Set(workflow.deadlines(in: run.state)))
            for kept in change.kept where edge?.isStay == false { #expect(kept.scope != kept.state) }
        }
    }

    @Test("no request is left without a deadline, unless it may wait forever or is closed", arguments: seeds)
    func attended(seed: UInt64) throws {
        let workflow = try GeneratedWorkflow(seed: seed).compiled()
        for state in workflow.states {
            let isAttended = !workflow.deadlines(in: state.name).isEmpty
            #expect(isAttended != (state.kind == .final || state.waitsForeverBecause != nil))
        }
    }
}

@Suite("Files damaged at random") struct DamagedWorkflowTests {
    @Test("are refused with a place, or come to a sound definition", arguments: 1...40 as ClosedRange<UInt64>)
    func damage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var lines = GeneratedWorkflow(seed: seed).yaml.split(separator: "\n").map(String.init)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: lines.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(random.pick(lines), at: index)
            case 2: lines[index] = String(lines[index].dropLast())
            default: lines[index] = lines[index].replacing("s1", with: "s0")
            }
        }
        let reading = read(lines.joined(separator: "\n"))
        guard let workflow = reading.workflow else {
            #expect(reading.diagnostics.contains { $0.severity == .error })
            #expect(reading.diagnostics.allSatisfy { $0.location.line <= lines.count + 1 && $0.location.column > 0 })
            return
        }
        let names = Set(workflow.states.map(\.name))
        #expect(workflow.edges.allSatisfy { names.contains($0.to) })
        #expect(Set(workflow.edges.map { [$0.from, $0.event] }).count == workflow.edges.count)
        #expect(Set(workflow.deadlines.map { [$0.state, $0.name] }).count == workflow.deadlines.count)
        for deadline in workflow.deadlines {
            let events = [deadline.event, deadline.fallback?.event].compactMap { $0 }
            #expect(events.allSatisfy { workflow.edge(from: deadline.state, on: $0) != nil })
        }
    }
}
