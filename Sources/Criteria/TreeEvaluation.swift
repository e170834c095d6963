import CivilTime

/// A tree with the outcome of each of its leaves.
struct EvaluatedTree {
    let root: Criterion
    /// By leaf id; a leaf that is used twice has one outcome.
    let outcomes: [String: LeafOutcome]
    let facts: Facts
    let asOf: CivilDate

    init(_ root: Criterion, facts: Facts, asOf: CivilDate, declarations: [String: FactDeclaration]) {
        self.root = root
        self.facts = facts
        self.asOf = asOf
        var outcomes: [String: LeafOutcome] = [:]
        for leaf in root.leaves where outcomes[leaf.id] == nil {
            outcomes[leaf.id] = leaf.outcome(facts, asOf: asOf, declaration: leaf.fact.flatMap { declarations[$0] })
        }
        self.outcomes = outcomes
    }

    var verdict: Verdict { verdict(assuming: [:]) }

    /// The verdict when some leaves come out as assumed and the others as they are.
    func verdict(assuming assumed: [String: Verdict]) -> Verdict { verdict(of: root, assumed) }

    func verdict(of node: Criterion, _ assumed: [String: Verdict]) -> Verdict {
        switch node.kind {
        case .all(let children): .all(children.lazy.map { verdict(of: $0, assumed) })
        case .any(let children): .any(children.map { verdict(of: $0, assumed) })
        case .atLeast(let count, let children): .atLeast(count, children.lazy.map { verdict(of: $0, assumed) })
        case .not(let child): verdict(of: child, assumed).negated
        case .leaf(let leaf): assumed[leaf.id] ?? outcomes[leaf.id]?.verdict ?? .unknown
        }
    }

    /// Every node with its verdict, and the smallest part that forces the root's marked as decisive.
    var trace: Trace {
        decisive(trace(of: root)).trace
    }

    private func trace(of node: Criterion) -> Trace {
        if case .leaf(let leaf) = node.kind { return trace(of: leaf) }
        let children = node.children.map { trace(of: $0) }
        let verdict = verdict(of: node, [:])
        let counts = Verdict.allCases.compactMap { wanted in
            let count = children.count { $0.verdict == wanted }
            return count == 0 ? nil : "\(count) \(wanted.rawValue)"
        }
        return Trace(
            kind: kindName(node), id: nil, title: node.title ?? defaultTitle(node), citation: nil, verdict: verdict,
            why: counts.joined(separator: ", "), fact: nil, value: nil, evidence: nil, observedOn: nil, cause: nil,
            isDecisive: false, children: children)
    }

    private func trace(of leaf: Leaf) -> Trace {
        let outcome =
            outcomes[leaf.id] ?? LeafOutcome(verdict: .unknown, cause: .absent, why: "not recorded")
        let recorded = leaf.fact.flatMap { facts[$0] }
        var value: String?
        if case .known(let known)? = recorded?.state { value = known.description }
        return Trace(
            kind: "leaf", id: leaf.id, title: leaf.title, citation: leaf.citation.description,
            verdict: outcome.verdict, why: outcome.why, fact: leaf.fact, value: value, evidence: recorded?.evidence,
            observedOn: recorded?.observedOn, cause: outcome.cause, isDecisive: false, children: [])
    }

    private func kindName(_ node: Criterion) -> String {
        switch node.kind {
        case .all: "all"
        case .any: "any"
        case .atLeast(let count, _): "at least \(count)"
        case .not: "not"
        case .leaf: "leaf"
        }
    }

    private func defaultTitle(_ node: Criterion) -> String {
        switch node.kind {
        case .all: "All of these"
        case .any: "One of these"
        case .atLeast(let count, let children): "At least \(count) of these \(children.count)"
        case .not: "Not this"
        case .leaf(let leaf): leaf.title
        }
    }
}

/// The node with what forces its verdict marked, and how many leaves that takes.
private func decisive(_ trace: Trace) -> (trace: Trace, size: Int) {
    let parts = trace.children.map { decisive($0) }
    let chosen = decisiveChildren(trace, sizes: parts.map(\.size))
    var result = trace
    result.isDecisive = true
    for index in chosen { result.children[index] = parts[index].trace }
    return (result, parts.isEmpty ? 1 : chosen.reduce(0) { $0 + parts[$1].size })
}

/// The children that force a node's verdict, by index: the smallest choice, the first among equals.
private func decisiveChildren(_ trace: Trace, sizes: [Int]) -> [Int] {
    let all = Array(trace.children.indices)
    func smallest(_ count: Int, _ verdict: Verdict) -> [Int] {
        all.filter { trace.children[$0].verdict == verdict }
            .sorted { (sizes[$0], $0) < (sizes[$1], $1) }.prefix(count).sorted()
    }
    if trace.kind == "not" { return all }
    if trace.verdict == .unknown { return all.filter { trace.children[$0].verdict == .unknown } }
    switch (trace.kind, trace.verdict) {
    case ("all", .met), ("any", .unmet): return all
    case ("all", _): return smallest(1, .unmet)
    case ("any", _): return smallest(1, .met)
    default:
        let count = Int(trace.kind.drop { !$0.isNumber }) ?? 0
        return trace.verdict == .met ? smallest(count, .met) : smallest(max(0, all.count - count + 1), .unmet)
    }
}
