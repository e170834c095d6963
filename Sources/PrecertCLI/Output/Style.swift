/// The few ways in which text on a terminal is set off. Colour repeats what the words say and never says more.
enum Style: String, Sendable, CaseIterable {
    case heading
    case faint
    case good
    case caution
    case bad

    private var code: String {
        switch self {
        case .heading: "1"
        case .faint: "2"
        case .good: "32"
        case .caution: "33"
        case .bad: "31"
        }
    }

    /// The text in this style, or as it was where colour is not allowed.
    func applied(to text: String, on terminal: Terminal) -> String {
        guard terminal.allowsColour, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
