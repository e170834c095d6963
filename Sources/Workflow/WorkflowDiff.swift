/// What differs between two definitions, for a person who is about to publish the second.
public struct WorkflowDiff: Hashable, Sendable, CustomStringConvertible {
    public struct Change: Hashable, Sendable, CustomStringConvertible {
        /// `state`, `move`, `deadline`, `event`, `clock`, `anchor`, `alert`, `effect`, `group`, `workflow`, `migrates` or `migration`.
        public let subject: String
        /// Which one: a name, for a move the state and the event, for a deadline the state and its name.
        public let key: String
        /// What the first definition says; nothing when it was added.
        public let before: String?
        /// What the second definition says; nothing when it was removed.
        public let after: String?

        /// `+ state on_hold: …`, `- move intake order.accepted: …` or `~ deadline …: … → …`.
        public var description: String {
            switch (before, after) {
            case (let before?, let after?): "~ \(subject) \(key): \(before) → \(after)"
            case (let before?, nil): "- \(subject) \(key): \(before)"
            case (nil, let after): "+ \(subject) \(key): \(after ?? "")"
            }
        }
    }

    /// In the order of the canonical text: the definition itself, its words, states, moves, deadlines, migration.
    public let changes: [Change]

    public init(from old: CompiledWorkflow, to new: CompiledWorkflow) {
        let oldTexts = Self.texts(old)
        let newTexts = Self.texts(new)
        var changes: [Change] = []
        for row in old.rows where newTexts[Self.key(row)] != row.text {
            changes.append(
                Change(subject: row.subject, key: row.key, before: row.text, after: newTexts[Self.key(row)]))
        }
        for row in new.rows where oldTexts[Self.key(row)] == nil {
            changes.append(Change(subject: row.subject, key: row.key, before: nil, after: row.text))
        }
        let order = [
            "workflow", "clock", "anchor", "alert", "effect", "event", "group", "state", "move", "deadline",
            "migrates", "migration",
        ]
        self.changes = changes.sorted { left, right in
            let leftPlace = (order.firstIndex(of: left.subject) ?? order.count, left.key)
            let rightPlace = (order.firstIndex(of: right.subject) ?? order.count, right.key)
            return leftPlace < rightPlace
        }
    }

    public var isEmpty: Bool { changes.isEmpty }

    /// One change a line; empty when there is none.
    public var description: String { changes.map { "\($0)\n" }.joined() }

    private static func key(_ row: CompiledWorkflow.Row) -> [String] { [row.subject, row.key] }

    private static func texts(_ workflow: CompiledWorkflow) -> [[String]: String] {
        Dictionary(workflow.rows.map { (key($0), $0.text) }, uniquingKeysWith: { first, _ in first })
    }
}
