import Diagnostics

/// Checks that nothing waits unattended, and that each deadline can do what it says. Expects that every name is known.
struct DeadlineChecks {
    private let source: WorkflowSource
    private let states: [FlatState]
    private let clockDurations: [String: Duration]
    private let leads: [String: Located]
    private(set) var problems = DiagnosticList()

    init(_ source: WorkflowSource, states: [FlatState], clockDurations: [String: Duration]) {
        self.source = source
        self.states = states
        self.clockDurations = clockDurations
        leads = Dictionary(
            source.alerts.compactMap { alert in alert.detail.lead.map { (alert.name.name, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    mutating func run() {
        for state in states {
            checkIsAttended(state)
            checkEventsAreLegal(state)
            checkMissingDates(state)
            checkNotices(state)
        }
        for deadline in source.allNodes.flatMap(\.deadlines) { checkLead(of: deadline) }
    }

    private mutating func checkIsAttended(_ state: FlatState) {
        let name = state.name.name
        let location = state.name.location
        if state.kind == .final {
            if let deadline = first(state.deadlines) {
                problems.error(
                    at: location, "\"\(name)\" is final but has the deadline \"\(deadline.source.name.name)\"; drop it")
            }
        } else if state.waitsForeverBecause != nil {
            if let deadline = first(state.deadlines) {
                problems.error(
                    at: location,
                    "\"\(name)\" waits forever but has the deadline \"\(deadline.source.name.name)\"; drop one of them")
            }
        } else if state.deadlines.isEmpty {
            problems.error(
                at: location,
                "\"\(name)\" has no deadline, so a request could be forgotten there; give it one"
                    + (state.kind == .wait ? ", or \"waits: forever\" and \"because:\"" : ""))
        }
    }

    private mutating func checkEventsAreLegal(_ state: FlatState) {
        let deadlines = state.deadlines.values.sorted { $0.source.name.name < $1.source.name.name }
        for deadline in deadlines {
            guard let event = deadline.source.event, state.moves[event.name] == nil else { continue }
            problems.error(
                at: event.location,
                "the deadline \"\(deadline.source.name.name)\" brings \(event.name), which \"\(state.name.name)\" "
                    + "has no move for")
        }
        for deadline in deadlines where deadline.source.alert == nil {
            guard let event = deadline.source.event, case .stay? = state.moves[event.name]?.target else { continue }
            problems.error(
                at: event.location,
                "the deadline \"\(deadline.source.name.name)\" tells nobody: \(event.name) leaves \"\(state.name.name)\" "
                    + "alone; give it an alert")
        }
        let brought = Set(deadlines.compactMap(\.source.event?.name))
        for (event, move) in state.moves.sorted(by: { $0.key < $1.key }) where !brought.contains(event) {
            guard move.scope == state.name.name,
                source.events.contains(where: { $0.name.name == event && $0.detail.by == .clock })
            else { continue }
            problems.warning(
                at: move.event.location, "\(event) comes by clock, but no deadline of \"\(state.name.name)\" brings it")
        }
    }

    /// A date that no event carried would leave its deadline unset; some deadline on that date must say what then.
    private mutating func checkMissingDates(_ state: FlatState) {
        let dated = state.deadlines.values.filter { $0.source.timing.anchor != nil }
        let byAnchor = Dictionary(grouping: dated) { $0.source.timing.anchor?.name ?? "" }
        for (anchor, deadlines) in byAnchor.sorted(by: { $0.key < $1.key }) {
            guard deadlines.allSatisfy({ $0.source.otherwise == nil }),
                let deadline = deadlines.min(by: { $0.source.name.name < $1.source.name.name })
            else { continue }
            problems.error(
                at: deadline.source.name.location,
                "when no event carried \"\(anchor)\", nothing is due in \"\(state.name.name)\"; "
                    + "add \"otherwise\" with a clock")
        }
    }

    /// The alert of a deadline with an event and a lead becomes a deadline of its own and needs its name.
    private mutating func checkNotices(_ state: FlatState) {
        for deadline in state.deadlines.values.map(\.source) where deadline.hasNotice(leads: leads) {
            guard let other = state.deadlines[deadline.noticeName] else { continue }
            problems.error(
                at: other.source.name.location,
                "the name \"\(deadline.noticeName)\" is needed for the early alert of \"\(deadline.name.name)\"; "
                    + "choose another")
        }
    }

    private mutating func checkLead(of deadline: WorkflowSource.Deadline) {
        if let fallback = deadline.otherwiseAlert, leads[fallback.name] != nil {
            problems.error(
                at: fallback.location,
                "the alert \"\(fallback.name)\" has a lead, and an \"otherwise_alert\" is raised when its clock runs out; "
                    + "name an alert without a lead")
        }
        guard let alert = deadline.alert, let lead = leads[alert.name] else { return }
        var clock = deadline.otherwiseAlert == nil ? deadline.otherwise : nil
        if case .after(let after) = deadline.timing { clock = after }
        guard let clock, let length = clockDurations[clock.name], let leadLength = clockDurations[lead.name],
            leadLength >= length
        else { return }
        problems.error(
            at: alert.location,
            "the alert \"\(alert.name)\" is raised \"\(lead.name)\" early, which is not shorter than the deadline's "
                + "clock \"\(clock.name)\"; it would be raised at once")
    }

    private func first(_ deadlines: [String: FlatState.Deadline]) -> FlatState.Deadline? {
        deadlines.min { $0.key < $1.key }?.value
    }
}

extension WorkflowSource.Deadline {
    var noticeName: String { "\(name.name)-notice" }

    func hasNotice(leads: [String: Located]) -> Bool {
        guard event != nil, let alert else { return false }
        return leads[alert.name] != nil
    }
}
