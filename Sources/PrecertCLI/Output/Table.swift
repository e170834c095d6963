/// Rows of typed cells, written as an aligned table, as JSON or as CSV.
struct Table: Sendable {
    enum Alignment: Sendable {
        case left
        case right
    }

    /// Who gives way when the terminal is too narrow.
    enum Priority: Int, Comparable, Sendable {
        /// Is left out rather than that a normal column be narrowed; the last of several first.
        case optional
        /// Gives way first.
        case low
        case normal
        /// Is never narrowed: what a person copies (ids, dates, codes).
        case essential

        static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    struct Column: Sendable {
        /// The field's name in JSON and CSV: snake_case, and a promise once published.
        let key: String
        let title: String
        let alignment: Alignment
        let priority: Priority
        /// Below this the column is not narrowed.
        let minimumWidth: Int
        /// Long text goes on in the next line; otherwise it is cut and ends in `…`.
        let wraps: Bool
        /// In JSON and CSV only: the exact form of what another column says for people.
        let isForPrograms: Bool

        init(
            _ key: String, _ title: String, alignment: Alignment = .left, priority: Priority = .normal,
            minimumWidth: Int = 8, wraps: Bool = false, isForPrograms: Bool = false
        ) {
            self.key = key
            self.title = title
            self.alignment = alignment
            self.priority = priority
            self.minimumWidth = minimumWidth
            self.wraps = wraps
            self.isForPrograms = isForPrograms
        }
    }

    let columns: [Column]
    /// The line that a person reads when there are no rows.
    let emptyMessage: String
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column], whenEmpty emptyMessage: String) {
        precondition(Set(columns.map(\.key)).count == columns.count, "two columns share a field name")
        self.columns = columns
        self.emptyMessage = emptyMessage
    }

    /// Adds a row: a cell for each column, in their order.
    mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row needs a cell for each column")
        rows.append(cells)
    }

    mutating func append(_ cells: Cell...) { append(cells) }
}
