/// Labels and values in sections, for a screen that shows one thing.
struct KeyValues: Sendable {
    fileprivate struct Row: Sendable {
        let label: String
        let key: String
        let cell: Cell
    }

    fileprivate struct Section: Sendable {
        let title: String?
        let key: String
        var rows: [Row] = []
    }

    /// Labels are not padded beyond this, so that one long label does not push all values to the right.
    private static let widestLabel = 28
    private static let gap = 2

    private var sections: [Section] = [Section(title: nil, key: "")]

    init() {}

    /// Begins a section; what is added from here on belongs to it.
    ///
    /// - Parameter key: the field under which JSON nests the section.
    mutating func section(_ title: String, key: String) {
        precondition(!key.isEmpty && !sections.contains { $0.key == key }, "two sections share a field name")
        sections.append(Section(title: title, key: key))
    }

    /// Adds a value; a missing one is left out for people and is `null` for programs.
    mutating func add(_ label: String, key: String, _ cell: Cell) {
        let last = sections.count - 1
        precondition(!sections[last].rows.contains { $0.key == key }, "two values share a field name")
        sections[last].rows.append(Row(label: label, key: key, cell: cell))
    }

    /// The block for a person: aligned labels, values wrapped under themselves.
    func text(on terminal: Terminal) -> String {
        let shown = sections.map { section in (section, section.rows.filter { $0.cell != .none }) }
        let labels = shown.flatMap { $0.1 }.map { $0.label.displayWidth }
        let labelWidth = min(labels.max() ?? 0, KeyValues.widestLabel, terminal.width / 2)
        let parts = shown.compactMap { section, rows -> String? in
            if rows.isEmpty { return nil }
            let title = section.title.map { Style.heading.applied(to: $0, on: terminal) + "\n" } ?? ""
            return title + rows.map { lines($0, labelWidth: labelWidth, on: terminal) }.joined()
        }
        return parts.joined(separator: "\n")
    }

    private func lines(_ row: Row, labelWidth: Int, on terminal: Terminal) -> String {
        let indent = labelWidth + KeyValues.gap
        let values = TextLayout.wrap(row.cell.shown, width: terminal.width - indent).map { line in
            row.cell.style?.applied(to: line, on: terminal) ?? line
        }
        let label = Style.faint.applied(to: TextLayout.pad(row.label, width: labelWidth), on: terminal)
        // A label that is too long stands on a line of its own.
        let isOverlong = row.label.displayWidth > labelWidth
        let blanks = String(repeating: " ", count: indent)
        var lines = isOverlong ? [label] : []
        for (index, value) in values.enumerated() {
            lines.append(
                index == 0 && !isOverlong
                    ? label + String(repeating: " ", count: KeyValues.gap) + value : blanks + value)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// One object; each section an object in it.
    func json() -> String {
        var fields: [(key: String, json: String)] = []
        for section in sections {
            if section.title == nil {
                fields += section.rows.map { ($0.key, $0.cell.json) }
            } else {
                let inner = section.rows.map { ($0.key, $0.cell.json) }
                fields.append((section.key, KeyValues.object(inner, indent: "  ")))
            }
        }
        return KeyValues.object(fields, indent: "") + "\n"
    }

    private static func object(_ fields: [(key: String, json: String)], indent: String) -> String {
        if fields.isEmpty { return "{}" }
        let lines = fields.sorted { $0.key < $1.key }.map { "\(indent)  \(JSONText.string($0.key)): \($0.json)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }

    /// Three columns: section, field, value.
    func csv(raw: Bool) -> String {
        var table = Table(
            [.init("section", "Section"), .init("field", "Field"), .init("value", "Value")], whenEmpty: "")
        for section in sections {
            for row in section.rows { table.append(.text(section.key), .text(row.key), row.cell) }
        }
        return table.csv(raw: raw)
    }
}
