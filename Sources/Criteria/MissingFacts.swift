/// What an unknown tree still needs: computed on its negation normal form with the known leaves put in.
struct MissingAnalysis {
    /// The most sets that are kept.
    static let cap = 64

    private let evaluated: EvaluatedTree
    private var tree: CompiledTree { evaluated.tree }
    /// By leaf: the unknown facts that it waits for, by their places in the tree's questions.
    private let waitsFor: [LeafSet]
    /// By question: the outcomes that some value of the fact can give to the leaves that wait for it alone.
    private let assignments: [[JointOutcome]]
    /// By question: the leaves that wait for it alone.
    private let ownLeaves: [LeafSet]
    private(set) var isTruncated = false

    init(_ evaluated: EvaluatedTree) {
        self.evaluated = evaluated
        let tree = evaluated.tree
        var waitsFor = Array(repeating: LeafSet(), count: tree.leaves.count)
        var ownLeaves = Array(repeating: LeafSet(), count: tree.questions.count)
        for (place, leaf) in tree.leaves.enumerated() where evaluated.outcomes[place].verdict == .unknown {
            guard place < LeafSet.capacity else {
                isTruncated = true
                continue
            }
            let facts = openFacts(leaf, evaluated.outcomes[place], evaluated.context)
                .compactMap { tree.questionByFact[$0] }
            for question in facts {
                guard question < LeafSet.capacity else {
                    isTruncated = true
                    continue
                }
                waitsFor[place].insert(question)
            }
            if facts.count == 1, facts[0] < LeafSet.capacity { ownLeaves[facts[0]].insert(place) }
        }
        self.waitsFor = waitsFor
        self.ownLeaves = ownLeaves
        assignments = zip(tree.questions, ownLeaves).map { question, own in
            guard !own.isEmpty else { return [] }
            if let outcomes = question.outcomes, own.count == question.leaves.count { return outcomes }
            var found = Set<JointOutcome>()
            let joint =
                question.outcomes
                ?? jointOutcomes(own.places, tree.leaves, question.declaration?.type, evaluated.context)
            for outcome in joint { found.insert(outcome.restricted(to: own)) }
            return Array(found)
        }
    }

    /// The facts behind the leaves that force the verdict, the cheapest first.
    func missingFacts(decisive: [Bool]) -> [MissingFact] {
        var waiting: [[Int]] = Array(repeating: [], count: tree.questions.count)
        var seen = LeafSet()
        for (place, node) in tree.nodes.enumerated() {
            guard case .leaf(let leaf) = node.kind, decisive[place], leaf < LeafSet.capacity, !seen.contains(leaf)
            else { continue }
            seen.insert(leaf)
            for question in waitsFor[leaf].places { waiting[question].append(leaf) }
        }
        let facts = waiting.enumerated().compactMap { place, leaves -> MissingFact? in
            guard let first = leaves.first else { return nil }
            let question = tree.questions[place]
            return MissingFact(
                fact: question.fact, question: question.declaration?.question ?? question.fact, cost: question.cost,
                type: question.declaration?.type, subject: question.declaration?.subject ?? .request,
                provenBy: question.declaration?.provenBy ?? [],
                cause: evaluated.outcomes[first].cause ?? .absent, leaf: tree.leaves[first],
                outcome: evaluated.outcomes[first], leaves: leaves.sorted().map { tree.leaves[$0].id })
        }
        return facts.sorted { ($0.cost, $0.fact) < ($1.cost, $1.fact) }
    }

    /// Facts with a value that makes the tree unmet whatever the others say.
    var dealBreakers: [String] {
        tree.questions.indices.filter { place in
            assignments[place].contains { evaluated.verdict(assuming: $0) == .unmet }
        }.map { tree.questions[$0] }.sorted { ($0.cost, $0.fact) < ($1.cost, $1.fact) }.map(\.fact)
    }

    /// The minimal sets of facts that suffice, if favourable.
    mutating func missingSets() -> [MissingSet] {
        let sets = Set(terms(tree.nodes.count - 1, wanted: true).map { facts(of: $0) })
        let minimal = sets.filter { candidate in !sets.contains { $0 != candidate && $0.isSubset(of: candidate) } }
        return minimal.map { facts in
            // Questions are sorted by name, and so are their places.
            MissingSet(facts: facts.places.map { tree.questions[$0].fact }, cost: cost(facts))
        }.sorted { ($0.cost, $0.facts.count, $0.facts.joined()) < ($1.cost, $1.facts.count, $1.facts.joined()) }
    }

    private func cost(_ facts: LeafSet) -> Int { facts.places.reduce(0) { $0 + tree.questions[$1].cost } }

    private func facts(of term: JointOutcome) -> LeafSet {
        term.leaves.places.reduce(LeafSet()) { $0.union(waitsFor[$1]) }
    }

