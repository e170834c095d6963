/// The dose of a service counted in the units of the code that bills it.
struct UnitCount {
    let code: HCPCSCode
    let dose: Dose
    /// What one unit of the code is.
    let unit: Dose
    let expected: BillingUnits
    /// Whole units in the containers that the dose opens; `nil` when the containers are not known.
    let wholeContainerUnits: Int?

    /// The same, when it is more than the dose.
    var wholeVials: Int? { wholeContainerUnits.flatMap { $0 > expected.count ? $0 : nil } }

    /// `300 mg is 300 units of J2323 (1 mg each)`.
    var sentence: String {
        let rounding = expected.roundedUpFrom.map { ", rounded up from \($0)" } ?? ""
        return "\(expected.count) units of \(code.code) (\(unit) each\(rounding))"
    }
}

extension ServiceReview {
    /// `nil` when there is no dose, no code to count with, or no unit that the dose can be counted in.
    var unitCount: UnitCount? {
        guard let dose = service.dose, let code = countingCode, let unit = code.unit,
            let expected = try? DoseConverter.units(for: dose, of: unit)  // the reason is the mismatch rule's to say
        else { return nil }
        // Same measure as the dose, which could be counted; a part of a unit is none.
        let whole = containers.flatMap { try? DoseConverter.units(for: Dose($0.opened.total, .milligram), of: unit) }
        return UnitCount(
            code: code, dose: dose, unit: unit, expected: expected,
            wholeContainerUnits: whole.map { $0.isExact ? $0.count : $0.count - 1 })
    }
}
