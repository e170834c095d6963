import CivilTime

/// Two trees over the same facts.
struct TreeComparison {
    let old: CompiledTree
    let new: CompiledTree
    let asOf: CivilDate
    /// Those of the old tree in its order, then those of the new one alone.
    let leaves: [ComparedLeaf]
    let variables: [FactVariable]
    /// For each leaf of a tree its place among the leaves compared.
    let placeInOld: [Int]
    let placeInNew: [Int]

    init(_ old: CompiledTree, _ new: CompiledTree, declarations: [String: FactDeclaration], asOf: CivilDate) {
        self.old = old
        self.new = new
        self.asOf = asOf
        var leaves: [ComparedLeaf] = []
        var placeByMeaning: [ComparedLeaf.Meaning: Int] = [:]
        func places(_ tree: CompiledTree) -> [Int] {
            tree.leaves.map { leaf in
                let known = leaf.meaning.flatMap { placeByMeaning[$0] }
                let place = known ?? leaves.count
                if place == leaves.count { leaves.append(ComparedLeaf(leaf: leaf)) }
                if let meaning = leaf.meaning { placeByMeaning[meaning] = place }
                return place
            }
        }
        placeInOld = places(old)
        placeInNew = places(new)
        for place in placeInOld { leaves[place].isInOld = true }
        for place in placeInNew { leaves[place].isInNew = true }
        self.leaves = leaves
        variables = FactVariables(leaves: leaves, declarations: declarations, asOf: asOf).variables()
    }

    /// Where the verdicts differ: from one verdict to another, in these boxes of the variables' cells.
    struct Difference {
        let before: Verdict
        let after: Verdict
        let boxes: [Box]
        let isTruncated: Bool
        /// For each box the variables whose condition is asked for anyway by whichever side says more.
        let takenForGranted: [Set<Int>]
    }

    /// Exactly, over all values of all facts.
    /// - Throws: when the trees are too large for it.
    func differences(limit: Int, most: Int) throws(DecisionDiagrams.TooLarge) -> [Difference] {
        var diagrams = try DecisionDiagrams(widths: variables.map(\.cells.count), limit: limit)
        let first = try diagram(of: old, placeInOld, &diagrams)
        let second = try diagram(of: new, placeInNew, &diagrams)
        let both = try diagrams.combined(first, second) { $0 * 3 + $1 }
        // What both ask is freed first, so that what changed stays to be named.
        let order = variables.indices.sorted { one, other in
            let (isShared, isOtherShared) = (isShared(one), isShared(other))
            return isShared == isOtherShared ? one < other : isShared
        }
        var result: [Difference] = []
        for before in Verdict.ranked {
            for after in Verdict.ranked where after != before {
                let cover = try diagrams.cover(both, value: before.rank * 3 + after.rank, order: order, most: most)
                guard !cover.boxes.isEmpty else { continue }
                let (higher, least) = before.rank > after.rank ? (first, before.rank) : (second, after.rank)
                let granted = cover.boxes.map { box in
                    Set(
                        box.indices.filter { variable in
                            guard isShared(variable), box[variable] != diagrams.everything[variable] else {
                                return false
                            }
                            var outside = diagrams.everything
                            outside[variable] &= ~box[variable]
                            return diagrams.holds(higher, in: outside) { $0 < least }
                        })
                }
                result.append(
                    Difference(
                        before: before, after: after, boxes: cover.boxes, isTruncated: cover.isTruncated,
                        takenForGranted: granted))
            }
        }
        return result
    }

    private func isShared(_ variable: Int) -> Bool { variables[variable].leaves.allSatisfy { leaves[$0].isShared } }

