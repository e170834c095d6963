import CivilTime

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One value of a table or of a `show` screen, with its type, so that JSON has numbers and CSV knows what is typed.
struct Cell: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case text(String)
        /// Digits as they are to be shown; a number only if they are JSON's idea of one.
        case number(String)
        case date(CivilDate)
        case instant(Date)
        case boolean(Bool)
        case none
    }

    let value: Value
    private(set) var style: Style?

    private init(_ value: Value) { self.value = value }

    static let none = Cell(.none)

    static func text(_ text: String?) -> Cell { text.map { Cell(.text($0)) } ?? .none }
    /// A decimal number as written, `300` or `1.50`: kept to the digit in every format.
    static func number(_ digits: String?) -> Cell { digits.map { Cell(.number($0)) } ?? .none }
    static func number(_ number: (some BinaryInteger)?) -> Cell { .number(number.map { String($0) }) }
    static func date(_ date: CivilDate?) -> Cell { date.map { Cell(.date($0)) } ?? .none }
    /// Shown in UTC: `2026-12-01 15:00Z` for people, `2026-12-01T15:00:00Z` for programs.
    static func instant(_ instant: Date?) -> Cell { instant.map { Cell(.instant($0)) } ?? .none }
    static func boolean(_ flag: Bool?) -> Cell { flag.map { Cell(.boolean($0)) } ?? .none }

    /// The same value set off on a terminal that has colour.
    func styled(_ style: Style?) -> Cell {
        var copy = self
        copy.style = style
        return copy
    }

    /// For people; never with control characters.
    var shown: String {
        switch value {
        case .text(let text): TextLayout.printable(text)
        case .number(let digits): TextLayout.printable(digits)
        case .date(let date): date.description
        case .instant(let instant): InstantText.short(instant)
        case .boolean(let flag): flag ? "yes" : "no"
        case .none: ""
        }
    }
}
