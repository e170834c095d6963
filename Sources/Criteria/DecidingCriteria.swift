public import CivilTime

// Short answers for many requests at once: without a trace and without what is missing.
extension Policy {
    /// How well its criteria fit the diagnosis.
    public enum Fit: Int, Comparable, Sendable {
        case none, perhaps, certain

        public static func < (left: Fit, right: Fit) -> Bool { left.rawValue < right.rawValue }
    }

    /// For certain when a set applies, perhaps when the only one that may is not known to.
    public func fit(_ facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate) -> Fit {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        let verdicts = sets(for: phase).map { $0.appliesTree.verdict(context) }
        if verdicts.contains(.met) { return .certain }
        return verdicts.count { $0 == .unknown } == 1 ? .perhaps : .none
    }

    /// The set by which `evaluate` would judge; nothing when there is none or several could be.
    public func set(for facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate) -> CriteriaSet? {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        var applying: [CriteriaSet] = []
        var possible: [CriteriaSet] = []
        for set in sets(for: phase) {
            switch set.appliesTree.verdict(context) {
            case .met: applying.append(set)
            case .unknown: possible.append(set)
            case .unmet: break
            }
        }
        if applying.count == 1 { return applying[0] }
        return applying.isEmpty && possible.count == 1 ? possible[0] : nil
    }

    /// Ids of the leaves that force the verdict of the set that applies; empty when none does.
    public func decisiveCriteria(_ facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate) -> [String] {
        guard let set = set(for: facts, phase: phase, asOf: asOf) else { return [] }
        let tree = EvaluatedTree(set.tree, EvaluationContext(facts: facts, asOf: asOf))
        var ids: [String] = []
        for (place, node) in set.tree.nodes.enumerated() where tree.isDecisive[place] {
            guard case .leaf(let leaf) = node.kind, !ids.contains(set.tree.leaves[leaf].id) else { continue }
            ids.append(set.tree.leaves[leaf].id)
        }
        return ids
    }

    /// Every fact that some criterion looks at, those that say for whom the policy holds included.
    public var askedFacts: Set<String> {
        let trees = sets.flatMap { [$0.tree, $0.appliesTree] } + [membersTree].compactMap { $0 }
        return Set(trees.flatMap { $0.questions.map(\.fact) })
    }

    /// The day in its time that lies nearest: to ask what it would have said before or after.
    public func nearestDayInForce(to date: CivilDate) -> CivilDate {
        min(max(date, effectiveFrom ?? date), effectiveTo ?? .distantFuture)
    }
}

extension CivilDate {
    fileprivate static let distantFuture = CivilDate(year: 9999, month: 12, day: 31) ?? CivilDate(dayNumber: 0)
}
