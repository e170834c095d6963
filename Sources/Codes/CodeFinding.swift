public import CivilTime
public import Diagnostics

/// One thing that the code guard found in a proposed service.
public struct CodeFinding: Hashable, Sendable {
    /// Which part of the service is meant; the raw value is its name in JSON.
    public enum Field: String, Sendable, CaseIterable {
        case drug
        case hcpcs
        case units
        case dose
        case everyDays = "every_days"
        case route
        case diagnoses
        case modifiers
        case placeOfService = "place_of_service"
        case dateOfService = "date_of_service"
        case billingNPI = "billing_npi"
        case renderingNPI = "rendering_npi"
        case patientAge = "patient_age"
        case weight
        case doses
        case ndc
        case discardedUnits = "discarded_units"
        case administration
        case gates
    }

    /// A code that would fit, with its meaning. The guard offers and never chooses.
    public struct Offer: Hashable, Sendable, Encodable {
        public let code: String
        public let description: String
    }

    /// Stable: scripts and people refer to it.
    public let ruleID: String
    /// An error must be corrected before anything is sent; a warning should be read.
    public let severity: Diagnostic.Severity
    public let field: Field
    public let found: String
    /// What would be right, as it can be written; empty when nothing certain can be said.
    public let expected: String
    /// For a person, without a full stop.
    public let message: String
    public let offers: [Offer]
    /// The release or file that the finding rests on.
    public let source: String
    /// The day of that release; none for what is no release, such as a regulation.
    public let released: CivilDate?
    /// Whether what it rests on was seen in a source.
    public let isVerified: Bool

    init(
        _ ruleID: String, _ severity: Diagnostic.Severity, _ field: Field, found: String, expected: String = "",
        message: String, offers: [Offer] = [], source: Citation
    ) {
        self.ruleID = ruleID
        self.severity = severity
        self.field = field
        self.found = found
        self.expected = expected
        self.message = message
        self.offers = offers
        self.source = source.text
        released = source.released
        isVerified = source.isVerified
    }
}
