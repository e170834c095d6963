public import CivilTime
public import Diagnostics

/// A payer's published criteria for a drug, in one version, as data.
public struct Policy: Sendable {
    /// `payer/drug`.
    public let id: String
    public let title: String
    public let product: Product
    /// Which of the payer's decisions it is about.
    public let decides: Decision
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
    /// For whom it holds; nothing when it holds for every member.
    public let members: Criterion?
    /// A phase that the payer judges by another's criteria: a restart as a new start.
    public let judgedAs: [CriteriaSet.Phase: JudgedAs]
    public let groups: [PolicyGroup]
    /// By fact: records that are as if they were not there.
    public let notCounting: [String: [RecordConditions]]
    public let sets: [CriteriaSet]
    /// Criteria that forbid, for every set.
    public let exclude: [Criterion]
    /// What a reader should know beside the criteria.
    public let notes: [String]
    public let tests: PolicyTests
    /// Other policies whose criteria it takes over.
    public let taken: [Policy]
    /// What the checks found that is no error.
    public let warnings: [Diagnostic]
    public let location: SourceLocation
    let setsByPhase: [CriteriaSet.Phase: [CriteriaSet]]
    let membersTree: CompiledTree?
    /// The vocabulary's entries for the facts that the policy asks about.
    let declarations: [String: FactDeclaration]

    /// What a policy speaks of, on up to four levels; on each one that it names a request must fit.
    public struct Product: Hashable, Sendable {
        /// For people: the brand names as the policy has them.
        public let name: String
        /// Ingredients, for example `natalizumab`.
        public let drugs: [String]
        public let brands: [String]
        /// HCPCS codes.
        public let hcpcs: [String]
        public let classes: [String]
    }

    /// A second decision is a policy of its own on the same request, not a flag of the first.
    public enum Decision: String, Sendable, Codable, CaseIterable {
        case authorization
        case siteOfCare = "site_of_care"
        case preferredProduct = "preferred_product"
        case benefit

        public var inWords: String { rawValue.replacing("_", with: " ") }
    }

    public struct JudgedAs: Hashable, Sendable {
        public let phase: CriteriaSet.Phase
        public let citation: Citation
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

/// Values of a field that a policy treats alike: what counts as dimethyl fumarate, what its preferred drugs are.
public struct PolicyGroup: Hashable, Sendable {
    public let name: String
    /// `prior_therapies.ingredient`, or a fact.
    public let field: String
    public let title: String
    public let citation: Citation
    public let members: [FactValue]
    /// Several of them are one where different ones are counted.
    public let countsAsOne: Bool
    let type: FactDeclaration.FactType

    /// Whether it holds values of this field of this list's records.
    func isOf(_ name: String?, in list: String?) -> Bool {
        guard let name, let list else { return false }
        return field == "\(list).\(name)"
    }
}
