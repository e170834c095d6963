public import CivilTime

/// A way in which a payer writes dates.
public enum StatusDateFormat: String, Sendable, CaseIterable {
    /// `2026-12-01`
    case iso
    /// `12/01/2026`, `12/1/2026`, `12-01-2026`
    case monthFirst = "us"
    /// `01/12/2026`, `1.12.2026`
    case dayFirst = "day_first"
    /// `20261201`, as in X12
    case compact
    /// `46357`: days since 1899-12-30, as a spreadsheet's file keeps them; from 2000 to 2099
    case serial = "excel_serial"

    enum Reading: Equatable {
        case date(CivilDate)
        /// Written this way, but no calendar has it.
        case impossible
        case otherShape
    }

    func read(_ text: String) -> Reading {
        switch self {
        case .iso:
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.count) == [4, 2, 2] else { return .otherShape }
            return date(parts[0], parts[1], parts[2])
        case .compact:
            guard text.utf8.count == 8, number(text[...]) != nil else { return .otherShape }
            return date(text.prefix(4), text.dropFirst(4).prefix(2), text.suffix(2))
        case .monthFirst, .dayFirst:
            let separators: [Character] = self == .monthFirst ? ["/", "-"] : ["/", "-", "."]
            guard let separator = separators.first(where: text.contains) else { return .otherShape }
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            guard parts.count == 3, (1...2).contains(parts[0].count), (1...2).contains(parts[1].count),
                parts[2].count == 4
            else { return .otherShape }
            return self == .monthFirst
                ? date(parts[2], parts[0], parts[1]) : date(parts[2], parts[1], parts[0])
        case .serial:
            guard text.utf8.count == 5, let days = number(text[...]) else { return .otherShape }
            // 1899-12-30 is day 0: the spreadsheets count a 29 February 1900 that never was.
            guard (36_526...73_050).contains(days) else { return .otherShape }
            return .date(CivilDate(dayNumber: days - 25_569))
        }
    }

    private func date(_ year: Substring, _ month: Substring, _ day: Substring) -> Reading {
        guard let year = number(year), let month = number(month), let day = number(day) else { return .otherShape }
        return CivilDate(year: year, month: month, day: day).map(Reading.date) ?? .impossible
    }

    private func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
    }
}

/// A day, and the time of day when the payer says one, on the payer's wall clock unless an offset stands with it.
public struct StatusTime: Sendable, Hashable, Codable {
    public let date: CivilDate
    /// `14:03:00`, or nothing when only the day is known.
    public let time: String?
    /// `Z` or `-06:00`, when written in the file.
    public let offset: String?

    public init(date: CivilDate, time: String? = nil, offset: String? = nil) {
        self.date = date
        self.time = time
        self.offset = offset
    }
}

extension StatusTime: CustomStringConvertible {
    /// `2026-12-01`, `2026-12-01T14:03:00` or `2026-12-01T14:03:00-06:00`.
    public var description: String { "\(date)" + (time.map { "T\($0)" } ?? "") + (offset ?? "") }
}

/// Splits `12/01/2026 2:03 PM` into its date and its time (`14:03:00`); nothing when what follows the date is no time.
func splitTime(_ text: String) -> (date: String, time: String?, offset: String?)? {
    guard let place = text.firstIndex(where: { $0 == "T" || $0 == " " }) else { return (text, nil, nil) }
    var rest = text[text.index(after: place)...].uppercased()
    var offset: String?
    if rest.hasSuffix("Z") {
        offset = "Z"
        rest.removeLast()
    } else if rest.utf8.count > 6, let sign = rest.utf8.dropLast(5).last,
        sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    {
        offset = String(rest.suffix(6))
        rest.removeLast(6)
        guard let offset, offset.wholeMatchesOffset else { return nil }
    }
    var halfDay: String?
    if rest.hasSuffix("AM") || rest.hasSuffix("PM") {
        halfDay = String(rest.suffix(2))
        rest.removeLast(2)
        while rest.hasSuffix(" ") { rest.removeLast() }
    }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), var hour = twoDigits(parts[0], orOne: true), let minute = twoDigits(parts[1]),
        minute < 60
    else { return nil }
    var second = 0
    if parts.count == 3 {
        // Fractions of a second are read and dropped: no payer decides twice in one second.
        let pieces = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = twoDigits(pieces[0]), whole < 60, pieces.count <= 2,
            pieces.count == 1 || (!pieces[1].isEmpty && pieces[1].utf8.allSatisfy { (48...57).contains($0) })
        else { return nil }
        second = whole
    }
    if let halfDay {
        guard (1...12).contains(hour) else { return nil }
        hour = hour % 12 + (halfDay == "PM" ? 12 : 0)
    }
    guard hour < 24 else { return nil }
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (String(text[..<place]), "\(padded(hour)):\(padded(minute)):\(padded(second))", offset)
}

private func twoDigits(_ text: Substring, orOne: Bool = false) -> Int? {
    guard text.utf8.count == 2 || (orOne && text.utf8.count == 1), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
}

extension String {
    /// `-06:00`, up to 14 hours.
    fileprivate var wholeMatchesOffset: Bool {
        let parts = dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = twoDigits(parts[0]), let minutes = twoDigits(parts[1]) else { return false }
        return hours <= 14 && minutes < 60
    }
}
