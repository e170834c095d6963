public import Diagnostics
import StrictYAML

/// Every fact that policies may ask about, read from `Workflows/vocabulary.yaml`.
public struct Vocabulary: Sendable {
    public let declarations: [String: FactDeclaration]
    /// By fact and field of its records: what a value tells of another field.
    let tellings: [String: [String: Telling]]

    public subscript(key: String) -> FactDeclaration? { declarations[key] }

    /// Reads the vocabulary file.
    /// - Throws: `InvalidSource` with everything that is wrong in it.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> Vocabulary {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        var declarations: [String: FactDeclaration] = [:]
        var tellings: [String: [String: Telling]] = [:]
        if let fields = root.fields(required: ["facts"], optional: ["value_lists"], in: &problems),
            let entries = fields["facts"]?.entries(in: &problems)
        {
            var lists: [String: ValueList] = [:]
            for entry in fields["value_lists"]?.entries(in: &problems) ?? [] {
                lists[entry.key] = valueList(entry.value, in: &problems)
            }
            let words = lists.mapValues(\.words)
            for entry in entries {
                declarations[entry.key] = declaration(entry, words, in: &problems)
                tellings[entry.key] = readTellings(of: entry, declarations[entry.key], lists, in: &problems)
            }
        }
        try problems.throwIfErrors()
        return Vocabulary(declarations: declarations, tellings: tellings)
    }

    /// Reads a value that a person typed for a fact: `true`, `rrms`, `34`, `2026-11-02`, `G35.A`, or for a list
    /// `[{ingredient: vedolizumab, duration: 4}]`, or `{records: [], complete: true}` when the list is complete.
    /// - Throws: `InvalidSource` naming what was expected; its place is within the text, called `file`.
    public func value(of key: String, from text: String, file: String = "value") throws(InvalidSource) -> FactValue {
        let start = SourceLocation(file: file, line: 1, column: 1)
        guard let declaration = declarations[key] else { throw InvalidSource(at: start, unknownFact(key)) }
        let node =
            if case .records = declaration.type {
                try YAMLDocument.parse(text.utf8, file: file)
            } else {
                YAMLNode(content: .scalar(text, isPlain: true), location: start)
            }
        var problems = DiagnosticList()
        let value = value(node, declaration, in: &problems)
        for fault in value.map(declaration.faults) ?? [] { problems.error(at: start, fault) }
        try problems.throwIfErrors()
        guard let value else { throw InvalidSource(at: start, "\"\(key)\" has no value") }
        return value
    }

    func unknownFact(_ key: String) -> String {
        let hint = nearestMatch(to: key, among: declarations.keys).map { "did you mean \"\($0)\"?" }
        return "unknown fact \"\(key)\"; \(hint ?? "declare it in the vocabulary first")"
    }

    private static func declaration(
        _ entry: YAMLEntry, _ lists: [String: [String]], in problems: inout DiagnosticList
    ) -> FactDeclaration? {
        if !isKey(entry.key) {
            problems.error(at: entry.keyLocation, "a fact's name has lower-case letters, digits and _ only")
        }
        guard
            let fields = entry.value.fields(
                required: ["type", "question"],
                optional: [
                    "values", "unit", "at_least", "above", "at_most", "system", "fields", "valid_for", "proven_by",
                    "cost", "from", "about", "rests_on",
                ], in: &problems)
        else { return nil }
        let type = factType(fields, lists, mayHaveRecords: true, in: &problems)
        let question = fields["question"]?.string(in: &problems)
        let cost = fields["cost"]?.integer(in: &problems)
        if let cost, !(0...9).contains(cost), let node = fields["cost"] {
            problems.error(at: node.location, "cost runs from 0 (in the order already) to 9 (a new test)")
        }
        let origin = fields["from"]?.word(among: FactDeclaration.Origin.allCases.map(\.rawValue), in: &problems)
        let subject = fields["about"]?.word(among: FactDeclaration.Subject.allCases.map(\.rawValue), in: &problems)
        let validFor = fields["valid_for"]?.duration(in: &problems)
        let provenBy = fields["proven_by"]?.strings(in: &problems) ?? []
        let restsOn = fields["rests_on"].map { orderParts($0, in: &problems) } ?? []
        let ownBounds = bounds(fields, in: &problems)
        var fieldBounds: [String: NumberBounds] = [:]
        if case .records? = type {
            // What is wrong with a field beside its bounds was said when its type was read.
            var said = DiagnosticList()
            for entry in fields["fields"]?.entries(in: &said) ?? [] {
                guard let inner = entry.value.fields(optional: fieldKeys, in: &said) else { continue }
                fieldBounds[entry.key] = bounds(inner, in: &problems)
            }
        }
        guard let type, let question else { return nil }
        return FactDeclaration(
            key: entry.key, type: type, question: question, validFor: validFor, provenBy: provenBy, cost: cost ?? 3,
            origin: origin.flatMap(FactDeclaration.Origin.init) ?? .evidence,
            subject: subject.flatMap(FactDeclaration.Subject.init) ?? .request, restsOn: restsOn, bounds: ownBounds,
            fieldBounds: fieldBounds, location: entry.keyLocation)
    }

    private static func orderParts(
        _ node: YAMLNode, in problems: inout DiagnosticList
    ) -> Set<FactDeclaration.OrderPart> {
        let known = FactDeclaration.OrderPart.allCases.map(\.rawValue)
        let items = node.items(in: &problems)
        if items?.isEmpty == true { problems.error(at: node.location, "the list is empty") }
        let words = (items ?? []).compactMap { $0.word(among: known, in: &problems) }
        return Set(words.compactMap(FactDeclaration.OrderPart.init))
    }

    private static let fieldKeys = ["type", "values", "tells", "unit", "at_least", "above", "at_most", "system"]

    private static func bounds(_ fields: YAMLFields, in problems: inout DiagnosticList) -> NumberBounds? {
        func amount(_ key: String) -> FactNumber? {
            guard let node = fields[key], let text = node.string(in: &problems) else { return nil }
            guard let amount = FactNumber(text) else {
                problems.error(at: node.location, "\(key) takes a number without a unit, such as 10")
                return nil
            }
            return amount
        }
        let found = NumberBounds(atLeast: amount("at_least"), above: amount("above"), atMost: amount("at_most"))
        guard !found.ends.isEmpty else { return nil }
        if let node = fields["at_most"], let most = found.atMost, !found.contains(most) {
            problems.error(at: node.location, "no number is \(found)")
        }
        if let node = fields["above"], found.atLeast != nil {
            problems.error(at: node.location, "say at_least or above, not both")
        }
        return found
    }

    static func words(_ node: YAMLNode, in problems: inout DiagnosticList) -> [String]? {
        guard let words = node.items(in: &problems)?.compactMap({ $0.string(in: &problems) }) else { return nil }
        if words.isEmpty { problems.error(at: node.location, "the list of values is empty") }
        if Set(words).count < words.count { problems.error(at: node.location, "a value stands twice in the list") }
        return words
    }

    private static func factType(
        _ fields: YAMLFields, _ lists: [String: [String]], mayHaveRecords: Bool, in problems: inout DiagnosticList
    ) -> FactDeclaration.FactType? {
        var names = ["boolean", "word", "number", "date", "code"]
        if mayHaveRecords { names.append("records") }
        guard let node = fields["type"], let name = node.word(among: names, in: &problems) else { return nil }
        let partOf = [
            "values": "word", "tells": "word", "unit": "number", "at_least": "number", "above": "number",
            "at_most": "number", "system": "code", "fields": "records",
        ]
        for (key, owner) in partOf.sorted(by: { $0.key < $1.key }) where name != owner {
            if let stray = fields[key] {
                problems.error(at: stray.location, "\"\(key)\" belongs to the type \(owner), and this is a \(name)")
            }
        }
        switch name {
        case "boolean": return .boolean
        case "date": return .date
        case "number": return .number(unit: fields["unit"]?.string(in: &problems))
        case "code": return .code(system: fields["system"]?.string(in: &problems) ?? "icd10cm")
        case "word":
            guard let listed = fields["values"] else {
                problems.error(at: node.location, "a word needs its list of values")
                return nil
            }
            // A name stands for a list that several facts share, so that they can be compared.
            if case .scalar = listed.content {
                return listed.word(among: lists.keys.sorted(), in: &problems).flatMap { lists[$0] }.map { .word($0) }
            }
            return words(listed, in: &problems).map { .word($0) }
        default:
            guard let entries = fields["fields"]?.entries(in: &problems), !entries.isEmpty else {
                problems.error(at: node.location, "records need their fields")
                return nil
            }
            var types: [String: FactDeclaration.FactType] = [:]
            for entry in entries {
                let inner = entry.value.fields(
                    required: ["type"], optional: fieldKeys.filter { $0 != "type" }, in: &problems)
                types[entry.key] = inner.flatMap { factType($0, lists, mayHaveRecords: false, in: &problems) }
            }
            return .records(types)
        }
    }
}

func isKey(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
}

extension YAMLNode {
    /// `6 months`, `210 days`.
    func duration(in problems: inout DiagnosticList) -> CivilDuration? {
        guard let text = string(in: &problems) else { return nil }
        guard let duration = CivilDuration(text) else {
            problems.error(
                at: location, "expected a span such as 6 months, 210 days or 1 year, found \"\(text.prefix(40))\"")
            return nil
        }
        return duration
    }
}
