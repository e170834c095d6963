import Foundation
import Workflow

/// One request as docs/workflow-language.md has it, by the pure functions of `Workflow`: what the database must agree
/// with. All its clocks run in hours, in UTC.
struct RequestModel {
    /// The lengths of the clocks, in hours.
    let clocks: [String: Int]
    private(set) var run: WorkflowRun
    private(set) var running: [String: OpenDeadline] = [:]
    private var known: [String: (event: String, answer: EventAnswer)] = [:]
    private var dates: [String: Date] = [:]

    init(_ workflow: CompiledWorkflow, clocks: [String: Int], openedAt: Date) {
        self.clocks = clocks
        run = WorkflowRun(workflow)
        guard let edge = workflow.edge(from: run.state, on: CompiledWorkflow.openingEvent) else { return }
        _ = run.apply(CompiledWorkflow.openingEvent)
        for deadline in workflow.deadlineChange(on: edge).opened { arm(deadline, at: openedAt, carried: [:]) }
    }

    mutating func apply(_ input: EventInput) -> EventAnswer {
        let (seq, state) = (run.sequence, run.state)
        if let earlier = known[input.sourceKey], earlier.event == input.event {
            var answer = earlier.answer
            answer.outcome = "duplicate"
            return answer
        }
        if known[input.sourceKey] != nil || (input.expectedSeq != nil && input.expectedSeq != seq) {
            return EventAnswer(outcome: "conflict", seq: seq, from: state, to: state)
        }
        guard case let transition = run.apply(input.event), let edge = run.workflow.edge(from: state, on: input.event)
        else { return EventAnswer(outcome: "illegal", seq: seq, from: state, to: state) }
        let carried = input.anchors.compactMapValues { try? Date($0 + "Z", strategy: .iso8601) }
        dates.merge(carried) { _, new in new }
        let change = run.workflow.deadlineChange(on: edge)
        for deadline in change.closed { running[deadline.name] = nil }
        for deadline in change.opened { arm(deadline, at: input.occurredAt, carried: carried) }
        for deadline in change.kept where deadline.anchor.map({ carried[$0] != nil }) == true {
            arm(deadline, at: input.occurredAt, carried: carried)
        }
        let to = if case .moved(let next) = transition { next } else { state }
        let answer = EventAnswer(outcome: "applied", seq: run.sequence, from: state, to: to)
        known[input.sourceKey] = (input.event, answer)
        return answer
    }

    private mutating func arm(_ deadline: CompiledWorkflow.Deadline, at entry: Date, carried: [String: Date]) {
        running[deadline.name] = nil
        let date = deadline.anchor.flatMap { name in
            let lasts = run.workflow.anchors.first { $0.name == name }?.lasts == true
            return carried[name] ?? (lasts ? dates[name] : nil)
        }
        if deadline.anchor != nil, date == nil {
            guard let fallback = deadline.fallback else { return }
            open(
                deadline, due: entry + hours(fallback.clock) - hours(fallback.lead), event: fallback.event,
                alert: fallback.alert)
        } else {
            let due =
                switch deadline.relation {
                case .after: entry + hours(deadline.clock)
                case .at: date ?? entry
                case .before: (date ?? entry) - hours(deadline.by)
                }
            open(deadline, due: due - hours(deadline.lead), event: deadline.event, alert: deadline.alert)
        }
    }

    private mutating func open(_ deadline: CompiledWorkflow.Deadline, due: Date, event: String?, alert: String?) {
        running[deadline.name] = OpenDeadline(
            name: deadline.name, scope: deadline.scope, due: due, event: event, alert: alert, armedBy: run.sequence)
    }

    private func hours(_ clock: String?) -> Double { Double(clock.flatMap { clocks[$0] } ?? 0) * 3600 }
}
