/// An arrow of a drawing: every event that leads from one place to another in the same way.
///
/// Events that leave a state alone are not drawn; they would bury the rest. A move that a group declares is one arrow
/// from the group, except where it leads into the group itself: neither Graphviz nor Mermaid can draw that.
struct DrawnEdge: Hashable {
    /// A state or a group.
    let from: String
    let isFromGroup: Bool
    let to: String
    /// Brought by a deadline and by nobody else.
    let isClock: Bool
    let labels: [String]
}

extension CompiledWorkflow {
    /// The arrows of a drawing, sorted; the opening one not among them.
    var drawnEdges: [DrawnEdge] {
        struct Ends: Hashable {
            let from: String
            let isFromGroup: Bool
            let to: String
            let isClock: Bool
        }
        let groupNames = Set(groups.map(\.name))
        let effectOfMove = Dictionary(
            effects.map { ([$0.from, $0.event], $0.effect) }, uniquingKeysWith: { first, _ in first })
        var labels: [Ends: Set<String>] = [:]
        for edge in edges where !edge.isStay && edge.from != Self.beforeOpening {
            let leadsInside = state(named: edge.to)?.path.contains(edge.scope) ?? false
            let isFromGroup = groupNames.contains(edge.scope) && !leadsInside
            let deadline = deadlines(in: edge.from).first { $0.event == edge.event }
            let ends = Ends(
                from: isFromGroup ? edge.scope : edge.from, isFromGroup: isFromGroup, to: edge.to,
                isClock: deadline != nil)
            var label = edge.event
            if let deadline { label += " (\(deadline.timing))" }
            if let effect = effectOfMove[[edge.from, edge.event]] { label += " / \(effect)" }
            labels[ends, default: []].insert(label)
        }
        return labels.map { ends, labels in
            DrawnEdge(
                from: ends.from, isFromGroup: ends.isFromGroup, to: ends.to, isClock: ends.isClock,
                labels: labels.sorted())
        }.sorted { ($0.from, $0.to, $0.isClock ? 1 : 0) < ($1.from, $1.to, $1.isClock ? 1 : 0) }
    }

    /// The deadlines of a state that only raise an alert, in words; without a colon, which older Mermaid trips over.
    func drawnAlerts(in state: String) -> [String] {
        deadlines(in: state).compactMap { deadline in
            guard deadline.event == nil, let alert = deadline.alert else { return nil }
            return "alert \(alert) (\(deadline.timing))"
        }
    }

    /// The groups that stand directly in a path, and the states, each sorted.
    func drawnChildren(of path: [String]) -> (groups: [Group], states: [State]) {
        (groups.filter { $0.path == path }, states.filter { $0.path == path })
    }
}
