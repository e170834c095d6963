/// Plain text of 80 columns, written from the top.
struct TextPage {
    private(set) var text = ""
    private static let width = 80
    private static let labelWidth = 16

    mutating func title(_ words: String) {
        text += words + "\n" + String(repeating: "=", count: TextPage.width) + "\n"
    }

    mutating func section(_ name: String) {
        text += "\n" + name + "\n" + String(repeating: "-", count: TextPage.width) + "\n"
    }

    mutating func blank() { text += "\n" }

    /// Writes nothing when there is no value.
    mutating func field(_ label: String, _ value: String?) {
        guard let value else { return }
        let padding = String(repeating: " ", count: max(1, TextPage.labelWidth - 2 - label.count))
        paragraph(
            label + padding + clean(value), indent: 2, hanging: TextPage.labelWidth - 2,
            keepingBlanks: label.count + padding.count)
    }

    /// Wraps at blanks; a word longer than a line is cut. Lines after the first are indented by `hanging` more.
    mutating func paragraph(_ words: String, indent: Int, hanging: Int = 0, keepingBlanks: Int = 0) {
        let cleaned = clean(words)
        var line = String(repeating: " ", count: indent) + cleaned.prefix(keepingBlanks)
        var isLineEmpty = true
        for word in cleaned.dropFirst(keepingBlanks).split(separator: " ") {
            var rest = word
            if !isLineEmpty, line.count + 1 + rest.count > TextPage.width {
                text += line + "\n"
                line = String(repeating: " ", count: indent + hanging)
                isLineEmpty = true
            }
            if !isLineEmpty { line += " " }
            while line.count + rest.count > TextPage.width {
                let room = TextPage.width - line.count
                text += line + rest.prefix(room) + "\n"
                rest = rest.dropFirst(room)
                line = String(repeating: " ", count: indent + hanging)
            }
            line += rest
            isLineEmpty = false
        }
        text += line + "\n"
    }

    // A value must not be able to draw a line of its own, or move a printer's head.
    private func clean(_ value: String) -> String {
        String(
            String.UnicodeScalarView(
                value.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator, .format: " "
                    default: scalar
                    }
                }))
    }
}
