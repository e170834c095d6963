import Diagnostics

/// A state with everything that it has from the groups around it.
struct FlatState {
    struct Move {
        let event: Located
        let target: WorkflowSource.Move.Target
        let effect: Located?
        /// The state or group that declares it, or ``CompiledWorkflow/everyState``.
        let scope: String
    }

    struct Deadline {
        let source: WorkflowSource.Deadline
        /// The state or group that declares it.
        let scope: String
    }

    let name: Located
    let title: String
    let kind: CompiledWorkflow.Kind
    let waitsForeverBecause: String?
    let path: [String]
    /// By event; a state's own move wins over its group's, an inner group's over an outer one's.
    let moves: [String: Move]
    /// By name; the same order of precedence.
    let deadlines: [String: Deadline]

    /// Where a move leads, or nothing when the event is not legal here.
    func target(of event: String) -> String? {
        switch moves[event]?.target {
        case .stay: name.name
        case .state(let target): target.name
        case nil: nil
        }
    }
}

extension WorkflowSource {
    /// The states alone, in the order of the file.
    func flattened() -> [FlatState] {
        let always = always.map {
            FlatState.Move(event: $0, target: .stay, effect: nil, scope: CompiledWorkflow.everyState)
        }
        let moves = Dictionary(always.map { ($0.event.name, $0) }, uniquingKeysWith: { first, _ in first })
        return nodes.flatMap { flatten($0, path: [], moves: moves, deadlines: [:]) }
    }

    private func flatten(
        _ node: Node, path: [String], moves: [String: FlatState.Move], deadlines: [String: FlatState.Deadline]
    ) -> [FlatState] {
        let scope = node.name.name
        let ownMoves = node.moves.map {
            FlatState.Move(event: $0.event, target: $0.target, effect: $0.effect, scope: scope)
        }
        let ownDeadlines = node.deadlines.map { FlatState.Deadline(source: $0, scope: scope) }
        let moves = moves.merging(ownMoves.map { ($0.event.name, $0) }) { _, own in own }
        let deadlines = deadlines.merging(ownDeadlines.map { ($0.source.name.name, $0) }) { _, own in own }
        guard let kind = node.kind else {
            return node.children.flatMap { flatten($0, path: path + [scope], moves: moves, deadlines: deadlines) }
        }
        return [
            FlatState(
                name: node.name, title: node.title, kind: kind, waitsForeverBecause: node.waitsForeverBecause,
                path: path, moves: moves, deadlines: deadlines)
        ]
    }
}