    /// The tree's verdict, by rank, as a function of the variables.
    private func diagram(
        of tree: CompiledTree, _ places: [Int], _ diagrams: inout DecisionDiagrams
    ) throws(DecisionDiagrams.TooLarge) -> DecisionDiagrams.Node {
        var nodes: [DecisionDiagrams.Node] = []
        for node in tree.nodes {
            let children = node.children.map { nodes[$0] }
            switch node.kind {
            case .leaf(let index): nodes.append(try leaf(places[index], &diagrams))
            case .not: nodes.append(try diagrams.mapped(children[0]) { 2 - $0 })
            case .all: nodes.append(try fold(children, Verdict.met.rank, &diagrams, min))
            case .any: nodes.append(try fold(children, Verdict.unmet.rank, &diagrams, max))
            case .atLeast(let count): nodes.append(try atLeast(count, children, &diagrams))
            case .readings:
                let agreed = try fold(Array(children.dropFirst()), nil, children.first, &diagrams) {
                    $0 == $1 ? $0 : Verdict.unknown.rank
                }
                nodes.append(agreed)
            }
        }
        return nodes[nodes.count - 1]
    }

    private func leaf(
        _ place: Int, _ diagrams: inout DecisionDiagrams
    ) throws(DecisionDiagrams.TooLarge) -> DecisionDiagrams.Node {
        for (variable, content) in variables.enumerated() {
            guard let index = content.leaves.firstIndex(of: place) else { continue }
            return try diagrams.function(of: variable, values: content.cells.map { $0[index].rank })
        }
        // A point that is not on file.
        return diagrams.constant(Verdict.unknown.rank)
    }

    private func fold(
        _ children: [DecisionDiagrams.Node], _ start: Int, _ diagrams: inout DecisionDiagrams,
        _ rule: (Int, Int) -> Int
    ) throws(DecisionDiagrams.TooLarge) -> DecisionDiagrams.Node {
        try fold(children, start, nil, &diagrams, rule)
    }

    private func fold(
        _ children: [DecisionDiagrams.Node], _ start: Int?, _ first: DecisionDiagrams.Node?,
        _ diagrams: inout DecisionDiagrams, _ rule: (Int, Int) -> Int
    ) throws(DecisionDiagrams.TooLarge) -> DecisionDiagrams.Node {
        var result = first ?? diagrams.constant(start ?? Verdict.unknown.rank)
        for child in children { result = try diagrams.combined(result, child, rule) }
        return result
    }

    /// The verdict that so many children reach at least: the highest that `count` of them have.
    private func atLeast(
        _ count: Int, _ children: [DecisionDiagrams.Node], _ diagrams: inout DecisionDiagrams
    ) throws(DecisionDiagrams.TooLarge) -> DecisionDiagrams.Node {
        // reached[n]: at least n of the children seen so far.
        var reached = [diagrams.constant(Verdict.met.rank)]
        for _ in 0..<max(0, count) { reached.append(diagrams.constant(Verdict.unmet.rank)) }
        for child in children {
            for wanted in stride(from: count, through: 1, by: -1) {
                let with = try diagrams.combined(reached[wanted - 1], child, min)
                reached[wanted] = try diagrams.combined(reached[wanted], with, max)
            }
        }
        return reached[max(0, count)]
    }

    /// The verdicts of both trees when the variables' cells are these.
    func verdicts(_ cells: [Int]) -> (before: Verdict, after: Verdict) {
        var outcomes = Array(repeating: Verdict.unknown, count: leaves.count)
        for (variable, cell) in zip(variables, cells) {
            for (place, verdict) in zip(variable.leaves, variable.cells[cell]) { outcomes[place] = verdict }
        }
        let first = old.verdicts { outcomes[placeInOld[$0]] }
        let second = new.verdicts { outcomes[placeInNew[$0]] }
        return (first[first.count - 1], second[second.count - 1])
    }
}

extension Verdict {
    /// From the one that says least for the request.
    static let ranked: [Verdict] = [.unmet, .unknown, .met]

    var rank: Int {
        switch self {
        case .unmet: 0
        case .unknown: 1
        case .met: 2
        }
    }
}
