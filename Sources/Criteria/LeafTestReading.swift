import CivilTime
import Diagnostics
import StrictYAML

/// Reads a leaf's test against the type of its fact: types, units and values that do not fit are errors.
struct LeafTestReader {
    let type: FactDeclaration.FactType
    let vocabulary: Vocabulary
    let groups: [String: PolicyGroup]
    /// The record's fields, when the test is one of a field.
    var siblings: [String: FactDeclaration.FactType] = [:]
    /// The field's name then.
    var fieldName: String?
    /// The fact's name, when the test is one of a fact.
    var fact: String?

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
        case .records: ["any", "every", "none", "count", "each", "rolling", "spacing", "known"]
        }
    }

    private func test(_ name: String, _ operand: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        switch name {
        case "is": return pattern(operand, in: &problems).map { .oneOf([$0]) }
        case "in": return patterns(operand, in: &problems).map { .oneOf($0) }
        case "not_in": return patterns(operand, in: &problems).map { .noneOf($0) }
        case "between": return between(operand, in: &problems)
        case "within": return within(operand, in: &problems)
        case "known":
            guard let wanted = operand.boolean(in: &problems) else { return nil }
            guard wanted else {
                problems.error(at: operand.location, "write {known: true}; for the opposite put the leaf under not")
                return nil
            }
            return .known
        case "any", "every", "none", "count", "each", "rolling", "spacing":
            guard case .records(let types) = type else { return nil }
            return RecordTestReader(types: types, vocabulary: vocabulary, groups: groups, list: fact)
                .test(name, operand, in: &problems).map { .records($0) }
        default:
            guard let comparison = LeafTest.Comparison(rawValue: name), let bound = bound(operand, in: &problems) else {
                return nil
            }
            return .compare(comparison, bound)
        }
    }

    func patterns(_ node: YAMLNode, in problems: inout DiagnosticList) -> [FactPattern]? {
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
        if case .mapping = node.content {
            guard let other = otherFact(node, in: &problems) else { return nil }
            if let times = other.times {
                problems.error(
                    at: node.location,
                    "times goes with lt, lte, gt, gte and between; for exactly \(times) times as much write between, with "
                        + "{fact: \(other.name), times: \(times)} as both ends")
            }
            return .fact(other.name)
        }
        if case .scalar(let text, _) = node.content, text.hasPrefix("group:") {
            return group(String(text.dropFirst("group:".count)), at: node, in: &problems)
        }
        if case .code = type, let text = node.string(in: &problems), text.hasSuffix("*") {
            let prefix = text.dropLast().uppercased()
            guard isCode(prefix) else {
                problems.error(at: node.location, "\"\(text.prefix(40))\" is not a beginning of codes such as K50*")
                return nil
            }
            return .codePrefix(prefix.filter { $0 != "." })
        }
        if case .number = type { requireUnit(node, in: &problems) }
        return type.value(node, in: &problems).map { .value($0) }
    }

    private func group(_ name: String, at node: YAMLNode, in problems: inout DiagnosticList) -> FactPattern? {
        guard let group = groups[name] else {
            let hint = nearestMatch(to: name, among: groups.keys).map { "; did you mean \"group:\($0)\"?" }
            problems.error(
                at: node.location, "no group is called \"\(name)\"\(hint ?? "; declare it under groups first")")
            return nil
        }
        guard group.type == type else {
            problems.error(
                at: node.location,
                "the group \"\(name)\" holds values of \(group.field), which are not values of "
                    + "\(fieldName ?? "this fact")")
            return nil
        }
        return .group(name, group.members)
    }

    /// `{fact: crp_before_start}`, for numbers also with `times: 0.5`.
    private func otherFact(_ node: YAMLNode, in problems: inout DiagnosticList) -> (name: String, times: FactNumber?)? {
        guard let fields = node.fields(required: ["fact"], optional: ["times"], in: &problems),
            let nameNode = fields["fact"], let name = nameNode.string(in: &problems)
        else { return nil }
        guard let declaration = vocabulary[name] else {
            problems.error(at: nameNode.location, vocabulary.unknownFact(name))
            return nil
        }
        guard declaration.type == type else {
            problems.error(
                at: nameNode.location, "\(name) cannot be compared with it: another type, unit or list of values")
            return nil
        }
        var times: FactNumber?
        if let node = fields["times"], let text = node.decimalText(in: &problems) {
            times = FactNumber(text)
            if case .number = type {
            } else {
                problems.error(at: node.location, "only numbers can be multiplied")
            }
            if (times ?? FactNumber(millionths: 0)) <= FactNumber(millionths: 0) {
                problems.error(at: node.location, "times is a number above 0, such as 0.5")
            }
        }
        return (name, times)
    }

    private func bound(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest.Bound? {
        if case .mapping = node.content {
            return otherFact(node, in: &problems).map { .fact($0.name, times: $0.times) }
        }
        if case .date = type, case .scalar(let text, true) = node.content, CivilDate(iso: text) == nil {
            return anchor(node, in: &problems)
        }
        if case .number = type { requireUnit(node, in: &problems) }
        switch type.value(node, in: &problems) {
        case .number(let amount): return .amount(amount)
        case .date(let date): return .date(date)
        default: return nil
        }
    }

    /// A named day: `as_of`, a date among the facts, or inside records another date of the same record.
    private func anchor(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest.Bound? {
        guard let name = node.string(in: &problems) else { return nil }
        if name == "as_of" { return .asOf }
        if siblings[name] == .date, name != fieldName { return .field(name) }
        if vocabulary[name]?.type == .date { return .fact(name, times: nil) }
        let dates = ["as_of"] + siblings.filter { $0.value == .date }.map(\.key)
        let known = dates + vocabulary.declarations.values.filter { $0.type == .date }.map(\.key)
        let hint = nearestMatch(to: name, among: known).map { "; did you mean \"\($0)\"?" }
        problems.error(
            at: node.location,
            "expected a date written as 2026-12-01, as_of or a fact that is a date, found \"\(name.prefix(40))\""
                + (hint ?? ""))
        return nil
    }

    /// `6 months`, or `{span: 5 years, after: symptom_onset}`.
    private func within(_ node: YAMLNode, in problems: inout DiagnosticList) -> LeafTest? {
        guard case .mapping = node.content else {
            return node.duration(in: &problems).map { .within($0, .before, .asOf) }
        }
        guard let fields = node.fields(required: ["span"], optional: ["before", "after"], in: &problems) else {
            return nil
        }
        let span = fields["span"]?.duration(in: &problems)
        let sides = LeafTest.Side.allCases.filter { fields[$0.rawValue] != nil }
        guard sides.count == 1, let anchorNode = fields[sides[0].rawValue] else {
            problems.error(at: node.location, "say on which side of which day: before: as_of, or after: symptom_onset")
            return nil
        }
        guard let span, let anchor = bound(anchorNode, in: &problems) else { return nil }
        return .within(span, sides[0], anchor)
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
}
