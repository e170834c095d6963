public import CivilTime
public import Diagnostics

/// A payer's published criteria for one drug, in one version, as data.
public struct Policy: Sendable {
    /// `payer/drug`.
    public let id: String
    public let title: String
    public let product: Product
    /// The payer's own number for the document; nothing when it is not on file.
    public let number: String?
    /// Our count of changes to this file.
    public let version: Int
    public let status: Status
    /// First day the payer applies it; nothing when it is not on file.
    public let effectiveFrom: CivilDate?
    /// Last day the payer applies it; nothing while it is open.
    public let effectiveTo: CivilDate?
    public let governedBy: GoverningDate
    /// The day somebody last compared this file with the payer's document.
    public let lastChecked: CivilDate
    /// After this day the policy answers unknown until somebody has looked again.
    public let reviewBy: CivilDate
    /// The first one is the payer's own document, or what stands in for it.
    public let sources: [Source]
    public let sets: [CriteriaSet]
    /// What a reader should know beside the criteria.
    public let notes: [String]
    public let tests: PolicyTests
    /// What the checks found that is no error.
    public let warnings: [Diagnostic]
    public let location: SourceLocation
    /// The vocabulary's entries for the facts that the policy asks about.
    let declarations: [String: FactDeclaration]

    public struct Product: Hashable, Sendable {
        /// The ingredient, for example `natalizumab`.
        public let drug: String
        /// Brand names as the policy has them.
        public let name: String
        /// The HCPCS codes that the policy speaks of.
        public let hcpcs: [String]
    }

    public enum Status: Hashable, Sendable {
        case current
        /// A newer version is known or likely to exist and is not on file. Shown on every verdict.
        case superseded(note: String)
        /// Nobody knows whether it is the payer's current version. Shown on every verdict.
        case unconfirmed(note: String)
    }

    /// Which day decides what version of a policy holds.
    public enum GoverningDate: String, Sendable, CaseIterable {
        case serviceDate = "service_date"
        case receivedDate = "received_date"
    }

    public struct Source: Hashable, Sendable {
        public let id: String
        public let title: String
        /// The document's own number or version, when it has one.
        public let number: String?
        public let url: String
        public let retrieved: CivilDate
        public let evidence: Evidence
        /// Somebody saw the statement in the source named. It does not mean that the payer still applies it.
        public let isVerified: Bool
    }

    /// How near a source is to the payer's own words, the nearest first.
    public enum Evidence: String, Sendable, CaseIterable {
        /// The whole document of its issuer.
        case primary
        /// Part of the issuer's document.
        case primaryExcerpt = "primary_excerpt"
        /// Somebody else's structured copy.
        case quoted
        /// Somebody else's summary; detail may be lost.
        case summary
        /// A vendor's or advocate's guide; a lead only.
        case marketingGuide = "marketing_guide"
    }

    /// The payer's id, the first half of the policy's.
    public var payer: String { String(id.prefix { $0 != "/" }) }

    /// Whether the payer applied it on a day. An unknown first day counts as long ago.
    public func isInForce(on date: CivilDate) -> Bool {
        (effectiveFrom.map { $0 <= date } ?? true) && (effectiveTo.map { date <= $0 } ?? true)
    }
}

/// The criteria for one indication, to begin with a drug or to go on with it.
public struct CriteriaSet: Sendable {
    public enum Phase: String, Sendable, CaseIterable {
        case initial
        case continuation
    }

    /// For example `rms`.
    public let indication: String
    public let phase: Phase
    public let appliesWhen: Criterion
    public let require: Criterion
    /// Any of these forbids.
    public let exclude: [Criterion]
    /// What an approval would be for; nothing when it is not on file.
    public let approval: Approval?
    public let location: SourceLocation

    public struct Approval: Hashable, Sendable {
        public let duration: CivilDuration
        /// The payer says "no more than".
        public let isMaximum: Bool
    }

    /// `rms.initial`.
    public var id: String { "\(indication).\(phase.rawValue)" }

    /// All of it as one tree.
    public var root: Criterion {
        var parts = [appliesWhen, require]
        if !exclude.isEmpty {
            let anyExclusion = Criterion(.any(exclude), title: "Excluded", at: exclude[0].location)
            parts.append(Criterion(.not(anyExclusion), title: "No exclusion holds", at: exclude[0].location))
        }
        return Criterion(.all(parts), title: id, at: location)
    }
}
