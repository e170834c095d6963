import CivilTime
public import Diagnostics

extension Policy {
    /// What is wrong with its trees although each leaf is well formed: criteria that contradict each other, branches that
    /// nothing can reach (errors), criteria that say again what another says (warnings). A policy with an error in it is
    /// not loaded for an installation.
    public func treeFindings() -> [Diagnostic] {
        var found: [Diagnostic] = []
        var seen: Set<SourceLocation> = []
        for set in sets {
            for finding in TreeChecks(tree: set.tree, asOf: lastChecked).findings(set.root)
            where seen.insert(finding.location).inserted {
                found.append(finding)
            }
        }
        return (found + impossiblePatients).sorted { $0.location < $1.location }
    }

    /// Examples with a number that the fact cannot have.
    private var impossiblePatients: [Diagnostic] {
        tests.cases.flatMap { example in
            example.facts.sorted { $0.key < $1.key }.flatMap { name, fact -> [Diagnostic] in
                guard case .known(let value) = fact.state, let declaration = declarations[name] else { return [] }
                return declaration.faults(of: value).map {
                    Diagnostic(.error, at: example.location, "\"\(example.title)\": \($0)")
                }
            }
        }
    }
}

private struct TreeChecks {
    let tree: CompiledTree
    /// The day for which dates are compared.
    let asOf: CivilDate

    func findings(_ root: Criterion) -> [Diagnostic] { neverOrAlways(root) + siblings(root) }

    /// A branch that no record can make met: its parts contradict each other.
    private func neverOrAlways(_ node: Criterion) -> [Diagnostic] {
        if node.leaves.contains(where: \.isTaken) { return [] }
        switch node.kind {
        case .all(let children):
            for (index, child) in children.enumerated() {
                for other in children[..<index] {
                    if let first = leaf(other), let second = leaf(child), excludes(first, second) {
                        return [
                            Diagnostic(
                                .error, at: child.location,
                                "\"\(second.id)\" can never be met together with \"\(first.id)\" (line "
                                    + "\(first.location.line)): \(first.fact ?? "") \(first.test), and \(second.test)")
                        ]
                    }
                }
            }
        case .leaf(let leaf):
            if let outcomes = outcomes(of: leaf), !outcomes.isEmpty {
                if !outcomes.contains(.met) {
                    return [
                        Diagnostic(
                            .error, at: leaf.location,
                            "no value of \(leaf.fact ?? "") can meet \"\(leaf.id)\": the branch cannot be reached"
                                + (declaration(of: leaf)?.bounds.map { "; \(leaf.fact ?? "") is \($0)" } ?? ""))
                    ]
                }
                if !outcomes.contains(.unmet), leaf.test != .known {
                    return [
                        Diagnostic(
                            .warning, at: leaf.location,
                            "every value of \(leaf.fact ?? "") meets \"\(leaf.id)\": it asks nothing")
                    ]
                }
            }
            if let finding = impossibleField(leaf) { return [finding] }
        default: break
        }
        return node.children.flatMap { neverOrAlways($0) }
    }

    /// A condition on a record's number that no such number can fulfil.
    private func impossibleField(_ leaf: Leaf) -> Diagnostic? {
        guard case .records(let test) = leaf.test, let declaration = declaration(of: leaf) else { return nil }
        for field in test.conditions.allFields {
            guard let bounds = declaration.fieldBounds[field.name], let amounts = field.test.amountsAround else {
                continue
            }
            let values = (amounts.filter(bounds.contains) + bounds.ends).map { FactValue.number($0) }
            let context = EvaluationContext(facts: [:], asOf: asOf)
            if !values.contains(where: { field.test.verdict($0, context, record: [:]) == .met }) {
                return Diagnostic(
                    .error, at: leaf.location,
                    "no record of \(declaration.key) can have a \(field.name) that \(field.test), as \"\(leaf.id)\" "
                        + "wants: it is \(bounds)")
            }
        }
        return nil
    }

