import CivilTime
import Diagnostics
import StrictYAML

/// Reads what a leaf asks of a list of records, against the types of their fields.
struct RecordTestReader {
    let types: [String: FactDeclaration.FactType]
    let vocabulary: Vocabulary
    let groups: [String: PolicyGroup]
    /// The list's name.
    var list: String?

    func test(_ name: String, _ operand: YAMLNode, in problems: inout DiagnosticList) -> RecordTest? {
        switch name {
        case "count": return count(operand, in: &problems)
        case "each": return each(operand, in: &problems)
        case "rolling": return rolling(operand, in: &problems)
        case "spacing": return spacing(operand, in: &problems)
        default:
            guard let conditions = conditions(operand, in: &problems) else { return nil }
            let quantifiers = ["any": RecordTest.Quantifier.any, "every": .every, "none": .none]
            return quantifiers[name].map { test($0, conditions) }
        }
    }

    private func test(
        _ quantifier: RecordTest.Quantifier, _ conditions: RecordConditions, countedAsOne: [String: [FactValue]] = [:]
    ) -> RecordTest {
        RecordTest(quantifier: quantifier, conditions: conditions, notCounting: [], countedAsOne: countedAsOne)
    }

    /// Tests by field, which must all hold, and beside them `one_of`: alternatives.
    func conditions(_ node: YAMLNode, in problems: inout DiagnosticList) -> RecordConditions? {
        guard let entries = node.entries(in: &problems) else { return nil }
        var fields: [RecordConditions.Field] = []
        var oneOf: [RecordConditions] = []
        for entry in entries {
            if entry.key == "one_of", types["one_of"] == nil {
                let items = entry.value.items(in: &problems) ?? []
                oneOf = items.compactMap { conditions($0, in: &problems) }
                if items.isEmpty { problems.error(at: entry.value.location, "one_of needs alternatives") }
                continue
            }
            guard let type = types[entry.key] else {
                let hint = nearestMatch(to: entry.key, among: types.keys).map { "; did you mean \"\($0)\"?" }
                let known = types.keys.sorted().joined(separator: ", ")
                problems.error(
                    at: entry.keyLocation, "the records have no field \"\(entry.key)\"\(hint ?? "; fields: \(known)")")
                continue
            }
            let reader = LeafTestReader(
                type: type, vocabulary: vocabulary, groups: groups, siblings: types, fieldName: entry.key)
            guard let test = reader.test(entry.value, in: &problems) else { continue }
            fields.append(.init(name: entry.key, test: test))
        }
        return RecordConditions(fields: fields.sorted { $0.name < $1.name }, oneOf: oneOf)
    }

    private func count(_ node: YAMLNode, in problems: inout DiagnosticList) -> RecordTest? {
        guard let fields = node.fields(optional: ["where", "distinct", "at_least", "at_most"], in: &problems) else {
            return nil
        }
        let atLeast = fields["at_least"]?.integer(in: &problems)
        let atMost = fields["at_most"]?.integer(in: &problems)
        if fields["at_least"] == nil, fields["at_most"] == nil {
            problems.error(at: node.location, "count needs at_least or at_most")
        }
        if (atLeast ?? 1) < 1 || (atMost ?? 0) < 0 || (atLeast ?? 0) > (atMost ?? .max) {
            problems.error(at: node.location, "no list can have that count")
        }
        guard let conditions = self.where(fields, in: &problems) else { return nil }
        let distinct = fields["distinct"]?.word(among: types.keys.sorted(), in: &problems)
        let asOne = groups.filter { $0.value.countsAsOne && $0.value.isOf(distinct, in: list) }.mapValues(\.members)
        return test(
            .count(distinct: distinct, atLeast: atLeast, atMost: atMost), conditions, countedAsOne: asOne)
    }

    private func each(_ node: YAMLNode, in problems: inout DiagnosticList) -> RecordTest? {
        guard let fields = node.fields(required: ["field", "values"], optional: ["where"], in: &problems),
            let field = fields["field"]?.word(among: types.keys.sorted(), in: &problems), let type = types[field],
            let valuesNode = fields["values"]
        else { return nil }
        let reader = LeafTestReader(
            type: type, vocabulary: vocabulary, groups: groups, siblings: types, fieldName: field)
        guard let values = reader.patterns(valuesNode, in: &problems),
            let conditions = self.where(fields, in: &problems)
        else { return nil }
        return test(.each(field: field, values: values), conditions)
    }

    private func rolling(_ node: YAMLNode, in problems: inout DiagnosticList) -> RecordTest? {
        guard
            let fields = node.fields(
                required: ["sum", "by", "window", "at_most"], optional: ["where"], in: &problems)
        else { return nil }
        let sum = fields["sum"]?.word(
            among: fieldsOfType { if case .number = $0 { true } else { false } }, in: &problems)
        let by = fields["by"]?.word(among: fieldsOfType { $0 == .date }, in: &problems)
        let window = fields["window"]?.duration(in: &problems)
        guard let sum, let by, let window, let limit = fields["at_most"],
            let conditions = self.where(fields, in: &problems),
            let type = types[sum]
        else { return nil }
        if case .number(let unit?) = type, case .scalar(let text, _) = limit.content, !text.contains(" ") {
            problems.error(at: limit.location, "write the unit: \(text) \(unit)")
        }
        guard case .number(let amount)? = type.value(limit, in: &problems) else { return nil }
        return test(.rolling(sum: sum, by: by, window: window, atMost: amount), conditions)
    }

    private func spacing(_ node: YAMLNode, in problems: inout DiagnosticList) -> RecordTest? {
        guard let fields = node.fields(required: ["by", "at_least"], optional: ["where"], in: &problems) else {
            return nil
        }
        let by = fields["by"]?.word(among: fieldsOfType { $0 == .date }, in: &problems)
        let atLeast = fields["at_least"]?.duration(in: &problems)
        guard let by, let atLeast, let conditions = self.where(fields, in: &problems) else { return nil }
        return test(.spacing(by: by, atLeast: atLeast), conditions)
    }

    private func `where`(_ fields: YAMLFields, in problems: inout DiagnosticList) -> RecordConditions? {
        guard let node = fields["where"] else { return RecordConditions.none }
        return conditions(node, in: &problems)
    }

    private func fieldsOfType(_ isWanted: (FactDeclaration.FactType) -> Bool) -> [String] {
        types.filter { isWanted($0.value) }.map(\.key).sorted()
    }
}
