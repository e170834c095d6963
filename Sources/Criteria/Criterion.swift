public import Diagnostics

/// A node of a policy's tree.
public struct Criterion: Sendable {
    public indirect enum Kind: Sendable {
        case all([Criterion])
        case any([Criterion])
        case atLeast(Int, [Criterion])
        case not(Criterion)
        /// The payer's texts conflict: what one says and what another says. It counts only where they agree.
        case readings([Criterion])
        case leaf(Leaf)
    }

    public let kind: Kind
    /// What it means for a reader; a leaf always has one.
    public let title: String?
    /// Where the payer's document says so; of a group, when it has a place of its own.
    public let citation: Citation?
    /// The other policy's set whose criteria are taken over here, whole.
    public let taken: TakenSet?
    public let location: SourceLocation

    public init(
        _ kind: Kind, title: String? = nil, citation: Citation? = nil, taken: TakenSet? = nil,
        at location: SourceLocation
    ) {
        self.kind = kind
        self.title = title
        self.citation = citation
        self.taken = taken
        self.location = location
    }

    /// The nodes right under this one.
    public var children: [Criterion] {
        switch kind {
        case .all(let children), .any(let children), .atLeast(_, let children), .readings(let children): children
        case .not(let child): [child]
        case .leaf: []
        }
    }

    /// Every leaf under this node, in the order of the file; one that is used twice comes twice.
    public var leaves: [Leaf] {
        if case .leaf(let leaf) = kind { return [leaf] }
        return children.flatMap(\.leaves)
    }
}

/// One question to one fact.
public final class Leaf: Sendable {
    /// Unique within the policy.
    public let id: String
    public let title: String
    /// Where the payer's document says so.
    public let citation: Citation
    /// Nothing for a point of the payer's document that is not on file.
    public let fact: String?
    public let test: LeafTest
    /// How old an observation this payer accepts; the vocabulary's span holds where this is missing.
    public let notOlderThan: CivilDuration?
    /// How old an observation is accepted in the end: the payer's span, else the vocabulary's.
    let acceptedFor: CivilDuration?
    /// How the payer wants it proven, any of these; empty when it does not say.
    public let proof: [Fact.Proof]
    /// The other facts that the test looks at.
    let otherFacts: [String]
    /// It belongs to another policy, whose criteria are taken over; that one's examples show it.
    let isTaken: Bool
    public let location: SourceLocation

    init(
        id: String, title: String, citation: Citation, fact: String?, test: LeafTest,
        notOlderThan: CivilDuration? = nil,
        acceptedFor: CivilDuration? = nil, proof: [Fact.Proof] = [], location: SourceLocation,
        isTaken: Bool = false
    ) {
        self.id = id
        self.title = title
        self.citation = citation
        self.fact = fact
        self.test = test
        self.notOlderThan = notOlderThan
        self.acceptedFor = notOlderThan ?? acceptedFor
        self.proof = proof
        otherFacts = Array(Set(test.otherFacts)).sorted()
        self.isTaken = isTaken
        self.location = location
    }
}

/// A set of another policy, such as `magellan_mrx/infliximab`, `cd.initial`.
public struct TakenSet: Hashable, Sendable {
    public let policy: String
    public let set: String
}

/// A place in one of the policy's sources.
public struct Citation: Hashable, Sendable, CustomStringConvertible {
    public let source: String
    /// The paragraph, in words that let a reader find it.
    public let place: String

    public var description: String { place.isEmpty ? source : "\(source), \(place)" }
}
