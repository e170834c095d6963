/// Writes CSV for people: quotes where they are needed, lines ended with LF, and no cell that a spreadsheet would take
/// for a formula.
///
/// A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a `'` before it (OWASP, "CSV
/// Injection"); a `number` does not, so that `-3` stays one.
public struct CSVWriter: Sendable {
    public enum Cell: Sendable, Hashable {
        case text(String)
        /// Digits of a decimal number that the program itself made.
        case number(String)
        case empty
    }

    public private(set) var bytes: [UInt8] = []
    private let isRaw: Bool
    private let columnCount: Int

    /// - Parameter raw: leaves formula cells as they are, for a program that reads the file.
    public init(columns: [String], raw: Bool = false) {
        isRaw = raw
        columnCount = columns.count
        appendRow(columns.map(Cell.text))
    }

    /// The row must have as many cells as there are columns.
    public mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columnCount, "a row of \(cells.count) cells under \(columnCount) columns")
        appendRow(cells)
    }

    private mutating func appendRow(_ cells: [Cell]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .empty: append("", isOnlyColumn: cells.count == 1)
            // A number that is none is a text, whatever the caller says.
            case .number(let digits) where isDecimal(digits): bytes.append(contentsOf: digits.utf8)
            case .text(let text), .number(let text): append(text, isOnlyColumn: cells.count == 1)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ text: String, isOnlyColumn: Bool) {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let safe = isFormula && !isRaw ? "'" + text : text
        // An empty only cell would be an empty line, which readers skip.
        guard safe.utf8.contains(where: { ",;\t\"\r\n".utf8.contains($0) }) || (isOnlyColumn && safe.isEmpty) else {
            bytes.append(contentsOf: safe.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in safe.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func isDecimal(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy(isDigits)
    }
}
