import ArgumentParser
import CivilTime

/// A day as a person writes it: `2026-12-01`, `today`, `tomorrow`, `+30d`, `+6w`, `+3m`.
enum DateArgument: Hashable, Sendable {
    case date(CivilDate)
    case today
    case tomorrow
    case after(Lapse)

    init?(_ text: some StringProtocol) {
        switch text {
        case "today": self = .today
        case "tomorrow": self = .tomorrow
        case _ where text.first == "+":
            guard let lapse = Lapse(text.dropFirst()) else { return nil }
            self = .after(lapse)
        default:
            guard let date = CivilDate(iso: text) else { return nil }
            self = .date(date)
        }
    }

    /// The day meant, counted from `today` (with `--as-of`, the day that stands there).
    func date(from today: CivilDate) -> CivilDate {
        switch self {
        case .date(let date): date
        case .today: today
        case .tomorrow: today.adding(days: 1)
        case .after(let lapse): lapse.after(today)
        }
    }
}

extension DateArgument: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
