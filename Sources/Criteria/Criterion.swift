public import Diagnostics

/// A node of a policy's tree.
public struct Criterion: Sendable {
    public indirect enum Kind: Sendable {
        case all([Criterion])
        case any([Criterion])
        case atLeast(Int, [Criterion])
        case not(Criterion)
        case leaf(Leaf)
    }

    public let kind: Kind
    /// What it means for a reader; a leaf always has one.
    public let title: String?
    public let location: SourceLocation

    public init(_ kind: Kind, title: String? = nil, at location: SourceLocation) {
        self.kind = kind
        self.title = title
        self.location = location
    }

    /// The nodes right under this one.
    public var children: [Criterion] {
        switch kind {
        case .all(let children), .any(let children), .atLeast(_, let children): children
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
public struct Leaf: Sendable {
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
    public let location: SourceLocation
}

/// A place in one of the policy's sources.
public struct Citation: Hashable, Sendable, CustomStringConvertible {
    public let source: String
    /// The paragraph, in words that let a reader find it.
    public let place: String

    public var description: String { place.isEmpty ? source : "\(source), \(place)" }
}
