/// A tree of criteria laid out for evaluation: each leaf once, each node after its children.
final class CompiledTree: Sendable {
    struct Node: Sendable {
        enum Kind: Sendable {
            case all, any, not, readings
            case atLeast(Int)
            /// By its place in `leaves`.
            case leaf(Int)
        }

        let kind: Kind
        /// By their places in `nodes`, all before this one.
        let children: [Int]
        let title: String
        let citation: String?
    }

    /// One fact, and the leaves that ask it first.
    struct Question: Sendable {
        let fact: String
        let declaration: FactDeclaration?
        let leaves: [Int]
        /// The outcomes that its values can give to those leaves together; nothing when that must be found anew.
        let outcomes: [JointOutcome]?

        var cost: Int { declaration?.cost ?? 9 }
    }

    /// Distinct by id; one that is used twice has one outcome.
    let leaves: [Leaf]
    /// The root is the last.
    let nodes: [Node]
    /// By fact, sorted by name; facts that are only compared with have no leaves of their own.
    let questions: [Question]
    /// How old the facts may be with which leaves compare.
    let spans: [String: CivilDuration]
    /// The place in `questions` by fact.
    let questionByFact: [String: Int]
    /// By leaf: the questions that it asks, that of its own fact first.
    let asks: [[Int]]
    /// Their places, the cheapest first.
    let cheapestFirst: [Int]

    /// The root's place in `nodes`.
    var root: Int { nodes.count - 1 }

    init(_ root: Criterion, declarations: [String: FactDeclaration]) {
        var layout = Layout()
        _ = layout.add(root)
        leaves = layout.leaves
        nodes = layout.nodes
        let asked = Dictionary(grouping: leaves.indices.filter { layout.leaves[$0].fact != nil }) {
            layout.leaves[$0].fact ?? ""
        }
        let names = Set(asked.keys).union(layout.leaves.flatMap(\.otherFacts)).sorted()
        questions = names.map { name in
            let own = asked[name] ?? []
            let declaration = declarations[name]
            return Question(
                fact: name, declaration: declaration, leaves: own,
                outcomes: staticOutcomes(own, layout.leaves, declaration?.type))
        }
        spans = Dictionary(
            uniqueKeysWithValues: Set(layout.leaves.flatMap(\.otherFacts)).compactMap { name in
                declarations[name]?.validFor.map { (name, $0) }
            })
        let questionByFact = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        self.questionByFact = questionByFact
        asks = leaves.map { leaf in
            let facts = [leaf.fact].compactMap { $0 } + leaf.otherFacts.filter { $0 != leaf.fact }
            return facts.compactMap { questionByFact[$0] }
        }
        let costs = questions.map(\.cost)
        cheapestFirst = questions.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
    }

    private struct Layout {
        var leaves: [Leaf] = []
        var nodes: [Node] = []
        private var leafByID: [String: Int] = [:]

        mutating func add(_ criterion: Criterion) -> Int {
            let children = criterion.children.map { add($0) }
            var citation: String?
            let kind: Node.Kind
            switch criterion.kind {
            case .all: kind = .all
            case .any: kind = .any
            case .not: kind = .not
            case .readings: kind = .readings
            case .atLeast(let count, _): kind = .atLeast(count)
            case .leaf(let leaf):
                let place = leafByID[leaf.id] ?? leaves.count
                if place == leaves.count { leaves.append(leaf) }
                leafByID[leaf.id] = place
                kind = .leaf(place)
                citation = leaf.citation.description
            }
            nodes.append(
                Node(
                    kind: kind, children: children, title: criterion.title ?? kind.title(children.count),
                    citation: citation ?? criterion.citation?.description))
            return nodes.count - 1
        }
    }
}

extension CompiledTree.Node.Kind {
    /// `all`, `any`, `at least 2`, `not`, `readings` or `leaf`.
    var name: String {
        switch self {
        case .all: "all"
        case .any: "any"
        case .not: "not"
        case .readings: "readings"
        case .atLeast(let count): "at least \(count)"
        case .leaf: "leaf"
        }
    }

    func title(_ childCount: Int) -> String {
        switch self {
        case .all: "All of these"
        case .any: "One of these"
        case .not: "Not this"
        case .readings: "The payer's texts differ"
        case .atLeast(let count): "At least \(count) of these \(childCount)"
        case .leaf: ""
        }
    }
}
