import CivilTime

/// What an unknown tree still needs: computed on its negation normal form with the known leaves put in.
struct MissingAnalysis {
    /// The most sets that are kept.
    static let cap = 64

    private let tree: EvaluatedTree
    private let declarations: [String: FactDeclaration]
    /// The unknown leaves of each fact, once each.
    private let leavesByFact: [String: [Leaf]]
    private let factByLeaf: [String: String]
    /// The joint outcomes that some value of a fact can give to its unknown leaves.
    private let assignments: [String: [[String: Verdict]]]
    private(set) var isTruncated = false

    /// Leaf ids with the truth they must have.
    private typealias Term = [String: Bool]

    init(_ tree: EvaluatedTree, declarations: [String: FactDeclaration]) {
        self.tree = tree
        self.declarations = declarations
        var leaves: [String: [Leaf]] = [:]
        var seen: Set<String> = []
        for leaf in tree.root.leaves where seen.insert(leaf.id).inserted {
            guard let fact = leaf.fact, tree.outcomes[leaf.id]?.verdict == .unknown else { continue }
            leaves[fact, default: []].append(leaf)
        }
        leavesByFact = leaves
        factByLeaf = Dictionary(
            leaves.flatMap { fact, waiting in waiting.map { ($0.id, fact) } }, uniquingKeysWith: { first, _ in first })
        assignments = leaves.reduce(into: [:]) { result, entry in
            result[entry.key] = jointOutcomes(entry.value, declarations[entry.key]?.type, asOf: tree.asOf)
        }
    }

    /// The facts behind the leaves that force the verdict, the cheapest first.
    func missingFacts(decisive: Set<String>) -> [MissingFact] {
        let result = leavesByFact.compactMap { key, leaves -> MissingFact? in
            let waiting = leaves.filter { decisive.contains($0.id) }
            guard let first = waiting.first, let outcome = tree.outcomes[first.id] else { return nil }
            let declaration = declarations[key]
            return MissingFact(
                fact: key, question: declaration?.question ?? key, cost: cost(key),
                provenBy: declaration?.provenBy ?? [], cause: outcome.cause ?? .absent, why: outcome.why,
                leaves: waiting.map(\.id))
        }
        return result.sorted { ($0.cost, $0.fact) < ($1.cost, $1.fact) }
    }

    /// Facts with a value that makes the tree unmet whatever the others say.
    var dealBreakers: [String] {
        assignments.filter { _, outcomes in outcomes.contains { tree.verdict(assuming: $0) == .unmet } }
            .map(\.key).sorted { (cost($0), $0) < (cost($1), $1) }
    }

    /// The minimal sets of facts that suffice, if favourable.
    mutating func missingSets() -> [MissingSet] {
        let sets = Set(terms(tree.root, wanted: true).map { Set(facts(of: $0)) })
        let minimal = sets.filter { candidate in !sets.contains { $0.isStrictSubset(of: candidate) } }
        return minimal.map { facts in
            MissingSet(facts: facts.sorted(), cost: facts.reduce(0) { $0 + cost($1) })
        }.sorted { ($0.cost, $0.facts.count, $0.facts.joined()) < ($1.cost, $1.facts.count, $1.facts.joined()) }
    }

    private func cost(_ fact: String) -> Int { declarations[fact]?.cost ?? 9 }

    private func facts(of term: Term) -> [String] {
        Array(Set(term.keys.compactMap { factByLeaf[$0] }))
    }

    /// The ways to give a node the wanted truth, each as the outcomes that it takes of unknown leaves.
    private mutating func terms(_ node: Criterion, wanted: Bool) -> [Term] {
        switch node.kind {
        case .leaf(let leaf):
            switch tree.outcomes[leaf.id]?.verdict ?? .unknown {
            case .met: return wanted ? [[:]] : []
            case .unmet: return wanted ? [] : [[:]]
            case .unknown:
                let term = [leaf.id: wanted]
                return leaf.fact != nil && isPossible(term) ? [term] : []
            }
        case .not(let child): return terms(child, wanted: !wanted)
        case .all(let children): return atLeast(wanted ? children.count : 1, children, wanted: wanted)
        case .any(let children): return atLeast(wanted ? 1 : children.count, children, wanted: wanted)
        case .atLeast(let count, let children):
            return atLeast(wanted ? count : children.count - count + 1, children, wanted: wanted)
        }
    }

    /// The ways to give so many of the children the wanted truth.
    private mutating func atLeast(_ count: Int, _ children: [Criterion], wanted: Bool) -> [Term] {
        guard count > 0 else { return [[:]] }
        guard count <= children.count else { return [] }
        // ways[n]: how n of the children seen so far come out as wanted.
        var ways: [[Term]] = [[[:]]] + Array(repeating: [], count: count)
        for (index, child) in children.enumerated() {
            let own = terms(child, wanted: wanted)
            let stillToCome = children.count - index - 1
            // Fewer than this many by now could not reach the count any more.
            for n in stride(from: min(count, index + 1), through: max(1, count - stillToCome), by: -1) {
                ways[n] = pruned(ways[n] + product(ways[n - 1], own))
            }
        }
        return ways[count]
    }

