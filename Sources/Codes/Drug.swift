/// How a drug is given. Codes may differ by it.
public enum Route: String, Sendable, CaseIterable {
    case intravenous = "IV"
    case subcutaneous = "SC"
    case intramuscular = "IM"

    /// Reads `IV`, `intravenous`, `SC`, `subQ`, … in any case.
    public init?(_ text: String) {
        switch text.lowercased() {
        case "iv", "intravenous", "infusion": self = .intravenous
        case "sc", "sq", "subq", "subcut", "subcutaneous": self = .subcutaneous
        case "im", "intramuscular": self = .intramuscular
        default: return nil
        }
    }
}

/// What is known of one drug (ingredient), with the trust of each fact.
///
/// A fact that is not `isVerified` was seen in no source and may only ever ground a warning that says so.
public struct Drug: Hashable, Sendable {
    /// A stable id: the ingredient's name in small letters.
    public let id: String
    /// By its mechanism, for example `tnf_inhibitor`; nothing when it is not on file.
    public let drugClass: String?
    /// Names of the ingredient itself. The first is the one to show.
    public let names: [String]
    public let products: [DrugProduct]
    public let indications: [DrugIndication]
    public let doses: [UsualDose]
    /// Every dose that the label gives is among `doses`, so that another one is worth a remark.
    public let dosesAreComplete: Bool
    public let gates: [DrugGate]
    public let tests: [DrugTest]
    /// CPT numbers under which the giving of the drug is usually billed; numbers only.
    public let administration: [String]

    public var name: String { names.first ?? id }

    /// The gates that a product must pass: those of its brands, and those of the whole drug.
    public func gates(for product: DrugProduct) -> [DrugGate] {
        gates.filter { $0.brands.isEmpty || !Set($0.brands).isDisjoint(with: product.brands) }
    }
}

/// A product, or a form of one, that has a code of its own.
public struct DrugProduct: Hashable, Sendable {
    public enum Role: String, Sendable, CaseIterable {
        case reference
        case biosimilar
        case differentFormulation = "different_formulation"
    }

    public let hcpcs: String
    public let brands: [String]
    /// The nonproprietary name with its suffix: `natalizumab-sztn`.
    public let name: String
    public let role: Role
    public let routes: [Route]
    public let isVerified: Bool
    public let isRouteVerified: Bool
    /// The single-dose containers that are sold; empty where not known.
    public let containers: [DrugContainer]
    /// `drugs.yaml`, or the file that it was read from.
    public let source: String

    /// `Tyruko`, or the nonproprietary name when there is no brand.
    public var label: String { brands.isEmpty ? name : brands.joined(separator: " or ") }

    /// What is in one of its containers: `Prolia`, where the code bills Xgeva too.
    public func label(of container: DrugContainer) -> String { container.brand ?? label }
}

/// A single-dose container: what is opened for one patient, and thrown away with what is left in it.
public struct DrugContainer: Hashable, Sendable {
    public enum Form: String, Sendable, CaseIterable {
        case vial
        case syringe
    }

    public let milligrams: Amount
    public let form: Form
    /// Which of the code's products is in it; nothing where there is one, or where it was not seen.
    public let brand: String?
    /// Whether the size was seen in a source.
    public let isVerified: Bool
    public let ndc: NDC?
    /// Whether the NDC was seen in a source that ties it to the product.
    public let isNDCVerified: Bool
    public let sources: [String]
}

/// A labelled use.
public struct DrugIndication: Hashable, Sendable {
    public let id: String
    /// In our own words.
    public let name: String
    /// ICD-10-CM prefixes: `K50` is K50 and all below it.
    public let diagnoses: [String]
    /// Codes that may stand for this use but do not show it by themselves.
    public let notEnoughAlone: [String]
    /// Codes that show another disease than the labelled one.
    public let contradictedBy: [String]
    /// The youngest age in years, over all forms of the drug.
    public let ageFrom: Int?
    public let isVerified: Bool
    public let sources: [String]
}

/// Something that must be in place before the drug may be given, such as a REMS programme.
public struct DrugGate: Hashable, Sendable {
    /// The word for it in an order: `touch`.
    public let id: String
    public let name: String
    public let kind: String
    /// The brands that it applies to; empty is all of them.
    public let brands: [String]
    public let isVerified: Bool
    public let sources: [String]
}

/// A test or measure that the label asks for.
public struct DrugTest: Hashable, Sendable {
    public enum Timing: String, Sendable, CaseIterable {
        case beforeFirstDose = "before_first_dose"
        case eachDose = "each_dose"
        case monitoring
    }

    /// The word for it in an order: `jcv_antibody`.
    public let id: String
    public let name: String
    public let timing: Timing
    /// Ids of the indications that it belongs to; empty is all of them.
    public let indications: [String]
    public let isVerified: Bool
    public let sources: [String]
}
