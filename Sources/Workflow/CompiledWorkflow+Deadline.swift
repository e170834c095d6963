extension CompiledWorkflow {
    public enum Relation: String, Hashable, Sendable, CaseIterable { case after, at, before }

    /// One thing that comes due while a request is in a state.
    ///
    /// It is due, with everything in the payer's or the practice's clocks:
    ///
    /// - `after`: `clock` after the scope was entered;
    /// - `at`: when the day of `anchor` begins or ends, whichever the anchor says;
    /// - `before`: `by` before that moment;
    ///
    /// and `lead` earlier than that when there is a lead. While no event carried the anchor's date, `fallback` (when
    /// there is one) is due its own clock after the scope was entered, less its own lead, with its own event and alert;
    /// without a fallback nothing is due. When a later event carries a date, the deadline moves to it.
    public struct Deadline: Hashable, Sendable {
        public struct Fallback: Hashable, Sendable {
            public let clock: String
            public let lead: String?
            public let event: String?
            public let alert: String?
        }

        public let state: String
        /// Unique within the state. The alert of a deadline with an event and a lead is a row of its own, named
        /// `<name>-notice`.
        public let name: String
        /// The state or group that declares it. A deadline runs on through moves that do not leave its scope.
        public let scope: String
        public let relation: Relation
        public let clock: String?
        public let anchor: String?
        public let by: String?
        public let lead: String?
        public let event: String?
        public let alert: String?
        public let fallback: Fallback?

        /// When it is due, in words: `after intake-follow-up`, `renewal-window before authorization-end`.
        public var timing: String {
            switch (relation, lead) {
            case (.after, nil): "after \(clock ?? "")"
            case (.after, let lead?): "\(lead) before the end of \(clock ?? "")"
            case (.at, nil): "at \(anchor ?? "")"
            case (.at, let lead?): "\(lead) before \(anchor ?? "")"
            case (.before, nil): "\(by ?? "") before \(anchor ?? "")"
            case (.before, let lead?): "\(lead) and \(by ?? "") before \(anchor ?? "")"
            }
        }
    }

    /// What a move does to the deadlines of a request.
    public struct DeadlineChange: Hashable, Sendable {
        /// Sorted by name, as are the others.
        public let opened: [Deadline]
        public let kept: [Deadline]
        public let closed: [Deadline]
    }

    /// What becomes of deadlines when `edge` is taken: those whose scope is not left run on, those of the states left
    /// are closed, those of the states entered are opened. A move of a state to itself begins that state's own anew.
    public func deadlineChange(on edge: Edge) -> DeadlineChange {
        let before = deadlines(in: edge.from)
        if edge.isStay { return DeadlineChange(opened: [], kept: before, closed: []) }
        let after = deadlines(in: edge.to)
        let running = Set(before.map { [$0.name, $0.scope] })
        let wanted = Set(after.map { [$0.name, $0.scope] })
        func isKept(_ deadline: Deadline) -> Bool {
            let key = [deadline.name, deadline.scope]
            return running.contains(key) && wanted.contains(key) && deadline.scope != edge.to
        }
        return DeadlineChange(
            opened: after.filter { !isKept($0) }, kept: after.filter(isKept), closed: before.filter { !isKept($0) })
    }
}
