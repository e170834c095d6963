public import CivilTime
public import Diagnostics

/// How long one clock of the workflow runs: a row of a payer's module or of the practice's defaults.
public struct ClockRule: Hashable, Sendable {
    public enum Urgency: String, Sendable, CaseIterable {
        case standard
        case urgent
    }

    public enum Unit: String, Sendable, CaseIterable {
        case hours
        case calendarDays = "calendar_days"
        case businessDays = "business_days"
        case months
    }

    /// Whose row it is.
    public enum Origin: Hashable, Sendable {
        case payer(String)
        case practice
    }

    /// The workflow's name for it, for example `decision`.
    public let clock: String
    /// Nothing when it holds for both.
    public let urgency: Urgency?
    public let amount: Int
    public let unit: Unit
    /// First and last day on which the row holds; nothing when it is open on that side.
    public let from: CivilDate?
    public let until: CivilDate?
    /// Where the figure stands: an address, a rule's name, or `practice default`.
    public let source: String
    public let isVerified: Bool
    public let note: String?
    public let origin: Origin
    public let location: SourceLocation

    public func isInForce(on date: CivilDate) -> Bool {
        (from.map { $0 <= date } ?? true) && (until.map { date <= $0 } ?? true)
    }
}

/// When a clock runs out.
public enum ClockEnd: Hashable, Sendable {
    /// So many hours after (or before) the instant from which it runs.
    case hours(Int)
    /// At the end of this day in the payer's time zone.
    case endOfDay(CivilDate)
    /// Business days reach a year whose holidays are not loaded.
    case holidaysNotLoaded(year: Int)
}

extension ClockRule {
    /// When the clock runs out if it is counted from a day.
    ///
    /// The day itself is not counted: fifteen calendar days from the 1st end with the 16th; one business day from a
    /// Friday ends with Monday.
    public func end(from date: CivilDate, backwards: Bool = false, holidays: HolidayCalendar) -> ClockEnd {
        let step = backwards ? -1 : 1
        switch unit {
        case .hours: return .hours(step * amount)
        case .calendarDays: return .endOfDay(date.adding(days: step * amount))
        case .months: return .endOfDay(date.adding(months: step * amount))
        case .businessDays:
            var day = date
            var left = amount
            while left > 0 {
                day = day.adding(days: step)
                guard let isBusinessDay = holidays.isBusinessDay(day) else {
                    return .holidaysNotLoaded(year: day.year)
                }
                if isBusinessDay { left -= 1 }
            }
            return .endOfDay(day)
        }
    }
}

extension ClockRule: CustomStringConvertible {
    /// `15 calendar days`.
    public var description: String {
        let unit = unit.rawValue.split(separator: "_").joined(separator: " ")
        return "\(amount) \(amount == 1 ? String(unit.dropLast()) : unit)"
    }
}
