public import CivilTime

/// What the facts on record come to under a payer's published criteria.
///
/// `met` says that the recorded facts satisfy the criteria on file. It never says that the payer will approve.
public struct Evaluation: Sendable, Encodable {
    public let verdict: Verdict
    /// Why the verdict is unknown although the tree may say more: past review, not in force, no such criteria.
    public let reasons: [String]
    /// What must be shown beside the verdict: the policy is superseded, its effective date is not on file.
    public let warnings: [String]
    /// The policy and its trust marks.
    public let policy: PolicyStamp
    /// The set evaluated, for example `rms.initial`; nothing when none applies.
    public let criteriaSet: String?
    public let asOf: CivilDate
    /// The day by which the version of the policy was judged.
    public let governingDate: CivilDate
    public let trace: Trace
    /// The unknown facts that still matter, the cheapest to ask first.
    public let missing: [MissingFact]
    /// The smallest sets of facts that would make it met if all came out favourably, the cheapest first.
    public let missingSets: [MissingSet]
    /// More sets exist than were kept.
    public let isTruncated: Bool
    /// Facts whose unfavourable value alone makes it unmet: ask these first.
    public let dealBreakers: [String]
    /// What keeps the verdict unknown and no fact can settle: points of the payer's document that are not on file, texts of
    /// the payer's that contradict each other.
    public let gaps: [String]
    /// What an approval would be for, in words; nothing when it is not on file.
    public let approval: String?

    /// Ids of the leaves that force the verdict.
    public var decisive: [String] { trace.decisiveLeaves }
}

/// A policy's identity and how far it may be trusted, to be shown wherever a verdict is.
public struct PolicyStamp: Hashable, Sendable, Encodable {
    public let id: String
    public let title: String
    public let product: String
    public let number: String?
    public let version: Int
    public let status: String
    public let effectiveFrom: CivilDate?
    public let effectiveTo: CivilDate?
    public let source: String
    /// How citations name that source.
    public let sourceID: String
    public let url: String
    public let retrieved: CivilDate?
    public let evidence: String
    public let isVerified: Bool
    public let lastChecked: CivilDate
    public let reviewBy: CivilDate
}

/// One node of the tree as it came out. Its words are made when they are read.
public struct Trace: Sendable {
    private let evaluated: EvaluatedTree
    private let place: Int

    init(_ evaluated: EvaluatedTree, place: Int) {
        self.evaluated = evaluated
        self.place = place
    }

    private var node: CompiledTree.Node { evaluated.tree.nodes[place] }
    private var leafPlace: Int? { if case .leaf(let leaf) = node.kind { leaf } else { nil } }
    var leaf: Leaf? { leafPlace.map { evaluated.tree.leaves[$0] } }
    private var outcome: LeafOutcome? { leafPlace.map { evaluated.outcomes[$0] } }
    var recorded: Fact? { fact.flatMap { evaluated.context.facts[$0] } }

    /// `all`, `any`, `at least 2`, `not`, `readings` or `leaf`.
    public var kind: String { node.kind.name }
    public var title: String { node.title }
    /// Where the payer's document says so.
    public var citation: String? { node.citation }
    public var verdict: Verdict { evaluated.verdicts[place] }
    /// Part of what forces the verdict.
    public var isDecisive: Bool { evaluated.isDecisive[place] }
    public var children: [Trace] { node.children.map { Trace(evaluated, place: $0) } }

    /// A leaf's id.
    public var id: String? { leaf?.id }

    public var why: String {
        if let leaf, let outcome { return outcome.why(leaf) }
        return Verdict.allCases.compactMap { wanted in
            let count = children.count { $0.verdict == wanted }
            return count == 0 ? nil : "\(count) \(wanted.rawValue)"
        }.joined(separator: ", ")
    }

    public var fact: String? { leaf?.fact }

    public var value: String? { if case .known(let value)? = recorded?.state { value.description } else { nil } }

    /// Which evidence holds the value, and the day it was observed.
    public var evidence: String? { recorded?.evidence }
    public var observedOn: CivilDate? { recorded?.observedOn }

    /// Why it is unknown: of a leaf, or of readings that are all decided and differ.
    public var cause: UnknownCause? {
        if let outcome { return outcome.cause }
        return isAmbiguous ? .ambiguous : nil
    }

    /// The payer's texts conflict here, and no fact can settle it.
    var isAmbiguous: Bool {
        guard case .readings = node.kind, verdict == .unknown else { return false }
        return children.allSatisfy { $0.verdict != .unknown || $0.isAmbiguous }
    }

