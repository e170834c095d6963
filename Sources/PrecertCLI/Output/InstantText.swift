import CivilTime

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Instants as text, always in UTC.
enum InstantText {
    /// `2026-12-01T15:00:00Z`, seconds rounded down.
    static func full(_ instant: Date) -> String {
        let parts = parts(instant)
        return "\(parts.date)T\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))Z"
    }

    /// `2026-12-01 15:00Z`.
    static func short(_ instant: Date) -> String {
        let parts = parts(instant)
        return "\(parts.date) \(two(parts.hour)):\(two(parts.minute))Z"
    }

    /// Reads `2026-12-01T15:00:00Z`, `2026-12-01T15:00Z`, `2026-12-01T09:00-06:00`; a zone is needed, since an
    /// instant without one is a guess.
    static func parse(_ text: String) -> Date? {
        guard text.utf8.count >= 17, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let date = CivilDate(iso: halves[0]) else { return nil }
        let clock = halves[1].prefix { $0.isNumber || $0 == ":" }
        guard let seconds = secondsOfDay(clock), let offset = zoneOffset(halves[1][clock.endIndex...]) else {
            return nil
        }
        return Date(timeIntervalSince1970: Double(date.dayNumber * 86_400 + seconds - offset))
    }

    private static func secondsOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }) else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers[0] < 24, numbers.dropFirst().allSatisfy({ $0 < 60 }) else {
            return nil
        }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    private static func zoneOffset(_ text: Substring) -> Int? {
        if text == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-", let seconds = secondsOfDay(text.dropFirst()),
            text.count == 6, seconds <= 14 * 3600
        else { return nil }
        return sign == "-" ? -seconds : seconds
    }

    private static func parts(_ instant: Date) -> (date: CivilDate, hour: Int, minute: Int, second: Int) {
        // PostgreSQL's infinity, for one, has no place in a calendar: the first or last moment of the years 1 to 9999.
        let within = min(max(instant.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        let seconds = Int(within.rounded(.down))
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - day * 86_400
        return (CivilDate(dayNumber: day), rest / 3600, rest / 60 % 60, rest % 60)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
