import CivilTime

extension Policy {
    /// The policy in one fixed spelling of its file format: named criteria put in place, keys in one order, no comments and
    /// no examples. Two files that say the same have the same text; reading it gives the same policy.
    public var canonicalText: String {
        let shared = sharedLeaves
        var lines = [
            "policy: \(quoted(id))", "title: \(quoted(title))", "product: \(product.text)",
            "decides: \(decides.rawValue)", "number: \(quoted(number ?? notOnFile))", "version: \(version)",
        ]
        switch status {
        case .current: lines.append("status: current")
        case .superseded(let note): lines += ["status: superseded", "status_note: \(quoted(note))"]
        case .unconfirmed(let note): lines += ["status: unconfirmed", "status_note: \(quoted(note))"]
        }
        let to = effectiveTo.map { ", to: \($0)" } ?? ""
        lines += [
            "effective: {from: \(effectiveFrom?.description ?? notOnFile)\(to)}", "governed_by: \(governedBy.rawValue)",
            "last_checked: \(lastChecked)", "review_by: \(reviewBy)", "sources:",
        ]
        lines += sources.map { "  \(quoted($0.id)): \($0.text)" }
        if let members { lines.append("members: \(text(members, shared))") }
        if !judgedAs.isEmpty {
            let phases = judgedAs.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "{phase: \($0.key.rawValue), as: \($0.value.phase.rawValue), cite: \(quoted($0.value.citation.text))}"
            }
            lines.append("judge_as: [\(phases.joined(separator: ", "))]")
        }
        if !groups.isEmpty { lines += ["groups:"] + groups.map { "  \(quoted($0.name)): \($0.text)" } }
        if !notCounting.isEmpty {
            lines.append("does_not_count:")
            for (fact, conditions) in notCounting.sorted(by: { $0.key < $1.key }) {
                let all = conditions.map { text($0, fieldTypes(fact)) }
                lines.append("  \(fact): [\(all.joined(separator: ", "))]")
            }
        }
        if !shared.isEmpty {
            lines += ["named:"] + shared.values.sorted { $0.id < $1.id }.map { "  \($0.id): \(text($0))" }
        }
        lines.append("criteria:")
        for set in sets {
            lines += ["  \(set.id):", "    applies_when: \(text(set.appliesWhen, shared))"]
            lines.append("    require: \(text(set.require, shared))")
            let own = set.exclude.dropLast(exclude.count)
            if !own.isEmpty { lines.append("    exclude: \(text(Array(own), shared))") }
            if !set.limits.isEmpty { lines.append("    limits: \(text(set.limits, shared))") }
            if let approval = set.approval { lines.append("    approve: \(approval.text)") }
        }
        if !exclude.isEmpty { lines.append("exclude: \(text(exclude, shared))") }
        if !notes.isEmpty { lines.append("notes: [\(notes.map(quoted).joined(separator: ", "))]") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Leaves that stand in several places, or under another title than their own, and so need a name.
    private var sharedLeaves: [String: Leaf] {
        var seen: Set<String> = []
        var shared: [String: Leaf] = [:]
        func collect(_ node: Criterion) {
            guard node.taken == nil else { return }
            if case .leaf(let leaf) = node.kind, !seen.insert(leaf.id).inserted || node.title != leaf.title {
                shared[leaf.id] = leaf
            }
            node.children.forEach(collect)
        }
        let common = sets.flatMap { [$0.appliesWhen, $0.require] + $0.exclude.dropLast(exclude.count) + $0.limits }
        for node in common + exclude + (members.map { [$0] } ?? []) { collect(node) }
        return shared
    }

    private func text(_ criteria: [Criterion], _ shared: [String: Leaf]) -> String {
        "[\(criteria.map { text($0, shared) }.joined(separator: ", "))]"
    }

    private func text(_ node: Criterion, _ shared: [String: Leaf]) -> String {
        if case .leaf(let leaf) = node.kind, node.taken == nil {
            guard shared[leaf.id] != nil else { return text(leaf) }
            let title = node.title == leaf.title ? "" : node.title.map { ", title: \(quoted($0))" } ?? ""
            return "{use: \(leaf.id)\(title)}"
        }
        let content =
            if let taken = node.taken {
                "use: {policy: \(quoted(taken.policy)), set: \(taken.set)}"
            } else {
                switch node.kind {
                case .all(let children): "all: \(text(children, shared))"
                case .any(let children): "any: \(text(children, shared))"
                case .readings(let children): "readings: \(text(children, shared))"
                case .atLeast(let count, let children): "at_least: {n: \(count), of: \(text(children, shared))}"
                case .not(let child): "not: \(text(child, shared))"
                case .leaf: ""
                }
            }
        let title = node.title.map { ", title: \(quoted($0))" } ?? ""
        let cite = node.taken == nil ? node.citation.map { ", cite: \(quoted($0.text))" } ?? "" : ""
        return "{\(content)\(title)\(cite)}"
    }

    private func text(_ leaf: Leaf) -> String {
        let head = "{id: \(leaf.id), title: \(quoted(leaf.title)), cite: \(quoted(leaf.citation.text))"
        guard let fact = leaf.fact, let type = declarations[fact]?.type else {
            guard case .notOnFile(let reason) = leaf.test else { return head + "}" }
            return "\(head), not_on_file: \(quoted(reason))}"
        }
        let span = leaf.notOlderThan.map { ", not_older_than: \($0)" } ?? ""
        let proof = leaf.proof.isEmpty ? "" : ", proof: [\(leaf.proof.map(\.rawValue).joined(separator: ", "))]"
        return "\(head), fact: \(fact), test: \(text(leaf.test, type))\(span)\(proof)}"
    }

    private func fieldTypes(_ fact: String) -> [String: FactDeclaration.FactType] {
        if case .records(let types)? = declarations[fact]?.type { types } else { [:] }
    }

    private func text(_ test: LeafTest, _ type: FactDeclaration.FactType) -> String {
        switch test {
        case .oneOf(let patterns):
            if patterns.count == 1 { return "{is: \(text(patterns[0], type))}" }
            return "{in: \(text(patterns, type))}"
        case .noneOf(let patterns): return "{not_in: \(text(patterns, type))}"
        case .compare(let comparison, let bound): return "{\(comparison.rawValue): \(text(bound, type))}"
        case .between(let low, let high): return "{between: [\(text(low, type)), \(text(high, type))]}"
        case .within(let span, let side, let anchor):
            return "{within: {span: \(span), \(side.rawValue): \(text(anchor, type))}}"
        case .known: return "{known: true}"
        case .records(let test):
            guard case .records(let types) = type else { return "{known: true}" }
            return text(test, types)
        case .notOnFile: return "{}"
        }
    }

    private func text(_ test: RecordTest, _ types: [String: FactDeclaration.FactType]) -> String {
        let conditions = text(test.conditions, types)
        let filter = test.conditions.isEmpty ? "" : ", where: \(conditions)"
        switch test.quantifier {
        case .any: return "{any: \(conditions)}"
        case .every: return "{every: \(conditions)}"
        case .none: return "{none: \(conditions)}"
        case .count(let distinct, let atLeast, let atMost):
            let parts = [
                distinct.map { "distinct: \($0)" }, atLeast.map { "at_least: \($0)" }, atMost.map { "at_most: \($0)" },
                test.conditions.isEmpty ? nil : "where: \(conditions)",
            ].compactMap { $0 }
            return "{count: {\(parts.joined(separator: ", "))}}"
        case .each(let field, let values):
            return "{each: {field: \(field), values: \(text(values, types[field] ?? .boolean))\(filter)}}"
        case .rolling(let sum, let by, let window, let atMost):
            let limit = text(.value(.number(atMost)), types[sum] ?? .number(unit: nil))
            return "{rolling: {sum: \(sum), by: \(by), window: \(window), at_most: \(limit)\(filter)}}"
        case .spacing(let by, let atLeast): return "{spacing: {by: \(by), at_least: \(atLeast)\(filter)}}"
        }
    }

    private func text(_ conditions: RecordConditions, _ types: [String: FactDeclaration.FactType]) -> String {
        var parts = conditions.fields.map { "\($0.name): \(text($0.test, types[$0.name] ?? .boolean))" }
        if !conditions.oneOf.isEmpty {
            parts.append("one_of: [\(conditions.oneOf.map { text($0, types) }.joined(separator: ", "))]")
        }
        return "{\(parts.joined(separator: ", "))}"
    }

    private func text(_ patterns: [FactPattern], _ type: FactDeclaration.FactType) -> String {
        "[\(patterns.map { text($0, type) }.joined(separator: ", "))]"
    }

    private func text(_ pattern: FactPattern, _ type: FactDeclaration.FactType) -> String {
        switch pattern {
        case .value(.boolean(let value)): return "\(value)"
        case .value(.number(let amount)):
            guard case .number(let unit?) = type else { return amount.description }
            return quoted("\(amount) \(unit)")
        case .value(let value): return quoted(value.description)
        case .codePrefix: return quoted(pattern.description)
        case .group(let name, _): return quoted("group:\(name)")
        case .fact(let name): return "{fact: \(name)}"
        }
    }

    private func text(_ bound: LeafTest.Bound, _ type: FactDeclaration.FactType) -> String {
        switch bound {
        case .amount(let amount): text(.value(.number(amount)), type)
        case .date(let date): quoted(date.description)
        case .asOf: "as_of"
        case .fact(let name, let times): "{fact: \(name)\(times.map { ", times: \($0)" } ?? "")}"
        case .field(let name): name
        }
    }
}

extension Policy.Product {
    fileprivate var text: String {
        let levels = [("drug", drugs), ("brands", brands), ("hcpcs", hcpcs), ("class", classes)]
        let parts = levels.filter { !$0.1.isEmpty }.map { "\($0.0): [\($0.1.map(quoted).joined(separator: ", "))]" }
        return "{\((["name: \(quoted(name))"] + parts).joined(separator: ", "))}"
    }
}

extension Policy.Source {
    fileprivate var text: String {
        let number = number.map { ", number: \(quoted($0))" } ?? ""
        return "{title: \(quoted(title))\(number), url: \(quoted(url)), retrieved: \(retrieved), "
            + "evidence: \(evidence.rawValue), verified: \(isVerified)}"
    }
}

extension PolicyGroup {
    fileprivate var text: String {
        let values = members.map { quoted($0.description) }.joined(separator: ", ")
        return
            "{field: \(quoted(field)), members: [\(values)], title: \(quoted(title)), cite: \(quoted(citation.text)), "
            + "counts_as_one: \(countsAsOne)}"
    }
}

extension CriteriaSet.Approval {
    fileprivate var text: String {
        let parts = [
            duration.map { "for: \($0)" }, doses.map { "doses: \($0)" }, units.map { "units: \($0)" },
            "at_most: \(isMaximum)", "renewable: \(isRenewable)",
        ]
        return "{\(parts.compactMap { $0 }.joined(separator: ", "))}"
    }
}

extension Citation {
    fileprivate var text: String { place.isEmpty ? source : "\(source) \(place)" }
}

/// A text in double quotes, as YAML has it.
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
