/// What a dose and a code's billing unit are measured in.
///
/// Mass converts within itself; the others only equal themselves. International and USP units are one measure here,
/// since a code's descriptor and a drug's label never mix the two.
public enum DoseUnit: String, Sendable, CaseIterable {
    case milligram = "mg"
    case microgram = "mcg"
    case gram = "g"
    case unit = "unit"
    case milliliter = "ml"
    case milliequivalent = "meq"
    case millicurie = "mci"

    /// Reads the spellings in use (`mg`, `µg`, `gm`, `IU`, `units`, `cc`), in any case.
    public init?(_ text: String) {
        switch text.lowercased() {
        case "mg", "milligram", "milligrams": self = .milligram
        case "mcg", "ug", "µg", "μg", "microgram", "micrograms": self = .microgram
        case "g", "gm", "gram", "grams": self = .gram
        case "unit", "units", "iu", "i.u.": self = .unit
        case "ml", "cc", "milliliter", "milliliters": self = .milliliter
        case "meq": self = .milliequivalent
        case "mci", "millicurie", "millicuries": self = .millicurie
        default: return nil
        }
    }

    var isMass: Bool { self == .milligram || self == .microgram || self == .gram }
}

/// An amount of a drug: 300 mg, 0.5 mg, 1000 unit. Per administration, for one patient; never per kilogram.
public struct Dose: Hashable, Sendable, CustomStringConvertible {
    public let amount: Amount
    public let unit: DoseUnit

    public init(_ amount: Amount, _ unit: DoseUnit) {
        self.amount = amount
        self.unit = unit
    }

    /// Reads `300 mg`, also without the blank. `nil` for anything else, `5 mg/kg` included.
    public init?(_ text: String) {
        let trimmed = text.drop { $0 == " " }
        let number = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let rest = trimmed.dropFirst(number.count).filter { $0 != " " }
        guard let amount = Amount(number), let unit = DoseUnit(rest) else { return nil }
        self.init(amount, unit)
    }

    /// `300 mg`.
    public var description: String { "\(amount) \(unit.rawValue)" }

    func isComparable(with other: Dose) -> Bool { unit == other.unit || (unit.isMass && other.unit.isMass) }

    /// In milligrams; `nil` for what is no mass.
    var milligrams: Amount? { unit.isMass ? baseMillionths.map { Amount(millionths: $0) } : nil }

    /// Millionths of the base measure (of a milligram for mass), or `nil` below what that can hold.
    var baseMillionths: Int? {
        switch unit {
        case .gram: return amount.millionths * 1000
        case .microgram: return amount.millionths.isMultiple(of: 1000) ? amount.millionths / 1000 : nil
        case .milligram, .unit, .milliliter, .milliequivalent, .millicurie: return amount.millionths
        }
    }
}
