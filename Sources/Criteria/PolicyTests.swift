public import CivilTime
public import Diagnostics

/// The example patients in a policy's file, and what the policy must say about each.
public struct PolicyTests: Sendable {
    public let cases: [Case]

    public struct Case: Sendable {
        public let title: String
        /// The set evaluated, for example `rms.initial`.
        public let criteriaSet: String
        public let facts: Facts
        public let asOf: CivilDate
        /// Nothing when the policy is to be no policy for this member.
        public let expected: Verdict?
        /// Leaf ids, when the file says them.
        public let decisive: [String]?
        /// Facts that must be named as missing, when the file says them.
        public let missing: [String]?
        /// The minimal sets, when the file says them.
        public let missingSets: [[String]]?
        public let location: SourceLocation
    }
}

/// What running a policy's examples gave.
public struct PolicyTestReport: Sendable {
    public let caseCount: Int
    /// One error for each example that came out otherwise.
    public let failures: [Diagnostic]
    /// One warning for each leaf that no example shows to change the verdict.
    public let uncovered: [Diagnostic]

    public var hasPassed: Bool { failures.isEmpty }
}

extension Policy {
    /// Runs the examples. A policy past its review date is tested all the same: the tree is what is tested.
    public func runTests() -> PolicyTestReport {
        var failures: [Diagnostic] = []
        var shown: Set<String> = []
        for example in tests.cases {
            guard let set = sets.first(where: { $0.id == example.criteriaSet }) else { continue }
            let tree = EvaluatedTree(set.tree, EvaluationContext(facts: example.facts, asOf: example.asOf))
            failures += self.failures(of: example, tree)
            let gaps = gapAssumptions(set.tree)
            for (place, leaf) in set.tree.leaves.enumerated().prefix(LeafSet.capacity) where !shown.contains(leaf.id) {
                if gaps.contains(where: { tree.isDecided(by: place, assuming: $0) }) { shown.insert(leaf.id) }
            }
            guard let membersTree else { continue }
            let members = EvaluatedTree(membersTree, EvaluationContext(facts: example.facts, asOf: example.asOf))
            for (place, leaf) in membersTree.leaves.enumerated()
            where members.verdict != .unknown && members.isDecided(by: place, assuming: JointOutcome()) {
                shown.insert(leaf.id)
            }
        }
        var named: Set<String> = []
        let uncovered = ((membersTree?.leaves ?? []) + sets.flatMap(\.tree.leaves))
            .filter { !$0.isTaken && !shown.contains($0.id) && named.insert($0.id).inserted }
            .map { leaf in
                Diagnostic(
                    .warning, at: leaf.location,
                    "no example shows that \"\(leaf.id)\" changes the verdict; add a patient for whom it alone decides")
            }
        return PolicyTestReport(caseCount: tests.cases.count, failures: failures, uncovered: uncovered)
    }

    /// A point that is not on file hides what stands beside it, so a leaf also counts as shown when it would change the
    /// verdict if the gaps came out one way or another. Each way is tried for up to four gaps.
    private func gapAssumptions(_ tree: CompiledTree) -> [JointOutcome] {
        let gaps = tree.leaves.indices.prefix(LeafSet.capacity).filter { tree.leaves[$0].fact == nil }
        return gaps.prefix(4).reduce([JointOutcome()]) { ways, gap in
            ways
                + ways.flatMap { way in
                    [JointOutcome(met: LeafSet(gap)), JointOutcome(unmet: LeafSet(gap))].compactMap(way.joined)
                }
        }
    }

    private func failures(of example: PolicyTests.Case, _ tree: EvaluatedTree) -> [Diagnostic] {
        var messages: [String] = []
        let isTheirs = membership(example.facts, asOf: example.asOf) != .unmet
        if isTheirs == (example.expected == nil) {
            let found = isTheirs ? "could be one of its members" : "is none of its members"
            messages.append("expected \(example.expected?.rawValue ?? "not_theirs"), but the patient \(found)")
        }
        guard let expected = example.expected else {
            return messages.map { Diagnostic(.error, at: example.location, "\"\(example.title)\": \($0)") }
        }
        let trace = tree.trace
        if trace.verdict != expected {
            let because = trace.decisiveLeaves.joined(separator: ", ")
            messages.append(
                "expected \(expected.rawValue), got \(trace.verdict.rawValue) (decided by \(because))")
        }
        if let decisive = example.decisive, Set(decisive) != Set(trace.decisiveLeaves) {
            messages.append(
                "expected to be decided by \(list(decisive)), but it is decided by \(list(trace.decisiveLeaves))")
        }
        var analysis = MissingAnalysis(tree)
        if let missing = example.missing {
            let found = analysis.missingFacts().map(\.fact)
            if Set(missing) != Set(found) { messages.append("expected missing \(list(missing)), found \(list(found))") }
        }
        if let expected = example.missingSets {
            let found = analysis.missingSets().map(\.facts)
            if Set(expected.map { $0.sorted() }) != Set(found) {
                messages.append("expected the missing sets \(expected.map(list)), found \(found.map(list))")
            }
        }
        return messages.map { Diagnostic(.error, at: example.location, "\"\(example.title)\": \($0)") }
    }

    private func list(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : "[\(names.sorted().joined(separator: ", "))]"
    }
}

extension EvaluatedTree {
    /// Whether one leaf's outcome changes the verdict, the others as they are or as assumed.
    fileprivate func isDecided(by leaf: Int, assuming assumed: JointOutcome) -> Bool {
        let verdicts = Verdict.allCases.map { wanted in
            tree.verdict { place in
                if place == leaf { return wanted }
                return assumed.met.contains(place)
                    ? .met : assumed.unmet.contains(place) ? .unmet : outcomes[place].verdict
            }
        }
        return Set(verdicts).count > 1
    }
}