    /// A point of the payer's document that is not on file.
    var isNotOnFile: Bool { leaf.map { $0.fact == nil } ?? false }

    /// Ids of the leaves among what forces the verdict, in the order of the file.
    var decisiveLeaves: [String] {
        var seen: Set<String> = []
        return decisiveNodes.compactMap(\.id).filter { seen.insert($0).inserted }
    }

    /// What forces the verdict, each node before its children.
    var decisiveNodes: [Trace] {
        var nodes: [Trace] = []
        collectDecisiveNodes(&nodes)
        return nodes
    }

    private func collectDecisiveNodes(_ nodes: inout [Trace]) {
        guard isDecisive else { return }
        nodes.append(self)
        for child in children { child.collectDecisiveNodes(&nodes) }
    }
}

extension Trace: Encodable {
    private enum CodingKeys: String, CodingKey {
        case kind, id, title, citation, verdict, why, fact, value, evidence, observedOn, cause, isDecisive, children
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(id, forKey: .id)
        try container.encode(title, forKey: .title)
        try container.encodeIfPresent(citation, forKey: .citation)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(why, forKey: .why)
        try container.encodeIfPresent(fact, forKey: .fact)
        try container.encodeIfPresent(value, forKey: .value)
        try container.encodeIfPresent(evidence, forKey: .evidence)
        try container.encodeIfPresent(observedOn, forKey: .observedOn)
        try container.encodeIfPresent(cause, forKey: .cause)
        try container.encode(isDecisive, forKey: .isDecisive)
        try container.encode(children, forKey: .children)
    }
}

/// A fact that is unknown and still matters. Its words are made when they are read.
public struct MissingFact: Sendable {
    private let evaluated: EvaluatedTree
    private let asked: Int
    /// The first leaf that waits for it.
    private let first: Int
    private let waiting: LeafSet

    /// - Parameters:
    ///   - asked: its place in the tree's questions.
    ///   - first: the first leaf that waits for it.
    ///   - waiting: all of them.
    init(_ evaluated: EvaluatedTree, asked: Int, first: Int, waiting: LeafSet) {
        self.evaluated = evaluated
        self.asked = asked
        self.first = first
        self.waiting = waiting
    }

    private var declaration: FactDeclaration? { evaluated.tree.questions[asked].declaration }
    private var leaf: Leaf { evaluated.tree.leaves[first] }

    public var fact: String { evaluated.tree.questions[asked].fact }
    /// Ready to be sent to the clinic.
    public var question: String { declaration?.question ?? fact }
    public var cost: Int { evaluated.tree.questions[asked].cost }
    /// What can be answered; nothing when the vocabulary does not know the fact.
    public var type: FactDeclaration.FactType? { declaration?.type }
    public var subject: FactDeclaration.Subject { declaration?.subject ?? .request }
    /// Kinds of documents that would prove it.
    public var provenBy: [String] { declaration?.provenBy ?? [] }
    public var cause: UnknownCause { evaluated.outcomes[first].cause ?? .absent }
    /// The leaves that wait for it.
    public var leaves: [String] { waiting.map { evaluated.tree.leaves[$0].id } }
    public var why: String { evaluated.outcomes[first].why(leaf) }
    /// How the payer wants the fact to be proven; empty when it does not say.
    public var wantedProof: [Fact.Proof] { leaf.fact == fact ? leaf.proof : [] }
}

extension MissingFact: Encodable {
    private enum CodingKeys: String, CodingKey {
        case fact, about, question, cost, answers, provenBy, wantedProof, cause, why, leaves
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(fact, forKey: .fact)
        try container.encode(subject.rawValue, forKey: .about)
        try container.encode(question, forKey: .question)
        try container.encode(cost, forKey: .cost)
        try container.encodeIfPresent(type?.answers, forKey: .answers)
        try container.encode(wantedProof.map(\.rawValue), forKey: .wantedProof)
        try container.encode(provenBy, forKey: .provenBy)
        try container.encode(cause, forKey: .cause)
        try container.encode(why, forKey: .why)
        try container.encode(leaves, forKey: .leaves)
    }
}

/// Facts that together, if favourable, make the criteria met.
public struct MissingSet: Hashable, Sendable, Encodable {
    /// Sorted by name.
    public let facts: [String]
    public let cost: Int
}
