import CivilTime
import Foundation
import Glibc

/// Days and instants, as the machine of the person at the terminal sees them.
enum SystemClock {
    /// The day on the wall at this instant, in the system's zone (`TZ`).
    static func civilDate(at instant: Date) -> CivilDate {
        var seconds = time_t(instant.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        guard
            let date = CivilDate(
                year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
        else { preconditionFailure("the clock stands outside the years 1 to 9999") }
        return date
    }

    /// The day on the wall at this instant where the payer is. What a payer said is dated there: a server on UTC would
    /// date an evening's call tomorrow, and it would outrank what the payer writes today.
    ///
    /// - Parameter zone: a name of the IANA time zone database; the payer's module was checked to have one.
    static func civilDate(at instant: Date, in zone: String) -> CivilDate {
        guard let offset = TimeZone(identifier: zone)?.secondsFromGMT(for: instant) else {
            return civilDate(at: instant)
        }
        let seconds = instant.timeIntervalSince1970 + Double(offset)
        return CivilDate(dayNumber: Int((seconds / 86_400).rounded(.down)))
    }

    /// Noon UTC of a day: an instant that lies on this day in every zone of the United States' states, from Hawaii to
    /// Maine, so that "as of 1 December" is 1 December for the practice and for the payer.
    static func noon(of date: CivilDate) -> Date {
        Date(timeIntervalSince1970: Double(date.dayNumber * 86_400 + 43_200))
    }
}
