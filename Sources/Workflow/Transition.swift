/// What an event does to a request in a state.
public enum Transition: Hashable, Sendable {
    /// The state is left for another, or entered anew when it is the same.
    case moved(to: String)
    /// The event is recorded and the state left alone.
    case stayed
    case illegal(IllegalMove)
}

/// Why an event is refused.
public struct IllegalMove: Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case unknownState
        case unknownEvent
        /// The state is final.
        case closed
        case notFromThisState
    }

    public let reason: Reason
    public let state: String
    public let event: String
    /// The events that are legal in the state, sorted.
    public let possible: [String]

    public var description: String {
        switch reason {
        case .unknownState: "there is no state \"\(state)\""
        case .unknownEvent: "there is no event \"\(event)\""
        case .closed: "\(event) cannot happen: \(state) is final"
        case .notFromThisState: "\(event) cannot happen in \(state); possible: \(possible.joined(separator: ", "))"
        }
    }
}

extension CompiledWorkflow {
    /// Where an event leads from a state. Pure; the SQL function of the engine answers the same for a published version.
    ///
    /// - Parameter state: a state's name, or ``beforeOpening``.
    public func transition(from state: String, on event: String) -> Transition {
        if let edge = edge(from: state, on: event) { return edge.isStay ? .stayed : .moved(to: edge.to) }
        let reason: IllegalMove.Reason =
            if state != Self.beforeOpening, self.state(named: state) == nil {
                .unknownState
            } else if !events.contains(where: { $0.name == event }) {
                .unknownEvent
            } else if self.state(named: state)?.kind == .final {
                .closed
            } else {
                .notFromThisState
            }
        return .illegal(IllegalMove(reason: reason, state: state, event: event, possible: events(in: state)))
    }
}

/// One request's life, event by event, without a database.
public struct WorkflowRun: Sendable {
    public let workflow: CompiledWorkflow
    /// Where the request stands; ``CompiledWorkflow/beforeOpening`` until it is opened.
    public private(set) var state = CompiledWorkflow.beforeOpening
    /// How many events were recorded, refused ones not counted: the sequence number of the head.
    public private(set) var sequence = 0

    public init(_ workflow: CompiledWorkflow) { self.workflow = workflow }

    /// Applies an event; a refused one changes nothing.
    public mutating func apply(_ event: String) -> Transition {
        let transition = workflow.transition(from: state, on: event)
        switch transition {
        case .moved(let next): (state, sequence) = (next, sequence + 1)
        case .stayed: sequence += 1
        case .illegal: break
        }
        return transition
    }

    /// Applies events in order; the answers are in the same order.
    public mutating func apply(contentsOf events: some Sequence<String>) -> [Transition] {
        events.map { apply($0) }
    }
}
