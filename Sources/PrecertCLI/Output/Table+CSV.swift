import CivilTime

extension Table {
    /// RFC 4180: a header of field names, CRLF at every line's end.
    ///
    /// - Parameter raw: leaves text as it is. Otherwise a text that a spreadsheet would take for a formula (it begins
    ///   with `=`, `+`, `-`, `@`, a tab or a carriage return) gets a `'` before it; typed numbers are left alone.
    func csv(raw: Bool) -> String {
        let header = columns.map { CSVText.field($0.key) }
        let lines = [header] + rows.map { row in row.map { CSVText.field($0.csv(raw: raw)) } }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}

extension Cell {
    fileprivate func csv(raw: Bool) -> String {
        switch value {
        case .text(let text): raw ? text : CSVText.neutralised(text)
        case .number(let digits): raw || JSONText.isNumber(digits) ? digits : CSVText.neutralised(digits)
        case .date(let date): date.description
        case .instant(let instant): InstantText.full(instant)
        case .boolean(let flag): flag ? "true" : "false"
        case .none: ""
        }
    }
}

enum CSVText {
    /// A field in quotes where it needs them.
    static func field(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
        guard needsQuotes || text.first == " " || text.last == " " else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    static func neutralised(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, ["=", "+", "-", "@", "\t", "\r"].contains(first) else {
            return text
        }
        return "'" + text
    }
}
