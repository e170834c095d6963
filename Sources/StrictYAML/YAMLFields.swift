public import CivilTime
public import Diagnostics

/// A mapping whose keys were checked: none unknown, none missing.
///
/// Wrong values are noted in the list that the caller passes along and read as `nil`, so that one reading finds all
/// that is wrong with a file.
public struct YAMLFields: Sendable {
    public let location: SourceLocation
    private let values: [String: YAMLNode]

    init(location: SourceLocation, values: [String: YAMLNode]) {
        self.location = location
        self.values = values
    }

    /// The value of a key, or nothing when the file leaves it out or writes `null`.
    public subscript(key: String) -> YAMLNode? {
        guard let node = values[key] else { return nil }
        if case .scalar(let text, let isPlain) = node.content, isNull(text, isPlain) { return nil }
        return node
    }
}

extension YAMLNode {
    /// Reads a mapping with the given keys. Unknown keys (with the nearest known one) and missing ones are errors.
    /// - Returns: `nil` when this is no mapping.
    public func fields(
        required: [String] = [], optional: [String] = [], in problems: inout DiagnosticList
    ) -> YAMLFields? {
        guard let entries = entries(in: &problems) else { return nil }
        let known = required + optional
        for entry in entries where !known.contains(entry.key) {
            let hint = nearestMatch(to: entry.key, among: known).map { "; did you mean \"\($0)\"?" }
            problems.error(
                at: entry.keyLocation,
                "unknown key \"\(entry.key)\"\(hint ?? "; known keys: \(known.joined(separator: ", "))")")
        }
        let fields = YAMLFields(
            location: location,
            values: Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
        for key in required where fields[key] == nil {
            problems.error(at: location, "the key \"\(key)\" is missing")
        }
        return fields
    }

    /// A mapping's entries in the order of the file, for mappings whose keys are the writer's own.
    public func entries(in problems: inout DiagnosticList) -> [YAMLEntry]? {
        guard case .mapping(let entries) = content else {
            problems.error(at: location, "expected a mapping (key: value), found \(kindName)")
            return nil
        }
        return entries
    }

    public func items(in problems: inout DiagnosticList) -> [YAMLNode]? {
        guard case .sequence(let items) = content else {
            problems.error(at: location, "expected a list, found \(kindName)")
            return nil
        }
        return items
    }

    /// A text or a word, quoted or not; not empty.
    public func string(in problems: inout DiagnosticList) -> String? {
        guard case .scalar(let text, let isPlain) = content, !isNull(text, isPlain), !text.isEmpty else {
            problems.error(at: location, "expected a text, found \(kindName)")
            return nil
        }
        return text
    }

    /// One of the words given; the nearest is offered when it is another.
    public func word(among known: [String], in problems: inout DiagnosticList) -> String? {
        guard let text = string(in: &problems) else { return nil }
        guard known.contains(text) else {
            let hint = nearestMatch(to: text, among: known).map { "; did you mean \"\($0)\"?" }
            problems.error(
                at: location, "unknown value \"\(text)\"\(hint ?? "; one of: \(known.joined(separator: ", "))")")
            return nil
        }
        return text
    }

    public func integer(in problems: inout DiagnosticList) -> Int? {
        guard case .scalar(let text, true) = content, let value = Int(text), !text.hasPrefix("+") else {
            problems.error(at: location, "expected a whole number, found \(kindName)")
            return nil
        }
        return value
    }

    /// A decimal number as it was written (`0.5`), so that no digit is lost on the way.
    public func decimalText(in problems: inout DiagnosticList) -> String? {
        guard case .scalar(let text, true) = content, isDecimal(text) else {
            problems.error(at: location, "expected a number such as 300 or 0.5, found \(kindName)")
            return nil
        }
        return text
    }

    /// `true` or `false`, and no other spelling.
    public func boolean(in problems: inout DiagnosticList) -> Bool? {
        guard case .scalar(let text, true) = content, text == "true" || text == "false" else {
            problems.error(at: location, "expected true or false, found \(kindName)")
            return nil
        }
        return text == "true"
    }

    public func date(in problems: inout DiagnosticList) -> CivilDate? {
        guard case .scalar(let text, _) = content, let date = CivilDate(iso: text) else {
            problems.error(at: location, "expected a date written as 2026-12-01, found \(kindName)")
            return nil
        }
        return date
    }

    /// A list of texts; a single text counts as a list of one.
    public func strings(in problems: inout DiagnosticList) -> [String]? {
        if case .scalar = content { return string(in: &problems).map { [$0] } }
        guard let items = items(in: &problems) else { return nil }
        return items.compactMap { $0.string(in: &problems) }
    }
}

private func isDecimal(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
        && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
}
