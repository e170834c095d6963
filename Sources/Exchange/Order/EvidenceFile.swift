import CivilTime
public import Diagnostics
import StrictYAML

/// Reads an evidence file: a YAML or JSON list of `{fact, line, value, observed_on, source, document, note}`.
public enum EvidenceFile {
    /// - Throws: `InvalidSource` with all that is wrong, each with its place and without any value.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> [Evidence] {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        guard case .sequence(let items) = root.content else {
            throw InvalidSource(at: root.location, "expected a list of facts (- fact: …)")
        }
        if items.isEmpty { problems.error(at: root.location, "the list holds no fact") }
        let evidence = items.compactMap { read($0, in: &problems) }
        try problems.throwIfErrors()
        return evidence
    }

    /// A value by itself, as it would stand under `value:`.
    public static func value(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> EvidenceValue {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let value = readValue(root, in: &problems)
        try problems.throwIfErrors()
        guard let value else { throw InvalidSource(at: root.location, "expected a value") }
        return value
    }

    private static func read(_ node: YAMLNode, in problems: inout DiagnosticList) -> Evidence? {
        guard
            let fields = node.patientFields(
                required: ["fact", "value", "observed_on", "source"], optional: ["line", "document", "note"],
                in: &problems)
        else { return nil }
        let fact = fields["fact"].flatMap { readFact($0, in: &problems) }
        let line = fields["line"].flatMap { node in node.integer(in: &problems).map { Located($0, at: node.location) } }
        let value = fields["value"].flatMap { node in
            readValue(node, in: &problems).map { Located($0, at: node.location) }
        }
        let observed = fields["observed_on"]?.locatedDate(in: &problems)
        let source = fields["source"]?.choice(Evidence.Source.self, in: &problems)
        let document = fields["document"].flatMap { readDocument($0, in: &problems) }
        let note = fields["note"]?.text(in: &problems).map { Located(Sensitive($0.value), at: $0.location) }
        guard let fact, let value, let observed, let source else { return nil }
        return Evidence(
            fact: fact, line: line, value: value, observedOn: observed, source: source, document: document, note: note)
    }

    private static func readFact(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<String>? {
        guard let fact = node.line(in: &problems) else { return nil }
        guard fact.value.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isName) else {
            problems.error(at: fact.location, "a fact is named in small letters, such as ms_form")
            return nil
        }
        return fact
    }

    /// - Parameter mayBeEmpty: under `records:` an empty list says something, above all with `complete: true`.
    private static func readValue(
        _ node: YAMLNode, mayBeEmpty: Bool = false, in problems: inout DiagnosticList
    ) -> EvidenceValue? {
        switch node.content {
        case .scalar: return readScalar(node, in: &problems)
        case .sequence(let items):
            if items.isEmpty, !mayBeEmpty {
                problems.error(at: node.location, "the list is empty")
                return nil
            }
            return .list(items.compactMap { readValue($0, in: &problems) })
        case .mapping(let entries):
            var fields: [String: EvidenceValue] = [:]
            for entry in entries {
                guard isName(entry.key) else {
                    problems.error(at: entry.keyLocation, "a field is named in small letters, such as ingredient")
                    continue
                }
                fields[entry.key] = readValue(entry.value, mayBeEmpty: entry.key == "records", in: &problems)
            }
            return .record(fields)
        }
    }

    private static func readScalar(_ node: YAMLNode, in problems: inout DiagnosticList) -> EvidenceValue? {
        guard let text = node.text(in: &problems)?.value, case .scalar(_, let isPlain) = node.content else {
            return nil
        }
        guard isPlain else { return .text(text) }
        if text == "true" || text == "false" { return .boolean(text == "true") }
        if let date = CivilDate(iso: text) { return .date(date) }
        if StatusDateFormat.iso.read(text) == .impossible {
            problems.error(at: node.location, "no calendar has this date")
            return nil
        }
        return isJSONNumber(text) ? .number(text) : .text(text)
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        text.utf8.first.map { (97...122).contains($0) } == true
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private static func readDocument(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<String>? {
        guard let path = node.line(in: &problems) else { return nil }
        let parts = path.value.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.value.hasPrefix("/"), !path.value.contains("\\"), !parts.contains(".."), !parts.contains("") else {
            problems.error(
                at: path.location,
                "expected a path relative to this file and inside its folder, such as documents/mri.txt")
            return nil
        }
        return path
    }

    /// `-0.5` and `12`, and not `007` or `1e9`: what JSON writes without an exponent, at most 30 digits.
    private static func isJSONNumber(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(isDigits), unsigned.utf8.count <= 31 else { return false }
        return parts[0] == "0" || !parts[0].hasPrefix("0")
    }
}
