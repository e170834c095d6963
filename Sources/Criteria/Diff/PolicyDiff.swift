public import CivilTime

/// What is otherwise in one version of a policy than in another.
public struct PolicyDiff: Sendable, Encodable {
    /// Number, dates, product, sources, approvals: what stands beside the criteria.
    public let head: [Change]
    /// One for each set that one of them has. A comparison of whom the policies hold for comes first, called `members`.
    public let sets: [CriteriaSetDiff]
    /// The day for which ages of evidence and look-backs are counted.
    public let asOf: CivilDate

    public struct Change: Hashable, Sendable, Encodable {
        public let what: String
        public let before: String?
        public let after: String?
    }

    /// Nothing differs, and that is certain.
    public var isSame: Bool { head.isEmpty && sets.allSatisfy(\.isSame) }

    /// All sets together.
    public var direction: CriteriaSetDiff.Direction {
        let directions = Set(sets.map(\.direction)).subtracting([.same])
        let stricter: Set<CriteriaSetDiff.Direction> = [.stricter, .removed]
        let looser: Set<CriteriaSetDiff.Direction> = [.looser, .added]
        if directions.isEmpty { return .same }
        return directions.isSubset(of: stricter) ? .stricter : directions.isSubset(of: looser) ? .looser : .mixed
    }
}

/// How the verdict of one set of criteria differs, for records on which every fact is known.
public struct CriteriaSetDiff: Sendable, Encodable {
    public enum Direction: String, Sendable, Codable {
        case same
        /// Where the verdicts differ, the new one says less for the request: unmet before unknown before met.
        case stricter
        case looser
        case mixed
        case added
        case removed
    }

    public let id: String
    public let direction: Direction
    /// Every value of every fact was taken into account. If not, a sample was tried.
    public let isExact: Bool
    public let regions: [Region]
    /// More regions exist than were kept.
    public let isTruncated: Bool
    /// What was added, removed or changed, criterion by criterion, whether it changes the verdict or not.
    public let criteria: [CriterionChange]
    /// What was assumed, where values could not be tried out.
    public let remarks: [String]

    /// Values of facts for which the verdict differs.
    public struct Region: Sendable, Encodable {
        public let before: Verdict
        public let after: Verdict
        /// What makes the difference, in words; all of these hold.
        public let conditions: [String]
        /// What the more generous of the two asks for anyway.
        public let otherwise: [String]
        /// Facts for which it comes about, as `Vocabulary.value(of:from:)` reads them.
        public let example: [String: String]?
    }

    public struct CriterionChange: Hashable, Sendable, Encodable {
        public enum Kind: String, Sendable, Codable { case added, removed, changed, reworded }

        public let kind: Kind
        public let id: String
        public let before: String?
        public let after: String?
    }

    /// Nothing differs, and that is certain: a sample in which nothing differed does not show it.
    public var isSame: Bool { isExact && direction == .same && criteria.isEmpty && regions.isEmpty }
}

extension Policy {
    /// Compares this version with a newer one.
    /// - Parameters:
    ///   - asOf: the day for which ages of evidence and look-backs are counted.
    ///   - limit: how large the exact comparison may grow before a sample is tried instead.
    public func difference(from new: Policy, asOf: CivilDate, limit: Int = 200_000) -> PolicyDiff {
        let declarations = declarations.merging(new.declarations) { _, new in new }
        func compare(_ id: String, _ before: CompiledTree, _ after: CompiledTree) -> CriteriaSetDiff {
            let comparison = TreeComparison(before, after, declarations: declarations, asOf: asOf)
            return SetComparison(id: id, comparison: comparison, declarations: declarations, limit: limit).result()
        }
        var sets: [CriteriaSetDiff] = []
        if membersTree != nil || new.membersTree != nil {
            let everybody = CompiledTree(Criterion(.all([]), at: location), declarations: [:])
            let members = compare("members", membersTree ?? everybody, new.membersTree ?? everybody)
            if !members.isSame { sets.append(members) }
        }
        for set in self.sets {
            if let other = new.sets.first(where: { $0.id == set.id }) {
                sets.append(compare(set.id, set.tree, other.tree))
            } else {
                sets.append(.whole(set, .removed))
            }
        }
        for set in new.sets where !self.sets.contains(where: { $0.id == set.id }) { sets.append(.whole(set, .added)) }
        return PolicyDiff(head: headChanges(new), sets: sets, asOf: asOf)
    }
}

extension CriteriaSetDiff {
    fileprivate static func whole(_ set: CriteriaSet, _ direction: Direction) -> CriteriaSetDiff {
        CriteriaSetDiff(
            id: set.id, direction: direction, isExact: true, regions: [], isTruncated: false,
            criteria: set.tree.leaves.map { leaf in
                let words = leaf.inWords
                return direction == .added
                    ? CriterionChange(kind: .added, id: leaf.id, before: nil, after: words)
                    : CriterionChange(kind: .removed, id: leaf.id, before: words, after: nil)
            }, remarks: [])
    }
}

extension Leaf {
    /// What it asks: `age is at least 18`, `anti_jcv_test_date is known, not older than 6 months, proven by the chart`.
    public var inWords: String {
        guard let fact else { return "\(test)" }
        var text = "\(fact) \(test)"
        if let notOlderThan { text += ", not older than \(notOlderThan)" }
        if !proof.isEmpty { text += ", proven by \(list(proof.map(\.inWords), "or"))" }
        return text
    }
}
