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
        public let expected: Verdict
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
            let tree = EvaluatedTree(set.root, facts: example.facts, asOf: example.asOf, declarations: declarations)
            failures += self.failures(of: example, tree)
            for leaf in set.root.leaves where !shown.contains(leaf.id) {
                let isShown = gapAssumptions(set.root).contains { gaps in
                    Set(Verdict.allCases.map { tree.verdict(assuming: gaps.merging([leaf.id: $0]) { $1 }) }).count > 1
                }
                if isShown { shown.insert(leaf.id) }
            }
        }
        var named: Set<String> = []
        let uncovered = sets.flatMap(\.root.leaves)
            .filter { !shown.contains($0.id) && named.insert($0.id).inserted }
            .map { leaf in
                Diagnostic(
                    .warning, at: leaf.location,
                    "no example shows that \"\(leaf.id)\" changes the verdict; add a patient for whom it alone decides")
            }
        return PolicyTestReport(caseCount: tests.cases.count, failures: failures, uncovered: uncovered)
    }

    /// A point that is not on file hides what stands beside it, so a leaf also counts as shown when it would change the
    /// verdict if the gaps came out one way or another. Each way is tried for up to four gaps.
    private func gapAssumptions(_ root: Criterion) -> [[String: Verdict]] {
        var result: [[String: Verdict]] = [[:]]
        for gap in Set(root.leaves.filter { $0.fact == nil }.map(\.id)).sorted().prefix(4) {
            result += result.flatMap { known in
                [Verdict.met, .unmet].map { known.merging([gap: $0]) { $1 } }
            }
        }
        return result
    }

    private func failures(of example: PolicyTests.Case, _ tree: EvaluatedTree) -> [Diagnostic] {
        var messages: [String] = []
        let trace = tree.trace
        if trace.verdict != example.expected {
            let because = trace.decisiveLeaves.joined(separator: ", ")
            messages.append(
                "expected \(example.expected.rawValue), got \(trace.verdict.rawValue) (decided by \(because))")
        }
        if let decisive = example.decisive, Set(decisive) != Set(trace.decisiveLeaves) {
            messages.append(
                "expected to be decided by \(list(decisive)), but it is decided by \(list(trace.decisiveLeaves))")
        }
        var analysis = MissingAnalysis(tree, declarations: declarations)
        if let missing = example.missing {
            let found = analysis.missingFacts(decisive: Set(trace.decisiveLeaves)).map(\.fact)
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
