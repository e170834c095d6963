extension CompiledWorkflow {
    /// Turns a checked source into rows.
    init(_ source: WorkflowSource, start: String, states: [FlatState]) {
        let leads = Dictionary(
            source.alerts.compactMap { alert in alert.detail.lead.map { (alert.name.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let lost = Dictionary(
            source.effects.map { ($0.name.name, $0.detail) }, uniquingKeysWith: { first, _ in first })
        var edges = [
            Edge(
                from: Self.beforeOpening, event: Self.openingEvent, to: start, isStay: false, scope: Self.beforeOpening)
        ]
        var effects: [EdgeEffect] = []
        for state in states {
            for move in state.moves.values {
                edges.append(Edge(move, from: state.name.name))
                guard let effect = move.effect?.name, let lost = lost[effect] else { continue }
                effects.append(EdgeEffect(from: state.name.name, event: move.event.name, effect: effect, lost: lost))
            }
        }
        self.init(
            name: source.name, version: source.version, start: start,
            clocks: source.clocks.map { Clock(name: $0.name.name, title: $0.title) },
            anchors: source.anchors.map {
                Anchor(name: $0.name.name, title: $0.title, lasts: $0.detail.lasts, day: $0.detail.day)
            },
            alerts: source.alerts.map {
                AlertRule(
                    name: $0.name.name, title: $0.title, severity: $0.detail.severity, lead: $0.detail.lead?.name)
            },
            effectKinds: source.effects.map { EffectKind(name: $0.name.name, title: $0.title, lost: $0.detail) },
            events: source.events.map {
                EventKind(
                    name: $0.name.name, title: $0.title, by: $0.detail.by,
                    recording: $0.detail.recording.map(Recording.init))
            },
            groups: Self.groups(source.nodes, path: []),
            states: states.map {
                State(
                    name: $0.name.name, kind: $0.kind, title: $0.title, path: $0.path,
                    waitsForeverBecause: $0.waitsForeverBecause)
            },
            edges: edges, effects: effects,
            deadlines: states.flatMap { state in
                state.deadlines.values.flatMap { Deadline.rows($0, state: state.name.name, leads: leads) }
            },
            migration: source.migration.map { migration in
                Migration(
                    fromVersion: migration.version,
                    states: Dictionary(
                        migration.states.map { ($0.old.name, $0.new.name) }, uniquingKeysWith: { first, _ in first }))
            })
    }

    private static func groups(_ nodes: [WorkflowSource.Node], path: [String]) -> [Group] {
        nodes.filter(\.isGroup).flatMap { node in
            [Group(name: node.name.name, title: node.title, path: path)]
                + groups(node.children, path: path + [node.name.name])
        }
    }
}

extension CompiledWorkflow.Recording {
    fileprivate init(_ recording: WorkflowSource.Recording) {
        self.init(
            needs: recording.needs.map(\.name), takes: recording.takes.map(\.name), oneWay: recording.oneWay,
            rules: recording.rules.map(\.name))
    }
}

extension CompiledWorkflow.Edge {
    fileprivate init(_ move: FlatState.Move, from state: String) {
        switch move.target {
        case .stay: self.init(from: state, event: move.event.name, to: state, isStay: true, scope: move.scope)
        case .state(let target):
            self.init(from: state, event: move.event.name, to: target.name, isStay: false, scope: move.scope)
        }
    }
}

extension CompiledWorkflow.Deadline {
    /// One row, or two when the alert is raised earlier than the event comes.
    fileprivate static func rows(
        _ deadline: FlatState.Deadline, state: String, leads: [String: Located]
    ) -> [CompiledWorkflow.Deadline] {
        let source = deadline.source
        let event = source.event?.name
        let alert = source.alert?.name
        let lead = alert.flatMap { leads[$0]?.name }
        func row(name: String, lead: String?, event: String?, alert: String?, fallback: Fallback?) -> Self {
            Self(
                source.timing, state: state, name: name, scope: deadline.scope, lead: lead, event: event, alert: alert,
                fallback: fallback)
        }
        func fallback(lead: String?, event: String?, alert: String?) -> Fallback? {
            source.otherwise.map { Fallback(clock: $0.name, lead: lead, event: event, alert: alert) }
        }
        // What is due when the date is missing: the `otherwise_alert` alone where there is one, else the same.
        let unknown = source.otherwiseAlert.map { fallback(lead: nil, event: nil, alert: $0.name) }
        guard source.hasNotice(leads: leads) else {
            return [
                row(
                    name: source.name.name, lead: lead, event: event, alert: alert,
                    fallback: unknown ?? fallback(lead: lead, event: event, alert: alert))
            ]
        }
        return [
            row(
                name: source.name.name, lead: nil, event: event, alert: nil,
                fallback: unknown ?? fallback(lead: nil, event: event, alert: nil)),
            row(
                name: source.noticeName, lead: lead, event: nil, alert: alert,
                fallback: unknown == nil ? fallback(lead: lead, event: nil, alert: alert) : nil),
        ]
    }

    private init(
        _ timing: WorkflowSource.Deadline.Timing, state: String, name: String, scope: String, lead: String?,
        event: String?, alert: String?, fallback: Fallback?
    ) {
        var clock: String?
        var by: String?
        let relation: CompiledWorkflow.Relation
        switch timing {
        case .after(let after): (relation, clock) = (.after, after.name)
        case .at: relation = .at
        case .before(_, let before): (relation, by) = (.before, before.name)
        }
        self.init(
            state: state, name: name, scope: scope, relation: relation, clock: clock, anchor: timing.anchor?.name,
            by: by, lead: lead, event: event, alert: alert, fallback: fallback)
    }
}
