/// The dose of a service counted in the units of the code that bills it.
struct UnitCount {
    let code: HCPCSCode
    let dose: Dose
    /// What one unit of the code is.
    let unit: Dose
    let expected: BillingUnits
    /// Units of the whole vials that the dose opens, when that is more than the dose.
    let wholeVials: Int?

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
        let vials = book.drugs.owner(of: code.code)?.product.vialsInMilligrams ?? []
        var wholeVials: Int?
        if let total = leastWholeVials(for: dose, of: vials), total > dose,
            let units = try? DoseConverter.units(for: total, of: unit)  // same measure as the dose, which counted
        {
            wholeVials = units.count
        }
        return UnitCount(code: code, dose: dose, unit: unit, expected: expected, wholeVials: wholeVials)
    }
}

/// The least that whole vials of these sizes can hold and still give the dose.
private func leastWholeVials(for dose: Dose, of sizes: [Amount]) -> Dose? {
    guard dose.unit == .milligram, let largest = sizes.max(), largest.millionths > 0,
        dose.amount.millionths / largest.millionths < 100
    else { return nil }
    func least(_ rest: Int, _ sizes: ArraySlice<Amount>) -> Int {
        guard rest > 0, let size = sizes.first?.millionths, size > 0 else { return rest > 0 ? .max : 0 }
        let most = (rest + size - 1) / size
        guard sizes.count > 1 else { return most * size }
        return (0...most).map { count in
            let others = least(rest - count * size, sizes.dropFirst())
            return others == .max ? .max : count * size + others
        }.min() ?? .max
    }
    let total = least(dose.amount.millionths, sizes.sorted(by: >)[...])
    return total == .max ? nil : Dose(Amount(millionths: total), .milligram)
}

private func > (left: Dose, right: Dose) -> Bool { left.amount > right.amount }
