public import CivilTime

/// A service line as the practice wrote it, before anything is sent.
public struct ProposedService: Hashable, Sendable {
    /// The drug as written: ingredient, suffixed name or brand.
    public var drug: String
    public var hcpcs: String
    /// Billing units of one administration.
    public var units: Int
    /// The dose of one administration, for this patient.
    public var dose: Dose?
    public var everyDays: Int?
    public var route: Route?
    public var diagnoses: [String]
    public var modifiers: [String]
    public var placeOfService: String?
    public var dateOfService: CivilDate
    public var billingNPI: String?
    public var renderingNPI: String?
    /// In whole years on the date of service.
    public var patientAge: Int?

    // What an order may add; each is empty until somebody says it.

    /// For an interval in calendar months, which `everyDays` cannot say.
    public var everyMonths: Int?
    /// How many doses are asked for.
    public var doses: Int?
    /// The therapy begins, for the first time or again, so that induction doses and tests before them are due.
    public var begins = true
    /// Kilograms and centimetres.
    public var weight: Amount?
    public var height: Amount?
    /// As written.
    public var ndc: String?
    /// Billing units of one dose that are thrown away; 0 says that none are.
    public var discardedUnits: Int?
    /// CPT numbers of the administration.
    public var administration: [String] = []
    /// What is in place, in the words of the drug facts.
    public var gates: [String] = []
    /// The other lines of the same request.
    public var otherLines: [OtherLine] = []
    /// Modifiers that a policy in force for the request asks for, such as KX.
    public var modifiersAskedFor: Set<String> = []

    /// As much of another line as the rules look at.
    public struct OtherLine: Hashable, Sendable {
        public var hcpcs: String
        public var modifiers: [String]

        public init(hcpcs: String, modifiers: [String]) {
            self.hcpcs = hcpcs
            self.modifiers = modifiers
        }
    }

    public init(
        drug: String, hcpcs: String, units: Int, dose: Dose? = nil, everyDays: Int? = nil, route: Route? = nil,
        diagnoses: [String] = [], modifiers: [String] = [], placeOfService: String? = nil, dateOfService: CivilDate,
        billingNPI: String? = nil, renderingNPI: String? = nil, patientAge: Int? = nil
    ) {
        self.drug = drug
        self.hcpcs = hcpcs
        self.units = units
        self.dose = dose
        self.everyDays = everyDays
        self.route = route
        self.diagnoses = diagnoses
        self.modifiers = modifiers
        self.placeOfService = placeOfService
        self.dateOfService = dateOfService
        self.billingNPI = billingNPI
        self.renderingNPI = renderingNPI
        self.patientAge = patientAge
    }
}
