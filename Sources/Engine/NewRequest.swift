public import CivilTime
import Foundation

/// An order that passed the code guard, ready to be stored as a request. Encodes to the JSON that the SQL function
/// `open_request` takes. Holds patient data.
public struct NewRequest: Sendable, Encodable {
    public struct Patient: Sendable, Encodable {
        public var family: String
        public var given: String
        public var born: CivilDate
        public var memberID: String
        /// Kilograms and centimetres, as decimal texts.
        public var weight: String?
        public var height: String?
        public var weighedOn: CivilDate?

        public init(
            family: String, given: String, born: CivilDate, memberID: String, weight: String? = nil,
            height: String? = nil, weighedOn: CivilDate? = nil
        ) {
            self.family = family
            self.given = given
            self.born = born
            self.memberID = memberID
            self.weight = weight
            self.height = height
            self.weighedOn = weighedOn
        }

        enum CodingKeys: String, CodingKey {
            case family, given, born, memberID = "member_id", weight = "weight_kg", height = "height_cm"
            case weighedOn = "weighed_on"
        }
    }

    public struct Coverage: Sendable, Encodable {
        /// `self_funded`, `fully_insured` or `unknown`.
        public var funding: String
        /// Two letters, for a fully insured plan.
        public var state: String?

        public init(funding: String, state: String?) {
            self.funding = funding
            self.state = state
        }
    }

    public struct Prescriber: Sendable, Encodable {
        public var name: String
        public var npi: String
        public var specialty: String?

        public init(name: String, npi: String, specialty: String?) {
            self.name = name
            self.npi = npi
            self.specialty = specialty
        }
    }

    public struct Site: Sendable, Encodable {
        public var name: String
        public var npi: String
        public var placeOfService: String

        public init(name: String, npi: String, placeOfService: String) {
            self.name = name
            self.npi = npi
            self.placeOfService = placeOfService
        }

        enum CodingKeys: String, CodingKey { case name, npi, placeOfService = "place_of_service" }
    }

    public struct Line: Sendable, Hashable, Codable {
        public var hcpcs: String
        /// Billing units of the code for one dose, as a decimal text.
        public var units: String
        /// The dose, as a decimal text in `doseUnit`.
        public var doseAmount: String
        public var doseUnit: String
        public var everyDays: Int?
        /// The interval where the order counts in months; then `everyDays` is nothing.
        public var everyMonths: Int?
        /// How many doses are asked for.
        public var doses: Int?
        public var route: String?
        public var modifiers: [String]
        public var ndc: String?
        /// Units of one dose that are thrown away, as a decimal text; `0` says that none are.
        public var discardedUnits: String?
        /// The codes under which the giving is billed.
        public var administration: [String]
        /// What is in place before the first dose, in the words of the drug facts.
        public var gates: [String]

        public init(
            hcpcs: String, units: String, doseAmount: String, doseUnit: String, everyDays: Int?,
            everyMonths: Int? = nil, doses: Int?, route: String?, modifiers: [String], ndc: String? = nil,
            discardedUnits: String? = nil, administration: [String] = [], gates: [String] = []
        ) {
            self.hcpcs = hcpcs
            self.units = units
            self.doseAmount = doseAmount
            self.doseUnit = doseUnit
            self.everyDays = everyDays
            self.everyMonths = everyMonths
            self.doses = doses
            self.route = route
            self.modifiers = modifiers
            self.ndc = ndc
            self.discardedUnits = discardedUnits
            self.administration = administration
            self.gates = gates
        }

        /// `28 days`, `6 months`; nothing for a single dose.
        public var every: String? { intervalInWords(everyDays, everyMonths) }

        enum CodingKeys: String, CodingKey {
            case hcpcs, units, doses, route, modifiers, ndc, administration, gates
            case doseAmount = "dose_amount", doseUnit = "dose_unit", discardedUnits = "discarded_units"
            case everyDays = "every_days", everyMonths = "every_months"
        }
    }

    public var payer: String
    /// `standard` or `urgent`.
    public var urgency: String
    public var owner: String?
    public var patient: Patient
    public var coverage: Coverage
    /// `initial`, `continuation`, `restart` or `transition`.
    public var kind: String
    /// The drug as the order names it, and as the code tables know it.
    public var drug: String
    public var drugID: String
    /// The primary one first.
    public var diagnoses: [String]
    public var prescriber: Prescriber
    public var site: Site
    /// The planned first dose.
    public var plannedOn: CivilDate
    public var lines: [Line]

    public init(
        payer: String, urgency: String, owner: String?, patient: Patient, coverage: Coverage, kind: String,
        drug: String, drugID: String, diagnoses: [String], prescriber: Prescriber, site: Site, plannedOn: CivilDate,
        lines: [Line]
    ) {
        self.payer = payer
        self.urgency = urgency
        self.owner = owner
        self.patient = patient
        self.coverage = coverage
        self.kind = kind
        self.drug = drug
        self.drugID = drugID
        self.diagnoses = diagnoses
        self.prescriber = prescriber
        self.site = site
        self.plannedOn = plannedOn
        self.lines = lines
    }

    enum CodingKeys: String, CodingKey {
        case payer, urgency, owner, patient, coverage, kind, drug, diagnoses, prescriber, site, lines
        case drugID = "drug_id"
        case plannedOn = "planned_on"
    }
}