    private func product(_ left: [Term], _ right: [Term]) -> [Term] {
        left.flatMap { first in
            right.compactMap { second -> Term? in
                var term = first
                for (leaf, truth) in second {
                    if let other = term[leaf], other != truth { return nil }
                    term[leaf] = truth
                }
                return isPossible(term) ? term : nil
            }
        }
    }

    /// Whether each fact has a value that gives all its leaves in the term the truth they need.
    private func isPossible(_ term: Term) -> Bool {
        facts(of: term).allSatisfy { fact in
            let wanted = (leavesByFact[fact] ?? []).compactMap { leaf -> (id: String, verdict: Verdict)? in
                term[leaf.id].map { (leaf.id, $0 ? .met : .unmet) }
            }
            // A leaf of which nothing is said can come out either way.
            return (assignments[fact] ?? []).contains { outcome in
                wanted.allSatisfy { (outcome[$0.id] ?? $0.verdict) == $0.verdict }
            }
        }
    }

    /// Without supersets, the cheapest first, and no more than the cap.
    private mutating func pruned(_ terms: [Term]) -> [Term] {
        guard terms.count > 1 else { return terms }
        let costs = terms.map { term in
            (term: term, cost: facts(of: term).reduce(0) { $0 + cost($1) }, name: name(of: term))
        }
        let sorted = costs.sorted { ($0.term.count, $0.cost, $0.name) < ($1.term.count, $1.cost, $1.name) }
        var kept: [(term: Term, cost: Int, name: String)] = []
        for candidate in sorted {
            if kept.contains(where: { $0.term.allSatisfy { candidate.term[$0.key] == $0.value } }) { continue }
            // Comparing on and on costs its square; what is beyond is cut off anyway.
            guard kept.count < 4 * Self.cap else { break }
            kept.append(candidate)
        }
        if kept.count > Self.cap { isTruncated = true }
        return kept.sorted { ($0.cost, $0.term.count, $0.name) < ($1.cost, $1.term.count, $1.name) }
            .prefix(Self.cap).map(\.term)
    }

    private func name(of term: Term) -> String {
        term.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

/// The joint outcomes that values of one fact can give to these leaves.
///
/// For plain types every value that could make a difference is tried. For lists of records each leaf is taken to come
/// out either way on its own, for at most six leaves.
private func jointOutcomes(
    _ leaves: [Leaf], _ type: FactDeclaration.FactType?, asOf: CivilDate
) -> [[String: Verdict]] {
    guard let candidates = candidates(leaves, type, asOf: asOf) else {
        let varied = leaves.prefix(6)
        return (0..<(1 << varied.count)).map { bits in
            var outcome: [String: Verdict] = [:]
            for (index, leaf) in varied.enumerated() { outcome[leaf.id] = bits >> index & 1 == 1 ? .met : .unmet }
            return outcome
        }
    }
    let outcomes = candidates.map { value in
        Dictionary(leaves.map { ($0.id, $0.test.verdict(value, asOf: asOf)) }, uniquingKeysWith: { first, _ in first })
    }
    return Array(Set(outcomes))
}

/// Values between which the leaves' tests change; nothing for records.
private func candidates(_ leaves: [Leaf], _ type: FactDeclaration.FactType?, asOf: CivilDate) -> [FactValue]? {
    switch type {
    case .boolean: return [.boolean(true), .boolean(false)]
    case .word(let words): return words.map { .word($0) }
    case .number:
        let amounts = leaves.flatMap { $0.test.amounts }
        return (amounts + [Amount(millionths: 0)]).flatMap { amount in
            [-1, 0, 1].map { .number(Amount(millionths: amount.millionths + $0)) }
        }
    case .date:
        let dates = leaves.flatMap { $0.test.dates(asOf: asOf) } + [asOf]
        return dates.flatMap { date in [-1, 0, 1].map { .date(date.adding(days: $0)) } }
    case .code:
        let named = leaves.flatMap { $0.test.codes }
        // A code that no pattern matches stands for all the others.
        return (named + ["-"]).map { .code($0) }
    case .records, nil: return nil
    }
}

extension LeafTest {
    private var bounds: [Bound] {
        switch self {
        case .compare(_, let bound): [bound]
        case .between(let low, let high): [low, high]
        default: []
        }
    }

    private var patterns: [FactPattern] {
        switch self {
        case .oneOf(let patterns), .noneOf(let patterns): patterns
        default: []
        }
    }

    fileprivate var amounts: [Amount] {
        bounds.compactMap { if case .amount(let amount) = $0 { amount } else { nil } }
            + patterns.compactMap { if case .value(.number(let amount)) = $0 { amount } else { nil } }
    }

    fileprivate func dates(asOf: CivilDate) -> [CivilDate] {
        if case .within(let span) = self { return [span.before(asOf)] }
        return bounds.compactMap { if case .date(let date) = $0 { date } else { nil } }
    }

    fileprivate var codes: [String] {
        patterns.compactMap { pattern -> String? in
            switch pattern {
            case .codePrefix(let start): return start
            case .value(.code(let code)): return code
            case .value: return nil
            }
        }
    }
}
