import CivilTime
import Diagnostics
import StrictYAML

/// Readers for files about patients: an error never quotes the file, because what stands in the wrong place may be a
/// name.
extension YAMLNode {
    /// As `fields`, without showing what stands there instead of a mapping, or a key that could be anything.
    func patientFields(
        required: [String], optional: [String] = [], in problems: inout DiagnosticList
    ) -> YAMLFields? {
        let known = (required + optional).joined(separator: ", ")
        guard case .mapping(let entries) = content else {
            problems.error(at: location, "expected a mapping with the keys \(known)")
            return nil
        }
        let words = entries.filter { entry in
            entry.key.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
        }
        if let stranger = entries.first(where: { entry in !words.contains { $0.key == entry.key } }) {
            problems.error(at: stranger.keyLocation, "an unknown key; known keys: \(known)")
        }
        return YAMLNode(content: .mapping(words), location: location)
            .fields(required: required, optional: optional, in: &problems)
    }

    /// A text on one line, without control characters.
    func line(in problems: inout DiagnosticList) -> Located<String>? {
        guard let text = text(in: &problems) else { return nil }
        guard !text.value.unicodeScalars.contains(where: { $0 == "\n" }) else {
            problems.error(at: location, "expected a text on one line")
            return nil
        }
        return text
    }

    /// A text, on several lines too.
    func text(in problems: inout DiagnosticList) -> Located<String>? {
        guard case .scalar(let text, _) = content, !text.allSatisfy(\.isWhitespace) else {
            problems.error(at: location, "expected a text")
            return nil
        }
        guard text.utf8.count <= 20_000 else {
            problems.error(at: location, "a text of more than 20,000 bytes")
            return nil
        }
        let isControl = text.unicodeScalars.contains {
            $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
        }
        guard !isControl else {
            problems.error(at: location, "the text holds a control character; remove it")
            return nil
        }
        return Located(text, at: location)
    }

    func sensitiveLine(in problems: inout DiagnosticList) -> Located<Sensitive<String>>? {
        line(in: &problems).map { Located(Sensitive($0.value), at: $0.location) }
    }

    func sensitiveDate(in problems: inout DiagnosticList) -> Located<Sensitive<CivilDate>>? {
        guard case .scalar(let text, _) = content else {
            problems.error(at: location, "expected a date written as 2026-12-01")
            return nil
        }
        guard let date = CivilDate(iso: text) else {
            let isShaped = StatusDateFormat.iso.read(text) == .impossible
            problems.error(
                at: location, isShaped ? "no calendar has this date" : "expected a date written as 2026-12-01")
            return nil
        }
        return Located(Sensitive(date), at: location)
    }

    func locatedDate(in problems: inout DiagnosticList) -> Located<CivilDate>? {
        sensitiveDate(in: &problems).map { Located($0.value.value, at: $0.location) }
    }

    /// One of an enumeration's words.
    func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _: Choice.Type, in problems: inout DiagnosticList
    ) -> Located<Choice>? {
        guard let text = line(in: &problems)?.value else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let hint = nearestMatch(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: location, "expected one of \(words.joined(separator: ", "))\(hint)")
            return nil
        }
        return Located(choice, at: location)
    }

    /// A list of one-line texts; a single text counts as a list of one.
    func lines(in problems: inout DiagnosticList) -> [Located<String>]? {
        if case .scalar = content { return line(in: &problems).map { [$0] } }
        guard let items = items(in: &problems) else { return nil }
        if items.isEmpty { problems.error(at: location, "the list is empty") }
        return items.compactMap { $0.line(in: &problems) }
    }
}