    /// The ways to give a node the wanted truth, each as the outcomes that it takes of unknown leaves.
    private mutating func terms(_ place: Int, wanted: Bool) -> [JointOutcome] {
        switch evaluated.verdicts[place] {
        case .met: return wanted ? [JointOutcome()] : []
        case .unmet: return wanted ? [] : [JointOutcome()]
        case .unknown: break
        }
        let node = tree.nodes[place]
        let children = node.children
        switch node.kind {
        case .leaf(let leaf):
            guard leaf < LeafSet.capacity, !waitsFor[leaf].isEmpty else { return [] }
            let set = LeafSet(leaf)
            let term = wanted ? JointOutcome(met: set) : JointOutcome(unmet: set)
            return isPossible(term, for: waitsFor[leaf]) ? [term] : []
        case .not: return terms(children[0], wanted: !wanted)
        case .all: return atLeast(wanted ? children.count : 1, children, wanted: wanted)
        case .any: return atLeast(wanted ? 1 : children.count, children, wanted: wanted)
        case .readings: return atLeast(children.count, children, wanted: wanted)
        case .atLeast(let count):
            return atLeast(wanted ? count : children.count - count + 1, children, wanted: wanted)
        }
    }

    /// The ways to give so many of the children the wanted truth.
    private mutating func atLeast(_ count: Int, _ children: [Int], wanted: Bool) -> [JointOutcome] {
        guard count > 0 else { return [JointOutcome()] }
        let truth: Verdict = wanted ? .met : .unmet
        let done = children.count { evaluated.verdicts[$0] == truth }
        let open = children.filter { evaluated.verdicts[$0] == .unknown }
        let count = count - done
        guard count > 0 else { return [JointOutcome()] }
        guard count <= open.count else { return [] }
        // ways[n]: how n of the children seen so far come out as wanted.
        var ways: [[JointOutcome]] = [[JointOutcome()]] + Array(repeating: [], count: count)
        for (index, child) in open.enumerated() {
            let own = terms(child, wanted: wanted)
            let stillToCome = open.count - index - 1
            // Fewer than this many by now could not reach the count any more.
            for n in stride(from: min(count, index + 1), through: max(1, count - stillToCome), by: -1) {
                ways[n] = pruned(ways[n] + product(ways[n - 1], own))
            }
        }
        return ways[count]
    }

    private func product(_ left: [JointOutcome], _ right: [JointOutcome]) -> [JointOutcome] {
        var result: [JointOutcome] = []
        for first in left {
            for second in right {
                guard let term = first.joined(with: second) else { continue }
                let shared = facts(of: first).intersection(facts(of: second))
                if shared.isEmpty || isPossible(term, for: shared) { result.append(term) }
            }
        }
        return result
    }

    /// Whether each of these facts has a value that gives all its leaves in the term the truth they need.
    private func isPossible(_ term: JointOutcome, for facts: LeafSet) -> Bool {
        facts.places.allSatisfy { place in
            let own = term.restricted(to: ownLeaves[place])
            // A leaf of which nothing is said can come out either way.
            return own.leaves.isEmpty || assignments[place].contains { $0.agrees(with: own) }
        }
    }

    /// Without supersets, the cheapest first, and no more than the cap.
    private mutating func pruned(_ terms: [JointOutcome]) -> [JointOutcome] {
        guard terms.count > 1 else { return terms }
        let costs = terms.map { (term: $0, size: $0.leaves.count, cost: cost(facts(of: $0))) }
        let sorted = costs.sorted {
            ($0.size, $0.cost, $0.term.met.bits, $0.term.unmet.bits)
                < ($1.size, $1.cost, $1.term.met.bits, $1.term.unmet.bits)
        }
        var kept: [(term: JointOutcome, size: Int, cost: Int)] = []
        for candidate in sorted {
            if kept.contains(where: { $0.term.isSubset(of: candidate.term) }) { continue }
            // Comparing on and on costs its square; what is beyond is cut off anyway.
            guard kept.count < 4 * Self.cap else { break }
            kept.append(candidate)
        }
        if kept.count > Self.cap { isTruncated = true }
        return kept.sorted {
            ($0.cost, $0.size, $0.term.met.bits, $0.term.unmet.bits)
                < ($1.cost, $1.size, $1.term.met.bits, $1.term.unmet.bits)
        }.prefix(Self.cap).map(\.term)
    }
}

/// The facts whose answers an unknown leaf waits for.
private func openFacts(_ leaf: Leaf, _ outcome: LeafOutcome, _ context: EvaluationContext) -> [String] {
    guard let fact = leaf.fact else { return [] }
    var result: [String] = []
    // A list that is still open may have to be closed as well, whatever the other fact says.
    if case .other = outcome.reason, !leaf.test.needsClosedList || context.isClosed(fact) {
    } else {
        result.append(fact)
    }
    result += leaf.otherFacts.filter { $0 != fact && context.cause($0) != nil }
    return result
}

extension LeafTest {
    /// It is never met by a list that may have one more record.
    fileprivate var needsClosedList: Bool {
        guard case .records(let test) = self else { return false }
        switch test.quantifier {
        case .every, .none, .rolling, .spacing: return true
        case .count(_, _, let atMost): return atMost != nil
        case .any, .each: return false
        }
    }
}

extension EvaluationContext {
    fileprivate func isClosed(_ fact: String) -> Bool {
        if case .records(let list)? = known(fact) { list.isComplete } else { true }
    }
}
