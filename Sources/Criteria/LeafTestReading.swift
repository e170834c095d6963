import CivilTime
import Diagnostics
import StrictYAML

/// Reads a leaf's test against the type of its fact: types, units and values that do not fit are errors.
struct LeafTestReader {
    let type: FactDeclaration.FactType

    /// Reads `{in: [cis, rrms]}`: one operator and its operand.
    func test(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        guard let entries = node.entries(in: &problems) else { return nil }
        guard entries.count == 1, let entry = entries.first else {
            problems.error(at: node.location, "a test has exactly one operator, such as {is: true}")
            return nil
        }
        guard operators.contains(entry.key) else {
            let hint = nearestMatch(to: entry.key, among: operators).map { "; did you mean \"\($0)\"?" }
            problems.error(
                at: entry.keyLocation,
                "unknown test \"\(entry.key)\" for a \(type.name)\(hint ?? "; one of: \(operators.joined(separator: ", "))")"
            )
            return nil
        }
        return test(entry.key, entry.value, in: &problems)
    }

    /// The operators that make sense for the type.
    private var operators: [String] {
        switch type {
        case .boolean: ["is", "known"]
        case .word, .code: ["is", "in", "not_in", "known"]
        case .number: ["is", "lt", "lte", "gt", "gte", "between", "known"]
        case .date: ["lt", "lte", "gt", "gte", "between", "within", "known"]
        case .records: ["any", "every", "none", "count", "known"]
        }
    }

    private func test(_ name: String, _ operand: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        switch name {
        case "is": return pattern(operand, in: &problems).map { .oneOf([$0]) }
        case "in": return patterns(operand, in: &problems).map { .oneOf($0) }
        case "not_in": return patterns(operand, in: &problems).map { .noneOf($0) }
        case "between": return between(operand, in: &problems)
        case "within": return operand.duration(in: &problems).map { .within($0) }
        case "known":
            guard let wanted = operand.boolean(in: &problems) else { return nil }
            guard wanted else {
                problems.error(at: operand.location, "write {known: true}; for the opposite put the leaf under not")
                return nil
            }
            return .known
        case "any", "every", "none":
            guard let conditions = conditions(operand, in: &problems) else { return nil }
            let quantifiers = ["any": RecordTest.Quantifier.any, "every": .every, "none": .none]
            return quantifiers[name].map { .records(RecordTest(quantifier: $0, conditions: conditions)) }
        case "count": return count(operand, in: &problems)
        default:
            guard let comparison = LeafTest.Comparison(rawValue: name), let bound = bound(operand, in: &problems) else {
                return nil
            }
            return .compare(comparison, bound)
        }
    }

    private func patterns(_ node: YAMLNode, in problems: inout DiagnosticList) -> [FactPattern]? {
        guard let items = node.items(in: &problems) else { return nil }
        guard !items.isEmpty else {
            problems.error(at: node.location, "the list is empty; name at least one value")
            return nil
        }
        var seen: Set<FactPattern> = []
        var result: [FactPattern] = []
        for item in items {
            guard let pattern = pattern(item, in: &problems) else { continue }
            if !seen.insert(pattern).inserted {
                problems.error(at: item.location, "\"\(pattern)\" stands twice in the list")
            }
            result.append(pattern)
        }
        return result
    }

    private func pattern(_ node: YAMLNode, in problems: inout DiagnosticList) -> FactPattern? {
        if case .code = type, let text = node.string(in: &problems), text.hasSuffix("*") {
            let prefix = text.dropLast().uppercased()
            guard isCode(prefix) else {
                problems.error(at: node.location, "\"\(text.prefix(40))\" is not a beginning of codes such as K50*")
                return nil
            }
            return .codePrefix(prefix)
        }
        if case .number = type { requireUnit(node, in: &problems) }
        return type.value(node, in: &problems).map { .value($0) }
    }

    private func bound(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest.Bound? {
        if case .date = type, case .scalar("as_of", true) = node.content { return .asOf }
        if case .number = type { requireUnit(node, in: &problems) }
        switch type.value(node, in: &problems) {
        case .number(let amount): return .amount(amount)
        case .date(let date): return .date(date)
        default: return nil
        }
    }

    private func between(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        guard let items = node.items(in: &problems) else { return nil }
        guard items.count == 2 else {
            problems.error(at: node.location, "between takes two values, the lower one first")
            return nil
        }
        guard let low = bound(items[0], in: &problems), let high = bound(items[1], in: &problems) else { return nil }
        switch (low, high) {
        case (.amount(let least), .amount(let most)) where least > most:
            problems.error(at: node.location, "nothing lies between \(least) and \(most); put the lower one first")
        case (.date(let first), .date(let last)) where first > last:
            problems.error(at: node.location, "nothing lies between \(first) and \(last); put the earlier one first")
        default: break
        }
        return .between(low, high)
    }

    /// A policy says its units, so that a reader need not look them up.
    private func requireUnit(_ node: YAMLNode, in problems: inout DiagnosticList) {
        guard case .number(let unit?) = type, case .scalar(let text, _) = node.content, !text.contains(" ") else {
            return
        }
        problems.error(at: node.location, "write the unit: \(text) \(unit)")
    }

    private func conditions(_ node: YAMLNode, in problems: inout DiagnosticList) -> [String: LeafTest]? {
        guard case .records(let types) = type, let entries = node.entries(in: &problems) else { return nil }
        var conditions: [String: LeafTest] = [:]
        for entry in entries {
            guard let fieldType = types[entry.key] else {
                let hint = nearestMatch(to: entry.key, among: types.keys).map { "; did you mean \"\($0)\"?" }
                let known = types.keys.sorted().joined(separator: ", ")
                problems.error(
                    at: entry.keyLocation, "the records have no field \"\(entry.key)\"\(hint ?? "; fields: \(known)")")
                continue
            }
            conditions[entry.key] = LeafTestReader(type: fieldType).test(entry.value, in: &problems)
        }
        return conditions
    }

    private func count(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        guard case .records(let types) = type,
            let fields = node.fields(optional: ["where", "distinct", "at_least", "at_most"], in: &problems)
        else { return nil }
        let atLeast = fields["at_least"]?.integer(in: &problems)
        let atMost = fields["at_most"]?.integer(in: &problems)
        if fields["at_least"] == nil, fields["at_most"] == nil {
            problems.error(at: node.location, "count needs at_least or at_most")
        }
        if (atLeast ?? 1) < 1 || (atMost ?? 0) < 0 || (atLeast ?? 0) > (atMost ?? .max) {
            problems.error(at: node.location, "no list can have that count")
        }
        let conditions = fields["where"].map { self.conditions($0, in: &problems) } ?? [:]
        let distinct = fields["distinct"]?.word(among: types.keys.sorted(), in: &problems)
        guard let conditions else { return nil }
        return .records(
            RecordTest(
                quantifier: .count(distinct: distinct, atLeast: atLeast, atMost: atMost), conditions: conditions))
    }
}
