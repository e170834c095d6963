import CivilTime

/// A tree with the outcome of each of its leaves and the verdict of each of its nodes.
final class EvaluatedTree {
    let tree: CompiledTree
    /// By leaf.
    let outcomes: [LeafOutcome]
    /// By node.
    let verdicts: [Verdict]
    let context: EvaluationContext

    init(_ tree: CompiledTree, _ context: EvaluationContext) {
        var context = context
        context.spans = tree.spans
        self.tree = tree
        self.context = context
        let outcomes = tree.leaves.map { [context] in $0.outcome(context) }
        self.outcomes = outcomes
        verdicts = tree.verdicts { outcomes[$0].verdict }
    }

    var verdict: Verdict { verdicts[verdicts.count - 1] }

    /// The verdict when some of the unknown leaves come out as assumed.
    func verdict(assuming assumed: JointOutcome) -> Verdict { verdict(of: tree.nodes.count - 1, assumed) }

    private func verdict(of place: Int, _ assumed: JointOutcome) -> Verdict {
        // What is known already stays so.
        guard verdicts[place] == .unknown else { return verdicts[place] }
        let node = tree.nodes[place]
        switch node.kind {
        case .leaf(let leaf):
            return assumed.met.contains(leaf) ? .met : assumed.unmet.contains(leaf) ? .unmet : .unknown
        case .not: return verdict(of: node.children[0], assumed).negated
        case .all:
            for child in node.children where verdict(of: child, assumed) == .unmet { return .unmet }
            return node.children.allSatisfy { verdict(of: $0, assumed) == .met } ? .met : .unknown
        case .any:
            for child in node.children where verdict(of: child, assumed) == .met { return .met }
            return node.children.allSatisfy { verdict(of: $0, assumed) == .unmet } ? .unmet : .unknown
        case .atLeast(let count): return .atLeast(count, node.children.map { verdict(of: $0, assumed) })
        case .readings: return .agreed(node.children.map { verdict(of: $0, assumed) })
        }
    }
}

extension CompiledTree {
    /// Every node's verdict, given each leaf's.
    func verdicts(_ leaf: (Int) -> Verdict) -> [Verdict] {
        Array(unsafeUninitializedCapacity: nodes.count) { buffer, count in
            let done = buffer
            for (place, node) in nodes.enumerated() {
                let verdict: Verdict =
                    switch node.kind {
                    case .leaf(let index): leaf(index)
                    case .all: .all(node.children.lazy.map { done[$0] })
                    case .any: .any(node.children.lazy.map { done[$0] })
                    case .atLeast(let wanted): .atLeast(wanted, node.children.lazy.map { done[$0] })
                    case .readings: .agreed(node.children.lazy.map { done[$0] })
                    case .not: done[node.children[0]].negated
                    }
                buffer.initializeElement(at: place, to: verdict)
                count = place + 1
            }
        }
    }

    /// The root's verdict alone, given each leaf's; a leaf that can change nothing any more is not looked at.
    func verdict(_ leaf: (Int) -> Verdict) -> Verdict {
        withoutActuallyEscaping(leaf) { verdict(of: nodes.count - 1, GivenLeaves(given: $0)) }
    }

    private func verdict(of place: Int, _ leaf: some LeafVerdicts) -> Verdict {
        let node = nodes[place]
        switch node.kind {
        case .leaf(let index): return leaf.verdict(of: index)
        case .not: return verdict(of: node.children[0], leaf).negated
        case .all:
            var result = Verdict.met
            for child in node.children {
                switch verdict(of: child, leaf) {
                case .unmet: return .unmet
                case .unknown: result = .unknown
                case .met: break
                }
            }
            return result
        case .any:
            var result = Verdict.unmet
            for child in node.children {
                switch verdict(of: child, leaf) {
                case .met: return .met
                case .unknown: result = .unknown
                case .unmet: break
                }
            }
            return result
        case .atLeast(let count): return .atLeast(count, node.children.map { verdict(of: $0, leaf) })
        case .readings: return .agreed(node.children.map { verdict(of: $0, leaf) })
        }
    }

