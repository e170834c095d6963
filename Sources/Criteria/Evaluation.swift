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
    /// Points of the payer's document that are not on file and keep the verdict unknown.
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
    public let url: String
    public let retrieved: CivilDate?
    public let evidence: String
    public let isVerified: Bool
    public let lastChecked: CivilDate
    public let reviewBy: CivilDate
}

/// One node of the tree as it came out.
public struct Trace: Sendable, Encodable {
    /// `all`, `any`, `at least 2`, `not` or `leaf`.
    public let kind: String
    /// A leaf's id.
    public let id: String?
    public let title: String
    /// Where the payer's document says so.
    public let citation: String?
    public let verdict: Verdict
    public let why: String
    public let fact: String?
    public let value: String?
    /// Which evidence holds the value, and the day it was observed.
    public let evidence: String?
    public let observedOn: CivilDate?
    public let cause: UnknownCause?
    /// Part of what forces the verdict.
    public internal(set) var isDecisive: Bool
    public internal(set) var children: [Trace]

    var decisiveLeaves: [String] {
        guard isDecisive else { return [] }
        if let id { return [id] }
        var seen: Set<String> = []
        return children.flatMap(\.decisiveLeaves).filter { seen.insert($0).inserted }
    }
}

/// A fact that is unknown and still matters.
public struct MissingFact: Hashable, Sendable, Encodable {
    public let fact: String
    /// Ready to be sent to the clinic.
    public let question: String
    public let cost: Int
    /// Kinds of documents that would prove it.
    public let provenBy: [String]
    public let cause: UnknownCause
    public let why: String
    /// The leaves that wait for it.
    public let leaves: [String]
}

/// Facts that together, if favourable, make the criteria met.
public struct MissingSet: Hashable, Sendable, Encodable {
    /// Sorted by name.
    public let facts: [String]
    public let cost: Int
}
