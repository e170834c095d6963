import Diagnostics

extension WorkflowSource {
    /// Warnings for what is declared and never used: most often the other half of a change that was forgotten.
    func unusedNames() -> DiagnosticList {
        let nodes = allNodes
        let deadlines = nodes.flatMap(\.deadlines)
        let moves = nodes.flatMap(\.moves)
        var events = Set(moves.map(\.event.name) + always.map(\.name))
        events.insert(CompiledWorkflow.openingEvent)
        var clocks = Set(deadlines.compactMap(\.otherwise?.name) + alerts.compactMap(\.detail.lead?.name))
        for deadline in deadlines {
            switch deadline.timing {
            case .after(let clock), .before(_, let clock): clocks.insert(clock.name)
            case .at: break
            }
        }
        let anchors = Set(deadlines.compactMap(\.timing.anchor?.name))
        let alerts = Set(deadlines.flatMap { [$0.alert, $0.otherwiseAlert].compactMap { $0?.name } })
        let effects = Set(moves.compactMap(\.effect?.name))

        var problems = DiagnosticList()
        func warn(_ declared: [Located], _ what: String, used: Set<String>) {
            for name in declared where !used.contains(name.name) {
                problems.warning(at: name.location, "the \(what) \"\(name.name)\" is declared but never used")
            }
        }
        warn(self.events.map(\.name), "event", used: events)
        warn(self.clocks.map(\.name), "clock", used: clocks)
        warn(self.anchors.map(\.name), "anchor", used: anchors)
        warn(self.alerts.map(\.name), "alert", used: alerts)
        warn(self.effects.map(\.name), "effect", used: effects)
        return problems
    }
}
