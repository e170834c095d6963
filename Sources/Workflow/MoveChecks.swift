import Diagnostics

/// Checks the drawing as a whole: what can be reached, what ends, what would run in a circle by itself.
/// Expects that every name is known.
struct MoveChecks {
    private let start: String
    private let states: [FlatState]
    /// Where any event leads from each state.
    private let successors: [String: Set<String>]
    /// Where the events of its deadlines alone lead from each state.
    private let deadlineSuccessors: [String: [String]]
    private(set) var problems = DiagnosticList()

    init(start: String, states: [FlatState]) {
        self.start = start
        self.states = states
        var successors: [String: Set<String>] = [:]
        var deadlineSuccessors: [String: [String]] = [:]
        for state in states {
            successors[state.name.name] = Set(state.moves.keys.compactMap(state.target))
            let events = Set(state.deadlines.values.compactMap(\.source.event?.name))
            deadlineSuccessors[state.name.name] = events.sorted().compactMap { event in
                guard case .state(let target) = state.moves[event]?.target else { return nil }
                return target.name
            }
        }
        self.successors = successors
        self.deadlineSuccessors = deadlineSuccessors
    }

    mutating func run() {
        checkFinalStatesAreNotLeft()
        checkEveryStateIsReached()
        checkEveryStateCanEnd()
        checkDeadlinesDoNotCircle()
    }

    private mutating func checkFinalStatesAreNotLeft() {
        if !states.contains(where: { $0.kind == .final }), let first = states.first {
            problems.error(at: first.name.location, "no state is final; a request must be able to end")
        }
        for state in states where state.kind == .final {
            for (event, move) in state.moves.sorted(by: { $0.key < $1.key }) {
                guard case .state = move.target else { continue }
                if move.scope == state.name.name {
                    problems.error(
                        at: move.event.location,
                        "\"\(state.name.name)\" is final, so \(event) can only stay; make it a waiting state or drop the move"
                    )
                } else {
                    problems.error(
                        at: state.name.location,
                        "\"\(state.name.name)\" is final but has the move \(event) from its group \"\(move.scope)\"; "
                            + "put it outside the group")
                }
            }
        }
    }

    private mutating func checkEveryStateIsReached() {
        let reached = closure(from: [start]) { Array(successors[$0] ?? []) }
        for state in states where !reached.contains(state.name.name) {
            problems.error(at: state.name.location, "no way leads from \"\(start)\" to \"\(state.name.name)\"")
        }
    }

    private mutating func checkEveryStateCanEnd() {
        let finals = states.filter { $0.kind == .final }.map(\.name.name)
        guard !finals.isEmpty else { return }
        var predecessors: [String: [String]] = [:]
        for (state, targets) in successors { for target in targets { predecessors[target, default: []].append(state) } }
        let ending = closure(from: finals) { predecessors[$0] ?? [] }
        for state in states where !ending.contains(state.name.name) {
            problems.error(at: state.name.location, "from \"\(state.name.name)\" no final state can be reached")
        }
    }

    /// A circle of deadlines would move a forgotten request for ever, raising its alerts each time.
    private mutating func checkDeadlinesDoNotCircle() {
        var reported: Set<String> = []
        for state in states.map(\.name.name).sorted() where !reported.contains(state) {
            guard let circle = circle(through: state) else { continue }
            reported.formUnion(circle)
            let place = states.first { $0.name.name == state }?.name.location
            guard let place else { continue }
            problems.error(
                at: place,
                "deadlines alone lead in a circle: \((circle + [state]).joined(separator: " → ")); "
                    + "let one of them raise an alert instead of an event")
        }
    }

    /// The shortest way by deadlines from a state back to itself, or nothing.
    private func circle(through state: String) -> [String]? {
        var ways = [[state]]
        var seen: Set<String> = []
        while !ways.isEmpty {
            let way = ways.removeFirst()
            for next in deadlineSuccessors[way[way.count - 1]] ?? [] {
                if next == state { return way }
                if seen.insert(next).inserted { ways.append(way + [next]) }
            }
        }
        return nil
    }

    private func closure(from first: [String], next: (String) -> [String]) -> Set<String> {
        var reached = Set(first)
        var open = first
        while let state = open.popLast() {
            for target in next(state) where reached.insert(target).inserted { open.append(target) }
        }
        return reached
    }
}