    func verdict(_ context: EvaluationContext) -> Verdict {
        var context = context
        if !spans.isEmpty { context.spans = spans }
        return verdict(of: nodes.count - 1, RecordedLeaves(leaves: leaves, context: context))
    }
}

/// Where the leaves' verdicts come from; one type each, so that the walk through the tree is made for it.
private protocol LeafVerdicts {
    func verdict(of leaf: Int) -> Verdict
}

private struct GivenLeaves: LeafVerdicts {
    let given: (Int) -> Verdict

    func verdict(of leaf: Int) -> Verdict { given(leaf) }
}

private struct RecordedLeaves: LeafVerdicts {
    let leaves: [Leaf]
    let context: EvaluationContext

    func verdict(of leaf: Int) -> Verdict { leaves[leaf].verdict(context) }
}

extension EvaluatedTree {
    /// Which nodes are the smallest part that forces the root's verdict.
    func decisiveNodes() -> [Bool] {
        var sizes = Array(repeating: 1, count: tree.nodes.count)
        var chosen: [[Int]] = Array(repeating: [], count: tree.nodes.count)
        for (place, node) in tree.nodes.enumerated() where !node.children.isEmpty {
            chosen[place] = decisiveChildren(node, verdicts[place], sizes)
            sizes[place] = chosen[place].reduce(0) { $0 + sizes[$1] }
        }
        var isDecisive = Array(repeating: false, count: tree.nodes.count)
        isDecisive[tree.nodes.count - 1] = true
        for place in tree.nodes.indices.reversed() where isDecisive[place] {
            for child in chosen[place] { isDecisive[child] = true }
        }
        return isDecisive
    }

    /// The children that force a node's verdict: the smallest choice, the first among equals.
    private func decisiveChildren(_ node: CompiledTree.Node, _ verdict: Verdict, _ sizes: [Int]) -> [Int] {
        func smallest(_ count: Int, _ wanted: Verdict) -> [Int] {
            let fitting = node.children.filter { verdicts[$0] == wanted }
            guard fitting.count > count else { return fitting }
            return fitting.sorted { (sizes[$0], $0) < (sizes[$1], $1) }.prefix(count).sorted()
        }
        if case .not = node.kind { return node.children }
        if verdict == .unknown {
            let open = node.children.filter { verdicts[$0] == .unknown }
            // Readings that are all decided and differ.
            return open.isEmpty ? node.children : open
        }
        switch (node.kind, verdict) {
        case (.readings, _), (.all, .met), (.any, .unmet): return node.children
        case (.all, _): return smallest(1, .unmet)
        case (.any, _): return smallest(1, .met)
        case (.atLeast(let count), .met): return smallest(count, .met)
        case (.atLeast(let count), _): return smallest(max(0, node.children.count - count + 1), .unmet)
        default: return node.children
        }
    }

    /// Every node with its verdict, and what forces the root's marked as decisive.
    func trace(_ isDecisive: [Bool]) -> Trace { trace(tree.nodes.count - 1, isDecisive) }

    private func trace(_ place: Int, _ isDecisive: [Bool]) -> Trace {
        let node = tree.nodes[place]
        if case .leaf(let index) = node.kind {
            let leaf = tree.leaves[index]
            return Trace(
                kind: node.kind.name, title: node.title, citation: node.citation, verdict: verdicts[place],
                isDecisive: isDecisive[place], children: [], leaf: leaf, outcome: outcomes[index],
                recorded: leaf.fact.flatMap { context.facts[$0] })
        }
        return Trace(
            kind: node.kind.name, title: node.title, citation: node.citation, verdict: verdicts[place],
            isDecisive: isDecisive[place], children: node.children.map { trace($0, isDecisive) }, leaf: nil,
            outcome: nil, recorded: nil)
    }
}
