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

        public init(family: String, given: String, born: CivilDate, memberID: String) {
            self.family = family
            self.given = given
            self.born = born
            self.memberID = memberID
        }

        enum CodingKeys: String, CodingKey { case family, given, born, memberID = "member_id" }
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

    public struct Line: Sendable, Encodable {
        public var hcpcs: String
        /// Billing units of the code for one dose, as a decimal text.
        public var units: String
        /// The dose, as a decimal text in `doseUnit`.
        public var doseAmount: String
        public var doseUnit: String
        public var everyDays: Int?
        /// How many doses are asked for.
        public var doses: Int?
        public var route: String?
        public var modifiers: [String]

        public init(
            hcpcs: String, units: String, doseAmount: String, doseUnit: String, everyDays: Int?, doses: Int?,
            route: String?, modifiers: [String]
        ) {
            self.hcpcs = hcpcs
            self.units = units
            self.doseAmount = doseAmount
            self.doseUnit = doseUnit
            self.everyDays = everyDays
            self.doses = doses
            self.route = route
            self.modifiers = modifiers
        }

        enum CodingKeys: String, CodingKey {
            case hcpcs, units, doses, route, modifiers, doseAmount = "dose_amount", doseUnit = "dose_unit"
            case everyDays = "every_days"
        }
    }

    public var payer: String
    /// `standard` or `urgent`.
    public var urgency: String
    public var owner: String?
    public var patient: Patient
    public var coverage: Coverage
    /// `initial` or `continuation`.
    public var kind: String
    /// The drug as the order names it, and as the code tables know it.
    public var drug: String
    public var drugID: String
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
