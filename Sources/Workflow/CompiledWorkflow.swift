/// A checked workflow definition, flattened into the rows that are published.
///
/// Groups are gone except for drawing: each state carries its own moves and deadlines. All lists are sorted by name, so
/// that two files that differ only in the order of their keys compile to equal values. Make one with
/// ``WorkflowReading``.
public struct CompiledWorkflow: Hashable, Sendable {
    /// The state before a request exists; only ``openingEvent`` leaves it.
    public static let beforeOpening = "(start)"
    /// The scope of moves that every state has.
    public static let everyState = "(always)"
    /// The event that opens every request.
    public static let openingEvent = "request.opened"
    /// The event that moves a request to a newer version; no definition may declare it.
    public static let migrationEvent = "workflow.migrated"

    public let name: String
    public let version: Int
    /// The state that a request is in once it is opened.
    public let start: String
    public let clocks: [Clock]
    public let anchors: [Anchor]
    public let alerts: [AlertRule]
    public let effectKinds: [EffectKind]
    public let events: [EventKind]
    public let groups: [Group]
    public let states: [State]
    /// Every legal move, the opening one included; at most one for a state and an event.
    public let edges: [Edge]
    /// Which move writes which effect into the outbox.
    public let effects: [EdgeEffect]
    public let deadlines: [Deadline]
    public let migration: Migration?

    private let statesByName: [String: State]
    private let edgesByState: [String: [String: Edge]]
    private let deadlinesByState: [String: [Deadline]]

    init(
        name: String, version: Int, start: String, clocks: [Clock], anchors: [Anchor], alerts: [AlertRule],
        effectKinds: [EffectKind], events: [EventKind], groups: [Group], states: [State], edges: [Edge],
        effects: [EdgeEffect], deadlines: [Deadline], migration: Migration?
    ) {
        self.name = name
        self.version = version
        self.start = start
        self.clocks = clocks.sorted { $0.name < $1.name }
        self.anchors = anchors.sorted { $0.name < $1.name }
        self.alerts = alerts.sorted { $0.name < $1.name }
        self.effectKinds = effectKinds.sorted { $0.name < $1.name }
        self.events = events.sorted { $0.name < $1.name }
        self.groups = groups.sorted { $0.name < $1.name }
        self.states = states.sorted { $0.name < $1.name }
        self.edges = edges.sorted { ($0.from, $0.event) < ($1.from, $1.event) }
        self.effects = effects.sorted { ($0.from, $0.event) < ($1.from, $1.event) }
        self.deadlines = deadlines.sorted { ($0.state, $0.name) < ($1.state, $1.name) }
        self.migration = migration
        statesByName = Dictionary(states.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        edgesByState = Dictionary(grouping: edges, by: \.from).mapValues { edges in
            Dictionary(edges.map { ($0.event, $0) }, uniquingKeysWith: { first, _ in first })
        }
        deadlinesByState = Dictionary(grouping: self.deadlines, by: \.state)
    }

    public func state(named name: String) -> State? { statesByName[name] }

    public func edge(from state: String, on event: String) -> Edge? { edgesByState[state]?[event] }

    /// The events that are legal in a state, sorted.
    public func events(in state: String) -> [String] { (edgesByState[state] ?? [:]).keys.sorted() }

    /// The deadlines that run in a state, sorted by name.
    public func deadlines(in state: String) -> [Deadline] { deadlinesByState[state] ?? [] }
}

extension CompiledWorkflow {
    /// A length of time by name; a payer's module or the practice's defaults say how long it is.
    public struct Clock: Hashable, Sendable {
        public let name: String
        public let title: String
    }

    /// A date that events carry in.
    public struct Anchor: Hashable, Sendable {
        public let name: String
        public let title: String
        /// When true, the newest date that any event of the request carried counts. When false, a date counts only
        /// from the event that opened the deadline or a later one: last month's due date says nothing about today's
        /// question.
        public let lasts: Bool
        /// Which end of the date's day counts, in the zone that the clocks run in.
        public let day: Day
    }

    /// An approval begins when its first day begins, and ends when its last day ends.
    public enum Day: String, Hashable, Sendable, CaseIterable { case begins, ends }

    public enum Severity: String, Hashable, Sendable, CaseIterable { case info, warning, urgent }

    public struct AlertRule: Hashable, Sendable {
        public let name: String
        public let title: String
        public let severity: Severity
        /// The clock by which the alert is raised before its deadline is due; at the deadline when absent.
        public let lead: String?
    }

    /// What to do with an effect whose worker vanished: try again, ask the receiver first, or hold it for a person.
    public enum WhenLost: String, Hashable, Sendable, CaseIterable { case retry, inquire, hold }

    public struct EffectKind: Hashable, Sendable {
        public let name: String
        public let title: String
        public let lost: WhenLost
    }

    /// Who brings an event, as a rule.
    public enum Source: String, Hashable, Sendable, CaseIterable { case `operator`, payer, worker, clock }

    public struct EventKind: Hashable, Sendable {
        public let name: String
        public let title: String
        public let by: Source
        /// How a person records it with `precert record`; nothing when it comes in another way.
        public let recording: Recording?
    }

    /// What goes with an event that a person records.
    public struct Recording: Hashable, Sendable {
        /// Words that can go with an event besides the dates of the workflow's anchors.
        public static let words = ["note", "reason", "reference", "units"]

        /// Words and anchors without which it is not recorded, in the order of the file.
        public let needs: [String]
        /// Words and anchors that may be given.
        public let takes: [String]
        /// What it ends for good, said before it is recorded.
        public let oneWay: String?
        /// Topics of the payer's rules that are shown before it is recorded.
        public let rules: [String]
    }

    /// `work`: the next step is ours. `wait`: it is someone else's. `final`: nothing leaves it.
    public enum Kind: String, Hashable, Sendable, CaseIterable { case work, wait, final }

    /// States that share moves and deadlines; kept for drawings only.
    public struct Group: Hashable, Sendable {
        public let name: String
        public let title: String
        /// The groups around it, outermost first.
        public let path: [String]
    }

    public struct State: Hashable, Sendable {
        public let name: String
        public let kind: Kind
        public let title: String
        /// The groups around it, outermost first.
        public let path: [String]
        /// Why it may wait without a deadline.
        public let waitsForeverBecause: String?
    }

    public struct Edge: Hashable, Sendable {
        public let from: String
        public let event: String
        /// Equal to `from` for an event that leaves the state alone, and for one that enters the state anew.
        public let to: String
        /// The state is not left: its deadlines run on. False for a move to itself, which begins its own deadlines anew.
        public let isStay: Bool
        /// The state or group that declares the move; ``everyState`` for an event that every state takes.
        public let scope: String
    }

    public struct EdgeEffect: Hashable, Sendable {
        public let from: String
        public let event: String
        public let effect: String
        public let lost: WhenLost
    }

    /// Where requests of an earlier version go.
    public struct Migration: Hashable, Sendable {
        public let fromVersion: Int
        /// Old state to new state. A state that is left out keeps its name.
        public let states: [String: String]
    }

    /// The state of this version for a request that stands in `old` in the version that the map is for, or nothing when
    /// the map forgets it.
    public func migrationTarget(for old: String) -> String? {
        guard let migration else { return nil }
        return migration.states[old] ?? state(named: old)?.name
    }
}
