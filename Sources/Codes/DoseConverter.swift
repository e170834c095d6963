/// A dose counted in a code's billing units.
public struct BillingUnits: Hashable, Sendable {
    /// Whole units to bill: the dose divided by the code's unit, rounded up.
    public let count: Int
    /// `41.5` when the dose is no whole number of units, so that nobody takes a rounded count for an exact one.
    public let roundedUpFrom: String?

    public var isExact: Bool { roundedUpFrom == nil }
}

/// Turns a dose into the units that a code bills.
public enum DoseConverter {
    public enum Failure: Error, Hashable, Sendable {
        /// Milligrams cannot be counted in milliliters.
        case differentMeasures(dose: DoseUnit, billing: DoseUnit)
        /// The code's unit is zero, or an amount is finer than a nanogram.
        case notCountable
    }

    /// `dose` in units of `billingUnit` each. 300 mg at 1 mg is 300; 415 mg at 10 mg is 42, rounded up from 41.5.
    public static func units(for dose: Dose, of billingUnit: Dose) throws(Failure) -> BillingUnits {
        guard dose.isComparable(with: billingUnit) else {
            throw .differentMeasures(dose: dose.unit, billing: billingUnit.unit)
        }
        guard let given = dose.baseMillionths, let each = billingUnit.baseMillionths, each > 0 else {
            throw .notCountable
        }
        let (whole, rest) = given.quotientAndRemainder(dividingBy: each)
        guard rest > 0 else { return BillingUnits(count: whole, roundedUpFrom: nil) }
        return BillingUnits(count: whole + 1, roundedUpFrom: "\(whole).\(decimals(rest, over: each))")
    }

    /// The first three decimals of rest / each, without trailing zeros; at least one digit.
    private static func decimals(_ rest: Int, over each: Int) -> String {
        var digits = ""
        var remainder = rest
        while remainder > 0, digits.count < 3 {
            let product = remainder.multipliedFullWidth(by: 10)
            let (digit, next) = each.dividingFullWidth(product)
            digits += String(digit)
            remainder = next
        }
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return digits
    }
}
