public import CivilTime

/// What the practice wants to have authorized, as its order file says it. Codes are checked for their shape only;
/// whether drug, code, units and diagnosis agree is for `Codes` to say, which points at the places kept here.
public struct Order: Sendable {
    public let payer: Located<String>
    public let kind: Located<Kind>
    public let urgency: Located<Urgency>
    public let patient: Patient
    public let plan: Plan
    public let prescriber: Prescriber
    public let site: Site
    /// As written: a generic or a brand name.
    public let drug: Located<String>
    /// ICD-10-CM, as written; at least one.
    public let diagnoses: [Located<String>]
    /// The service lines in the file's order; at least one.
    public let services: [Service]
    public let plannedFirstDose: Located<CivilDate>

    public enum Kind: String, Sendable, CaseIterable {
        case initial
        case continuation
        /// Begun again after a gap.
        case restart
        /// Begun under another plan and to go on under this one.
        case transition
    }

    public enum Urgency: String, Sendable, CaseIterable {
        case standard
        case urgent
    }

    public enum Funding: String, Sendable, CaseIterable {
        case selfFunded = "self_funded"
        case fullyInsured = "fully_insured"
        case unknown
    }

    public struct Patient: Sendable {
        public let family: Located<Sensitive<String>>
        public let given: Located<Sensitive<String>>
        public let born: Located<Sensitive<CivilDate>>
        public let memberID: Located<Sensitive<String>>
        /// Kilograms and centimetres, for doses by weight or by body surface.
        public let weight: Located<Sensitive<Measure>>?
        /// The day on which the weight was taken; there whenever the weight is.
        public let weighedOn: Located<Sensitive<CivilDate>>?
        public let height: Located<Sensitive<Measure>>?
    }

    public struct Plan: Sendable {
        public let funding: Located<Funding>
        /// Two letters, upper case: whose insurance law counts.
        public let state: Located<String>?
    }

    public struct Prescriber: Sendable {
        public let name: Located<String>
        /// Ten digits; the check digit is not checked here.
        public let npi: Located<String>
        public let specialty: Located<String>?
    }

    public struct Site: Sendable {
        public let name: Located<String>
        /// Ten digits; the check digit is not checked here.
        public let npi: Located<String>
        /// Two digits, CMS's place-of-service code set.
        public let placeOfService: Located<String>
    }

    public struct Service: Sendable {
        /// Five characters, upper case.
        public let hcpcs: Located<String>
        /// Billing units of one dose; payers pay whole ones only.
        public let units: Located<Int>
        public let dose: Located<Dose>
        /// Nothing inside for a single dose; `doses` is 1 then.
        public let every: Located<Interval?>
        public let route: Located<String>?
        public let modifiers: [Located<String>]
        /// How many doses are asked for.
        public let doses: Located<Int>?
        /// The National Drug Code as written, with or without hyphens.
        public let ndc: Located<String>?
        /// Billing units of one dose that are thrown away with the vial; 0 says that none are.
        public let discardedUnits: Located<Int>?
        /// The codes under which the giving of the drug is billed, such as CPT 96413; numbers only.
        public let administration: [Located<String>]
        /// What is in place before the first dose, in the words of the drug facts (`touch`, `jcv_antibody`).
        public let gates: [Located<String>]
    }

    /// A decimal number as text, without needless zeros.
    public struct Measure: Sendable, Hashable, CustomStringConvertible {
        public let amount: String

        public var description: String { amount }
    }

    /// `300 mg`
    public struct Dose: Sendable, Hashable, CustomStringConvertible {
        /// A decimal number as text, without needless zeros.
        public let amount: String
        public let unit: Unit

        public enum Unit: String, Sendable, CaseIterable {
            case milligram = "mg"
            case microgram = "mcg"
            case gram = "g"
            case millilitre = "mL"
            case internationalUnit = "units"
        }

        public var description: String { "\(amount) \(unit.rawValue)" }
    }

    /// `28 days`
    public struct Interval: Sendable, Hashable, CustomStringConvertible {
        public let count: Int
        public let unit: Unit

        public enum Unit: String, Sendable, CaseIterable {
            case day
            case week
            case month
        }

        /// In days; nothing for months, which differ.
        public var days: Int? {
            switch unit {
            case .day: count
            case .week: count * 7
            case .month: nil
            }
        }

        public var description: String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
    }
}
