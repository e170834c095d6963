import ArgumentParser
import CivilTime

/// A stretch of calendar time: `90d`, `6w`, `3m`.
///
/// Months are calendar months: from 31 January one month is the last of February.
enum Lapse: Hashable, Sendable, CustomStringConvertible {
    case days(Int)
    case months(Int)

    /// A hundred years: longer is a slip of the finger.
    private static let maximumDays = 36_525
    private static let maximumMonths = 1200

    init?(_ text: some StringProtocol) {
        guard let unit = text.last, text.dropLast().allSatisfy({ ("0"..."9").contains($0) }),
            let count = Int(text.dropLast()), count <= Lapse.maximumDays
        else { return nil }
        switch unit {
        case "d": self = .days(count)
        case "w" where count * 7 <= Lapse.maximumDays: self = .days(count * 7)
        case "m" where count <= Lapse.maximumMonths: self = .months(count)
        default: return nil
        }
    }

    func after(_ date: CivilDate) -> CivilDate {
        switch self {
        case .days(let days): date.adding(days: days)
        case .months(let months): date.adding(months: months)
        }
    }

    var description: String {
        switch self {
        case .days(let days): "\(days)d"
        case .months(let months): "\(months)m"
        }
    }
}

extension Lapse: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
