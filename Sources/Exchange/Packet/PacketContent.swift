public import CivilTime

/// Everything that a payer's reviewer is told about one request: the same for the document that a person reads and for
/// the JSON that a program reads.
public struct PacketContent: Sendable {
    public var preparedOn: CivilDate
    /// The request's id, as people say it.
    public var requestID: String
    /// The number that the payer is asked to give back with each answer.
    public var trace: String
    public var payer: Payer
    public var practice: Practice
    public var kind: Order.Kind
    public var urgency: Order.Urgency
    public var patient: Patient
    /// At least one.
    public var services: [ServiceLine]
    /// The primary one first.
    public var diagnoses: [Diagnosis]
    public var prescriber: Prescriber
    public var site: Site
    public var policy: Policy?
    /// Why a decision is asked for where a criterion is not met, in the practice's own words.
    public var reason: Sensitive<String>?
    public var criteria: [Criterion]
    public var documents: [Document]

    public init(
        preparedOn: CivilDate, requestID: String, trace: String, payer: Payer, practice: Practice,
        kind: Order.Kind, urgency: Order.Urgency, patient: Patient, services: [ServiceLine],
        diagnoses: [Diagnosis], prescriber: Prescriber, site: Site, policy: Policy? = nil,
        reason: Sensitive<String>? = nil,
        criteria: [Criterion] = [], documents: [Document] = []
    ) {
        self.preparedOn = preparedOn
        self.requestID = requestID
        self.trace = trace
        self.payer = payer
        self.practice = practice
        self.kind = kind
        self.urgency = urgency
        self.patient = patient
        self.services = services
        self.diagnoses = diagnoses
        self.prescriber = prescriber
        self.site = site
        self.policy = policy
        self.reason = reason
        self.criteria = criteria
        self.documents = documents
    }

    public struct Payer: Sendable {
        /// `unitedhealthcare`
        public var id: String
        /// `UnitedHealthcare`
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// Who asks, and where an answer is to go.
    public struct Practice: Sendable {
        public var name: String
        public var npi: String
        public var telephone: String?
        public var fax: String?

        public init(name: String, npi: String, telephone: String? = nil, fax: String? = nil) {
            self.name = name
            self.npi = npi
            self.telephone = telephone
            self.fax = fax
        }
    }

    public struct Patient: Sendable {
        public var family: Sensitive<String>
        public var given: Sensitive<String>
        public var born: Sensitive<CivilDate>
        public var memberID: Sensitive<String>
        /// Kilograms and centimetres, as decimal texts.
        public var weight: Sensitive<String>?
        public var height: Sensitive<String>?
        public var weighedOn: Sensitive<CivilDate>?

        public init(
            family: Sensitive<String>, given: Sensitive<String>, born: Sensitive<CivilDate>,
            memberID: Sensitive<String>, weight: Sensitive<String>? = nil, height: Sensitive<String>? = nil,
            weighedOn: Sensitive<CivilDate>? = nil
        ) {
            self.family = family
            self.given = given
            self.born = born
            self.memberID = memberID
            self.weight = weight
            self.height = height
            self.weighedOn = weighedOn
        }
    }

    public struct ServiceLine: Sendable {
        /// As the label has it.
        public var drug: String
        public var hcpcs: String
        public var hcpcsTitle: String?
        /// Billing units of one dose, a decimal number as text.
        public var unitsPerDose: String
        /// `300 mg`
        public var dose: String
        /// `28 days`; nothing for a single dose.
        public var every: String?
        public var route: String?
        public var modifiers: [String]
        public var ndc: String?
        /// Billing units of one dose that are thrown away with the vial, a decimal number as text.
        public var discardedUnits: String?
        /// The codes under which the giving is billed.
        public var administration: [String]
        /// How many doses are asked for.
        public var doses: Int?
        /// The first day that is asked for.
        public var from: CivilDate

        public init(
            drug: String, hcpcs: String, hcpcsTitle: String? = nil, unitsPerDose: String, dose: String,
            every: String?, route: String? = nil, modifiers: [String] = [], ndc: String? = nil,
            discardedUnits: String? = nil, administration: [String] = [], doses: Int? = nil, from: CivilDate
        ) {
            self.drug = drug
            self.hcpcs = hcpcs
            self.hcpcsTitle = hcpcsTitle
            self.unitsPerDose = unitsPerDose
            self.dose = dose
            self.every = every
            self.route = route
            self.modifiers = modifiers
            self.ndc = ndc
            self.discardedUnits = discardedUnits
            self.administration = administration
            self.doses = doses
            self.from = from
        }
    }
}
