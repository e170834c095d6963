import ArgumentParser
import CivilTime

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `--as-of`: does the command as if it were that time.
struct AsOfOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Act as if it were this time.",
            discussion: "2026-12-01 and +30d mean noon UTC of that day; 2026-12-01T15:00:00Z is exact; also tomorrow.",
            valueName: "time"))
    var asOf: AsOf?

    /// The instant asked for, or nothing when the clock counts.
    var date: Date? { asOf?.instant(now: Date()) }

    /// The instant asked for, or the clock's.
    var now: Date { date ?? Date() }

    /// The day on the wall at `now`, in the system's zone.
    var today: CivilDate { SystemClock.civilDate(at: now) }
}

/// A time as a person writes it.
enum AsOf: Hashable, Sendable {
    /// 1970 to 2199: beyond, calendars and databases begin to disagree, and nobody's approval runs that long.
    private static let years = 1970...2199

    case instant(Date)
    case day(DateArgument)

    init?(_ text: String) {
        if let instant = InstantText.parse(text) {
            guard AsOf.years.contains(SystemClock.civilDate(at: instant).year) else { return nil }
            self = .instant(instant)
            return
        }
        guard let day = DateArgument(text) else { return nil }
        if case .date(let date) = day, !AsOf.years.contains(date.year) { return nil }
        self = .day(day)
    }

    /// `today` is this very moment; every other day is its noon in UTC.
    func instant(now: Date) -> Date {
        switch self {
        case .instant(let instant): return instant
        case .day(.today): return now
        case .day(let day): return SystemClock.noon(of: day.date(from: SystemClock.civilDate(at: now)))
        }
    }
}

extension AsOf: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