    private func declaration(of leaf: Leaf) -> FactDeclaration? {
        leaf.fact.flatMap { tree.questionByFact[$0] }.flatMap { tree.questions[$0].declaration }
    }

    /// Beside each other on one fact: what one says, the other says already.
    private func siblings(_ node: Criterion) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let isAll: Bool
        switch node.kind {
        case .all: isAll = true
        case .any: isAll = false
        default: return node.children.flatMap { siblings($0) }
        }
        for (index, child) in node.children.enumerated() {
            guard let second = leaf(child), !second.isTaken else { continue }
            for (place, other) in node.children.enumerated() where place != index {
                guard let first = leaf(other), first.fact == second.fact, first.proof == second.proof,
                    first.notOlderThan == second.notOlderThan
                else { continue }
                // In an all the stronger says it all; in an any the weaker does.
                let isImplied = isAll ? implies(first, second) : implies(second, first)
                let isMutual = isAll ? implies(second, first) : implies(first, second)
                if isImplied, !isMutual || place < index {
                    found.append(
                        Diagnostic(
                            .warning, at: second.location,
                            "\"\(second.id)\" adds nothing to \"\(first.id)\" (line \(first.location.line)): "
                                + "\(first.test)"))
                    break
                }
            }
        }
        return found + node.children.flatMap { siblings($0) }
    }

    private func leaf(_ node: Criterion) -> Leaf? { if case .leaf(let leaf) = node.kind { leaf } else { nil } }

    /// The outcomes that values of the leaf's fact can give it; nothing where that cannot be tried out.
    private func outcomes(of leaf: Leaf) -> Set<Verdict>? {
        pairs(leaf, leaf)?.reduce(into: []) { $0.insert($1.0) }
    }

    private func excludes(_ first: Leaf, _ second: Leaf) -> Bool {
        guard first.fact == second.fact, let pairs = pairs(first, second) else { return false }
        return !pairs.contains { $0.0 == .met && $0.1 == .met }
            && pairs.contains { $0.0 == .met } && pairs.contains { $0.1 == .met }
    }

    /// Whether every value that meets the first meets the second.
    private func implies(_ first: Leaf, _ second: Leaf) -> Bool {
        guard let pairs = pairs(first, second) else { return false }
        return pairs.allSatisfy { $0.0 != .met || $0.1 == .met }
    }

    private func pairs(_ first: Leaf, _ second: Leaf) -> [(Verdict, Verdict)]? {
        guard first.otherFacts.isEmpty, second.otherFacts.isEmpty, let declaration = declaration(of: first),
            var values = candidates([first, second], declaration.type, asOf: asOf)
        else { return nil }
        if let bounds = declaration.bounds {
            values = values.filter { if case .number(let amount) = $0 { bounds.contains(amount) } else { true } }
            values += bounds.ends.map { .number($0) }
        }
        let context = EvaluationContext(facts: [:], asOf: asOf)
        return values.map { value in
            (first.test.verdict(value, context, record: [:]), second.test.verdict(value, context, record: [:]))
        }
    }
}

extension RecordConditions {
    fileprivate var allFields: [Field] { fields + oneOf.flatMap(\.allFields) }
}

extension LeafTest {
    /// The numbers at and next to which the outcome changes; nothing where it hangs on something else.
    fileprivate var amountsAround: [FactNumber]? {
        let amounts: [FactNumber]
        switch self {
        case .compare(_, .amount(let bound)): amounts = [bound]
        case .between(.amount(let low), .amount(let high)): amounts = [low, high]
        case .oneOf(let patterns):
            amounts = patterns.compactMap { if case .value(.number(let amount)) = $0 { amount } else { nil } }
        default: return nil
        }
        return amounts.flatMap { amount in [-1, 0, 1].map { FactNumber(millionths: amount.millionths + $0) } }
    }
}
