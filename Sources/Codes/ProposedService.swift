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
