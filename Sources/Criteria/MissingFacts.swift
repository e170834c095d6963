/// What an unknown tree still needs: computed on its negation normal form with the known leaves put in.
struct MissingAnalysis {
    /// The most sets that are kept.
    static let cap = 64

    private let evaluated: EvaluatedTree
    private let tree: CompiledTree
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
        self.tree = tree
        var waitsFor = Array(repeating: LeafSet(), count: tree.leaves.count)
        var ownLeaves = Array(repeating: LeafSet(), count: tree.questions.count)
        for leaf in tree.leaves.indices where evaluated.outcomes[leaf].verdict == .unknown {
            guard leaf < LeafSet.capacity else {
                isTruncated = true
                continue
            }
            let questions = evaluated.openQuestions(of: leaf)
            for question in questions {
                guard question < LeafSet.capacity else {
                    isTruncated = true
                    continue
                }
                waitsFor[leaf].insert(question)
            }
            if questions.count == 1, questions[0] < LeafSet.capacity { ownLeaves[questions[0]].insert(leaf) }
        }
        self.waitsFor = waitsFor
        self.ownLeaves = ownLeaves
        assignments = ownLeaves.enumerated().map { question, own in
            own.isEmpty ? [] : evaluated.assignments(of: question, to: own)
        }
    }

    /// The facts behind the leaves that force the verdict, the cheapest first.
    func missingFacts() -> [MissingFact] {
        var waiting = Array(repeating: LeafSet(), count: tree.questions.count)
        var first = Array(repeating: 0, count: tree.questions.count)
        for (place, node) in tree.nodes.enumerated() where evaluated.isDecisive[place] {
            guard case .leaf(let leaf) = node.kind, leaf < LeafSet.capacity else { continue }
            for question in waitsFor[leaf] {
                if waiting[question].isEmpty { first[question] = leaf }
                waiting[question].insert(leaf)
            }
        }
        return tree.cheapestFirst.filter { !waiting[$0].isEmpty }.map { question in
            MissingFact(evaluated, asked: question, first: first[question], waiting: waiting[question])
        }
    }

    /// Facts with a value that makes the tree unmet whatever the others say.
    var dealBreakers: [String] {
        tree.cheapestFirst.filter { question in
            assignments[question].contains { evaluated.verdict(assuming: $0) == .unmet }
        }.map { tree.questions[$0].fact }
    }

    /// The minimal sets of facts that suffice, if favourable.
    mutating func missingSets() -> [MissingSet] {
        let sets = terms(tree.root, wanted: true).map { facts(of: $0) }
        var minimal: [LeafSet] = []
        for set in sets where !minimal.contains(set) && !sets.contains(where: { $0 != set && $0.isSubset(of: set) }) {
            minimal.append(set)
        }
        return minimal.map { facts in
            // Questions are sorted by name, and so are their places.
            MissingSet(facts: facts.map { tree.questions[$0].fact }, cost: cost(facts))
        }.sorted { ($0.cost, $0.facts.count, $0.facts.joined()) < ($1.cost, $1.facts.count, $1.facts.joined()) }
    }

    private func cost(_ facts: LeafSet) -> Int { facts.reduce(0) { $0 + tree.questions[$1].cost } }

    private func facts(of term: JointOutcome) -> LeafSet {
        term.leaves.reduce(LeafSet()) { $0.union(waitsFor[$1]) }
    }

    /// The ways to give a node the wanted truth, each as the outcomes that it takes of unknown leaves.
    private mutating func terms(_ place: Int, wanted: Bool) -> [JointOutcome] {
        switch evaluated.verdicts[place] {
        case .met: return wanted ? [JointOutcome()] : []
        case .unmet: return wanted ? [] : [JointOutcome()]
        case .unknown: break
        }
        let children = tree.nodes[place].children
        switch tree.nodes[place].kind {
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
                ways[n] += product(ways[n - 1], own)
                prune(&ways[n])
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
        facts.allSatisfy { place in
            let own = term.restricted(to: ownLeaves[place])
            // A leaf of which nothing is said can come out either way.
            return own.leaves.isEmpty || assignments[place].contains { $0.agrees(with: own) }
        }
    }

    /// Leaves out supersets, and of more than the cap the dearest.
    private mutating func prune(_ terms: inout [JointOutcome]) {
        guard terms.count > 1 else { return }
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
        if kept.count > Self.cap {
            isTruncated = true
            kept.sort {
                ($0.cost, $0.size, $0.term.met.bits, $0.term.unmet.bits)
                    < ($1.cost, $1.size, $1.term.met.bits, $1.term.unmet.bits)
            }
        }
        terms = kept.prefix(Self.cap).map(\.term)
    }
}

extension EvaluatedTree {
    /// The questions whose answers an unknown leaf waits for.
    fileprivate func openQuestions(of place: Int) -> [Int] {
        let leaf = tree.leaves[place]
        let asked = tree.asks[place]
        guard !leaf.otherFacts.isEmpty, let own = leaf.fact else { return asked }
        return asked.filter { question in
            let fact = tree.questions[question].fact
            guard fact == own else { return context.cause(fact) != nil }
            guard case .other = outcomes[place].reason else { return true }
            // A list that is still open may have to be closed as well, whatever the other fact says.
            return leaf.test.needsClosedList && !context.isClosed(own)
        }
    }

    /// The outcomes that some value of a fact can give to these of its leaves.
    fileprivate func assignments(of place: Int, to own: LeafSet) -> [JointOutcome] {
        let question = tree.questions[place]
        if let outcomes = question.outcomes, own.count == question.leaves.count { return outcomes }
        let joint =
            question.outcomes ?? jointOutcomes(Array(own), tree.leaves, question.declaration?.type, context)
        var found: [JointOutcome] = []
        for outcome in joint.map({ $0.restricted(to: own) }) where !found.contains(outcome) { found.append(outcome) }
        return found
    }
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
