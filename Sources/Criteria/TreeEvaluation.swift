import CivilTime

/// A tree with the outcome of each of its leaves and the verdict of each of its nodes.
final class EvaluatedTree: Sendable {
    let tree: CompiledTree
    /// By leaf.
    let outcomes: [LeafOutcome]
    /// By node.
    let verdicts: [Verdict]
    /// By node: whether it belongs to the smallest part that forces the root's verdict.
    let isDecisive: [Bool]
    let context: EvaluationContext

    init(_ tree: CompiledTree, _ context: EvaluationContext) {
        var context = context
        context.spans = tree.spans
        self.tree = tree
        self.context = context
        let outcomes = tree.leaves.map { [context] in $0.outcome(context) }
        self.outcomes = outcomes
        verdicts = tree.verdicts { outcomes[$0].verdict }
        isDecisive = tree.decisiveNodes(verdicts)
    }

    var verdict: Verdict { verdicts[tree.root] }

    /// The verdict when some of the unknown leaves come out as assumed.
    func verdict(assuming assumed: JointOutcome) -> Verdict {
        tree.verdict(of: tree.root, AssumedLeaves(evaluated: self, assumed: assumed))
    }

    /// Every node with its verdict, and what forces the root's marked as decisive.
    var trace: Trace { Trace(self, place: tree.root) }
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
        withoutActuallyEscaping(leaf) { verdict(of: root, GivenLeaves(given: $0)) }
    }

    fileprivate func verdict(of place: Int, _ leaf: some LeafVerdicts) -> Verdict {
        let children = nodes[place].children
        switch nodes[place].kind {
        case .leaf(let index): return leaf.verdict(of: index)
        case .not: return verdict(of: children[0], leaf).negated
        case .all:
            var result = Verdict.met
            for child in children {
                switch verdict(of: child, leaf) {
                case .unmet: return .unmet
                case .unknown: result = .unknown
                case .met: break
                }
            }
            return result
        case .any:
            var result = Verdict.unmet
            for child in children {
                switch verdict(of: child, leaf) {
                case .met: return .met
                case .unknown: result = .unknown
                case .unmet: break
                }
            }
            return result
        case .atLeast(let count): return .atLeast(count, children.map { verdict(of: $0, leaf) })
        case .readings: return .agreed(children.map { verdict(of: $0, leaf) })
        }
    }

    func verdict(_ context: EvaluationContext) -> Verdict {
        var context = context
        if !spans.isEmpty { context.spans = spans }
        return verdict(of: root, RecordedLeaves(leaves: leaves, context: context))
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

/// What is on record, and for leaves that it leaves open what is assumed.
private struct AssumedLeaves: LeafVerdicts {
    let evaluated: EvaluatedTree
    let assumed: JointOutcome

    func verdict(of leaf: Int) -> Verdict {
        let recorded = evaluated.outcomes[leaf].verdict
        guard recorded == .unknown else { return recorded }
        return assumed.met.contains(leaf) ? .met : assumed.unmet.contains(leaf) ? .unmet : .unknown
    }
}

extension CompiledTree {
    /// Which nodes are the smallest part that forces the root's verdict.
    fileprivate func decisiveNodes(_ verdicts: [Verdict]) -> [Bool] {
        // First which nodes their own parent rests on, then which of those the root does.
        var isDecisive = Array(repeating: false, count: nodes.count)
        var sizes = Array(repeating: 1, count: nodes.count)
        for place in nodes.indices where !nodes[place].children.isEmpty {
            sizes[place] = 0
            for child in decisiveChildren(of: place, verdicts, sizes) {
                isDecisive[child] = true
                sizes[place] += sizes[child]
            }
        }
        isDecisive[root] = true
        for place in nodes.indices.reversed() where !isDecisive[place] {
            for child in nodes[place].children { isDecisive[child] = false }
        }
        return isDecisive
    }

    /// The children that force a node's verdict: the smallest choice, the first among equals.
    private func decisiveChildren(of place: Int, _ verdicts: [Verdict], _ sizes: [Int]) -> [Int] {
        let children = nodes[place].children
        func smallest(_ count: Int, _ wanted: Verdict) -> [Int] {
            let fitting = children.filter { verdicts[$0] == wanted }
            guard fitting.count > count else { return fitting }
            return Array(fitting.sorted { (sizes[$0], $0) < (sizes[$1], $1) }.prefix(count))
        }
        switch (nodes[place].kind, verdicts[place]) {
        case (.not, _), (.leaf, _): return children
        case (_, .unknown):
            let open = children.filter { verdicts[$0] == .unknown }
            // Readings that are all decided and differ.
            return open.isEmpty ? children : open
        case (.readings, _), (.all, .met), (.any, .unmet): return children
        case (.all, .unmet): return smallest(1, .unmet)
        case (.any, .met): return smallest(1, .met)
        case (.atLeast(let count), .met): return smallest(count, .met)
        case (.atLeast(let count), .unmet): return smallest(max(0, children.count - count + 1), .unmet)
        }
    }
}
