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
    /// Names of the ingredient itself. The first is the one to show.
    public let names: [String]
    public let products: [DrugProduct]
    public let indications: [DrugIndication]
    public let doses: [UsualDose]
    /// Every dose that the label gives is among `doses`, so that another one is worth a remark.
    public let dosesAreComplete: Bool
    public let gates: [DrugGate]

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
    /// Milligrams in each single-dose vial that is sold; empty where not known.
    public let vialsInMilligrams: [Amount]
    /// `drugs.yaml`, or the file that it was read from.
    public let source: String

    /// `Tyruko`, or the nonproprietary name when there is no brand.
    public var label: String { brands.isEmpty ? name : brands.joined(separator: " or ") }
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

/// A dose that the label gives.
public struct UsualDose: Hashable, Sendable {
    public enum Basis: String, Sendable, CaseIterable {
        case fixed
        case perKilogram = "kg"
        case perSquareMeter = "m2"
    }

    /// Ids of the indications that it belongs to.
    public let indications: [String]
    public let phase: String
    public let dose: Dose
    public let basis: Basis
    public let everyDays: Int?
    public let everyMonths: Int?
    public let atWeeks: [Int]
    public let route: Route?
    public let isVerified: Bool
    public let sources: [String]
}

/// Something that must be in place before the drug may be given, such as a REMS programme.
public struct DrugGate: Hashable, Sendable {
    public let name: String
    public let kind: String
    /// The brands that it applies to; empty is all of them.
    public let brands: [String]
    public let isVerified: Bool
    public let sources: [String]
}
