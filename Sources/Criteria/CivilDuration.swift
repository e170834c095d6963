public import CivilTime

/// A span of the calendar as a policy writes it: `210 days`, `14 weeks`, `6 months`, `1 year`.
///
/// The unit stays what the policy says: six months are six calendar months, not 180 days.
public struct CivilDuration: Hashable, Sendable {
    public enum Unit: String, Sendable, CaseIterable {
        case days, weeks, months, years
    }

    public let amount: Int
    public let unit: Unit

    /// Nothing when the span is not positive or longer than a hundred years.
    public init?(_ amount: Int, _ unit: Unit) {
        let most = [Unit.days: 36_525, .weeks: 5_218, .months: 1_200, .years: 100][unit] ?? 0
        guard (1...most).contains(amount) else { return nil }
        self.amount = amount
        self.unit = unit
    }

    /// Reads `6 months` or `1 month`: a whole number, one blank, a unit.
    public init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (48...57).contains($0) }), let amount = Int(parts[0]),
            let unit = Unit.allCases.first(where: { $0.rawValue == parts[1] || $0.rawValue == parts[1] + "s" })
        else { return nil }
        self.init(amount, unit)
    }

    /// The day that lies this far after another.
    public func after(_ date: CivilDate) -> CivilDate { shifted(date, by: amount) }

    /// The day that lies this far before another.
    public func before(_ date: CivilDate) -> CivilDate { shifted(date, by: -amount) }

    private func shifted(_ date: CivilDate, by count: Int) -> CivilDate {
        switch unit {
        case .days: return date.adding(days: count)
        case .weeks: return date.adding(days: count * 7)
        case .months, .years:
            let months = unit == .years ? count * 12 : count
            // The calendar ends at the years 1 and 9999; a look-back beyond them reaches its end.
            guard (1...9999).contains(date.year + Int((Double(months) / 12).rounded(.awayFromZero))) else {
                return date.adding(days: months * 30)
            }
            return date.adding(months: months)
        }
    }
}

extension CivilDuration: CustomStringConvertible {
    public var description: String { "\(amount) \(amount == 1 ? String(unit.rawValue.dropLast()) : unit.rawValue)" }
}
