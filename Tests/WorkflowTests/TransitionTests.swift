import Testing
import Workflow

@Suite("Transitions") struct TransitionTests {
    private let workflow: CompiledWorkflow

    init() throws { workflow = try read(nested).get() }

    @Test(
        "follow a state's own move, then its group's",
        arguments: [
            ("(start)", "request.opened", Transition.moved(to: "a")),
            ("a", "step.one", .moved(to: "end")),  // the group's
            ("b", "step.one", .moved(to: "a")),  // its own
            ("c", "step.one", .moved(to: "b")),  // the inner group's
            ("a", "step.two", .stayed),
            ("b", "step.two", .moved(to: "b")),  // entered anew
            ("end", "note.recorded", .stayed),
            ("b", "note.recorded", .moved(to: "c")),  // a move of its own wins over always
        ])
    func legal(state: String, event: String, expected: Transition) {
        #expect(workflow.transition(from: state, on: event) == expected)
    }

    @Test(
        "say why an event is refused",
        arguments: [
            ("(start)", "step.one", "step.one cannot happen in (start); possible: request.opened"),
            (
                "a", "request.opened",
                "request.opened cannot happen in a; possible: note.recorded, step.in, step.one, step.two"
            ),
            ("end", "step.one", "step.one cannot happen: end is final"),
            ("outer", "step.one", "there is no state \"outer\""),
            ("a", "step.three", "there is no event \"step.three\""),
        ])
    func illegal(state: String, event: String, message: String) {
        guard case .illegal(let move) = workflow.transition(from: state, on: event) else {
            Issue.record("legal")
            return
        }
        #expect(move.description == message)
    }

    @Test("a run counts what is recorded and ignores what is refused")
    func run() {
        var run = WorkflowRun(workflow)
        let answers = run.apply(contentsOf: ["step.one", "request.opened", "step.two", "step.one", "step.one"])
        #expect(run.state == "end" && run.sequence == 3)
        #expect(answers[1...3] == [.moved(to: "a"), .stayed, .moved(to: "end")])
    }
}

@Suite("Deadlines") struct DeadlineTests {
    private let workflow: CompiledWorkflow

    init() throws { workflow = try read(nested).get() }

    @Test("a group's deadline runs on between its states, a state's own does not")
    func scope() throws {
        let change = workflow.deadlineChange(on: try #require(workflow.edge(from: "c", on: "step.one")))
        #expect(names(change.kept) == ["inner b inner", "outer b outer"])
        #expect(names(change.closed) == ["own c c"])
        #expect(names(change.opened) == ["own b b"])
    }

    @Test("leaving a group closes its deadline, entering opens it")
    func leaving() throws {
        let change = workflow.deadlineChange(on: try #require(workflow.edge(from: "b", on: "step.one")))
        #expect(names(change.closed) == ["inner b inner", "own b b"])
        #expect(names(change.kept) == ["outer a outer"])
        let opening = workflow.deadlineChange(on: try #require(workflow.edge(from: "(start)", on: "request.opened")))
        #expect(names(opening.opened) == ["outer a outer"] && opening.kept == [] && opening.closed == [])
    }

    @Test("a move of a state to itself begins its own deadlines anew, staying does not")
    func again() throws {
        let again = workflow.deadlineChange(on: try #require(workflow.edge(from: "b", on: "step.two")))
        #expect(names(again.opened) == ["own b b"] && names(again.closed) == ["own b b"])
        #expect(names(again.kept) == ["inner b inner", "outer b outer"])
        let stay = workflow.deadlineChange(on: try #require(workflow.edge(from: "a", on: "step.two")))
        #expect(names(stay.kept) == ["outer a outer"] && stay.opened == [] && stay.closed == [])
    }

    @Test("a child's deadline of the same name takes the place of its group's")
    func override() {
        let deadlines = workflow.deadlines(in: "d")
        #expect(names(deadlines) == ["outer d d"])
        #expect(deadlines.first?.timing == "after long")
    }

    @Test("an alert with a lead becomes a row of its own beside the event")
    func notice() throws {
        let workflow = try read(sound).get()
        let rows = workflow.deadlines(in: "waiting")
        #expect(names(rows) == ["lapse waiting waiting", "lapse-notice waiting waiting"])
        #expect(rows.map(\.event) == ["answer.lapsed", nil] && rows.map(\.alert) == [nil, "closing"])
        #expect(rows.map(\.lead) == [nil, "notice"])
        #expect(words(rows[0].fallback) == "answer - answer.lapsed -")
        #expect(words(rows[1].fallback) == "answer notice - closing")
    }

    @Test("an otherwise_alert takes the place of event and alert when the date is missing")
    func otherwiseAlert() throws {
        let text = sound.replacing("otherwise: answer,", with: "otherwise: answer, otherwise_alert: stalled,")
        let rows = try read(text).get().deadlines(in: "waiting")
        #expect(rows[0].event == "answer.lapsed")
        #expect(words(rows[0].fallback) == "answer - - stalled")
        #expect(rows[1].fallback == nil)
    }

    private func names(_ deadlines: [CompiledWorkflow.Deadline]) -> [String] {
        deadlines.map { "\($0.name) \($0.state) \($0.scope)" }
    }
}

/// Groups in groups, with moves and deadlines at each level.
private let nested = """
    workflow: nested
    version: 1
    start: a
    clocks: {short: "Short", long: "Long"}
    alerts: {told: {title: "Told", severity: info}}
    events:
      request.opened: {title: "Opened", by: operator}
      note.recorded: {title: "Note", by: operator}
      step.one: {title: "One", by: operator}
      step.in: {title: "In", by: operator}
      step.two: {title: "Two", by: operator}
    always: [note.recorded]
    states:
      outer:
        title: "Outer"
        deadlines: {outer: {after: short, alert: told}}
        moves: {step.one: end, step.two: stay}
        states:
          a: {title: "A", kind: work, moves: {step.in: b}}
          inner:
            title: "Inner"
            deadlines: {inner: {after: short, alert: told}}
            moves: {step.one: b}
            states:
              b:
                title: "B"
                kind: work
                deadlines: {own: {after: short, alert: told}}
                moves: {step.one: a, step.two: b, note.recorded: c}
              c:
                title: "C"
                kind: work
                deadlines: {own: {after: short, alert: told}}
                moves: {note.recorded: d}
          d:
            title: "D"
            kind: wait
            deadlines: {outer: {after: long, alert: told}}
            moves: {step.two: b}
      end: {title: "End", kind: final}

    """
