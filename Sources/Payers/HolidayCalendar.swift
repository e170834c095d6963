public import CivilTime
public import Diagnostics
import StrictYAML

/// The days on which nobody works, for counting business days. Read from `Workflows/calendars/`.
public struct HolidayCalendar: Sendable {
    public let name: String
    public let title: String
    /// The years of which all holidays are in the file.
    public let years: ClosedRange<Int>
    /// By the day on which they are observed.
    public let holidays: [CivilDate: String]

    /// Whether people work on a day; nothing when the year's holidays are not loaded.
    public func isBusinessDay(_ date: CivilDate) -> Bool? {
        guard years.contains(date.year) else { return nil }
        return date.isoWeekday <= 5 && holidays[date] == nil
    }

    /// - Throws: `InvalidSource`.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> HolidayCalendar {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let calendar = read(root, in: &problems)
        try problems.throwIfErrors()
        guard let calendar else { throw InvalidSource(at: root.location, "no calendar could be read") }
        return calendar
    }

    private static func read(_ root: YAMLNode, in problems: inout DiagnosticList) -> HolidayCalendar? {
        guard
            let fields = root.fields(
                required: ["calendar", "title", "source", "first_year", "last_year", "holidays"], in: &problems)
        else { return nil }
        let name = fields["calendar"]?.string(in: &problems)
        let title = fields["title"]?.string(in: &problems)
        let first = fields["first_year"]?.integer(in: &problems)
        let last = fields["last_year"]?.integer(in: &problems)
        var holidays: [CivilDate: String] = [:]
        for item in fields["holidays"]?.items(in: &problems) ?? [] {
            guard let row = item.fields(required: ["observed", "name"], in: &problems),
                let observed = row["observed"]?.date(in: &problems), let name = row["name"]?.string(in: &problems)
            else { continue }
            if observed.isoWeekday > 5 {
                problems.error(at: item.location, "\(observed) is a weekend day; write the day on which it is observed")
            }
            if let first, let last, !(first...max(first, last)).contains(observed.year) {
                problems.error(at: item.location, "\(observed) lies outside the calendar's years")
            }
            if holidays.updateValue(name, forKey: observed) != nil {
                problems.error(at: item.location, "\(observed) stands twice")
            }
        }
        guard let name, let title, let first, let last else { return nil }
        guard first <= last else {
            problems.error(at: root.location, "the calendar's last year lies before its first")
            return nil
        }
        return HolidayCalendar(name: name, title: title, years: first...last, holidays: holidays)
    }
}
