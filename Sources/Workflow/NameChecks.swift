import Diagnostics

/// Looks every name up, and finds what is declared twice.
struct NameChecks {
    private let source: WorkflowSource
    private let states: Set<String>
    private let groups: [String: WorkflowSource.Node]
    private let events: [String]
    private let clocks: [String]
    private let anchors: [String]
    private let alerts: [String]
    private let effects: [String]
    private(set) var problems = DiagnosticList()

    init(_ source: WorkflowSource) {
        self.source = source
        let nodes = source.allNodes
        states = Set(nodes.filter { !$0.isGroup }.map(\.name.name))
        groups = Dictionary(nodes.filter(\.isGroup).map { ($0.name.name, $0) }, uniquingKeysWith: { first, _ in first })
        events = source.events.map(\.name.name)
        clocks = source.clocks.map(\.name.name)
        anchors = source.anchors.map(\.name.name)
        alerts = source.alerts.map(\.name.name)
        effects = source.effects.map(\.name.name)
    }

    mutating func run() {
        checkStatesAreDeclaredOnce()
        checkReservedEvents()
        expectState(source.start)
        for alert in source.alerts { expect(alert.detail.lead, "clock", among: clocks) }
        for event in source.events { checkRecording(of: event) }
        var taken: Set<String> = []
        for event in source.always {
            expectMoveEvent(event)
            if !taken.insert(event.name).inserted {
                problems.error(at: event.location, "the event \"\(event.name)\" stands twice under \"always\"")
            }
        }
        for node in source.allNodes {
            for move in node.moves { check(move) }
            for deadline in node.deadlines { check(deadline) }
        }
        for pair in source.migration?.states ?? [] { expectState(pair.new) }
    }

    private mutating func checkStatesAreDeclaredOnce() {
        var first: [String: Located] = [:]
        for node in source.allNodes {
            if let earlier = first.updateValue(node.name, forKey: node.name.name) {
                problems.error(
                    at: node.name.location,
                    "the name \"\(node.name.name)\" is taken by a state or group in line \(earlier.location.line); "
                        + "names are unique in the whole file")
                first[node.name.name] = earlier
            }
        }
    }

    private mutating func checkReservedEvents() {
        if let event = source.events.first(where: { $0.name.name == CompiledWorkflow.migrationEvent }) {
            problems.error(
                at: event.name.location,
                "\(CompiledWorkflow.migrationEvent) is reserved: the engine applies it when a request changes versions")
        }
        if !events.contains(CompiledWorkflow.openingEvent) {
            problems.error(
                at: source.location,
                "the event \(CompiledWorkflow.openingEvent) is not declared; it opens every request")
        }
    }

    private mutating func check(_ move: WorkflowSource.Move) {
        expectMoveEvent(move.event)
        if case .state(let target) = move.target { expectState(target) }
        expect(move.effect, "effect", among: effects)
    }

    private mutating func check(_ deadline: WorkflowSource.Deadline) {
        switch deadline.timing {
        case .after(let clock): expect(clock, "clock", among: clocks)
        case .at(let anchor): expect(anchor, "anchor", among: anchors)
        case .before(let anchor, let by):
            expect(anchor, "anchor", among: anchors)
            expect(by, "clock", among: clocks)
        }
        expect(deadline.otherwise, "clock", among: clocks)
        expect(deadline.otherwiseAlert, "alert", among: alerts)
        expect(deadline.alert, "alert", among: alerts)
        guard let event = deadline.event else { return }
        expect(event, "event", among: events)
        let declared = source.events.first { $0.name.name == event.name }
        if let declared, declared.detail.by != .clock {
            problems.error(
                at: event.location,
                "a deadline brings \"\(event.name)\", but it is declared \"by: \(declared.detail.by.rawValue)\"; "
                    + "write \"by: clock\" there")
        }
    }

    private mutating func checkRecording(of event: WorkflowSource.Declared<WorkflowSource.EventDetail>) {
        guard let recording = event.detail.recording else { return }
        if event.name.name == CompiledWorkflow.openingEvent || ![.operator, .payer].contains(event.detail.by) {
            problems.error(
                at: recording.location,
                "\"\(event.name.name)\" is not a person's to record; \"record\" is for events by operator or payer, "
                    + "and not for \(CompiledWorkflow.openingEvent)")
        }
        var taken: Set<String> = []
        for word in recording.needs + recording.takes {
            expect(word, "word or anchor", among: CompiledWorkflow.Recording.words + anchors)
            if !taken.insert(word.name).inserted {
                problems.error(at: word.location, "\"\(word.name)\" stands twice; a word is needed or may be given")
            }
            if source.anchors.first(where: { $0.name.name == word.name })?.detail.day == .begins {
                problems.error(
                    at: word.location,
                    "\"\(word.name)\" is due when its day begins; a recorded step carries the ends of days only")
            }
        }
    }

    private mutating func expectMoveEvent(_ event: Located) {
        guard event.name != CompiledWorkflow.openingEvent, event.name != CompiledWorkflow.migrationEvent else {
            problems.error(
                at: event.location,
                event.name == CompiledWorkflow.openingEvent
                    ? "\(event.name) opens a request and cannot come again; \"start\" says where it leads"
                    : "\(event.name) is reserved; \"migrates_from\" says where it leads")
            return
        }
        expect(event, "event", among: events)
    }

    private mutating func expectState(_ state: Located?) {
        guard let state, !states.contains(state.name) else { return }
        if let group = groups[state.name] {
            let children = WorkflowSource(location: state.location, nodes: group.children).allNodes
            let names = children.filter { !$0.isGroup }.map(\.name.name)
            problems.error(
                at: state.location,
                "\"\(state.name)\" is a group; name one of its states: \(names.joined(separator: ", "))")
        } else {
            expect(state, "state", among: states.sorted())
        }
    }

    private mutating func expect(_ used: Located?, _ what: String, among declared: [String]) {
        guard let used, !declared.contains(used.name) else { return }
        let advice =
            if let nearest = nearestMatch(to: used.name, among: declared) {
                "did you mean \"\(nearest)\"?"
            } else if declared.isEmpty {
                "none is declared"
            } else {
                "declared: \(declared.prefix(12).joined(separator: ", "))\(declared.count > 12 ? ", …" : "")"
            }
        problems.error(at: used.location, "unknown \(what) \"\(used.name)\"; \(advice)")
    }
}
