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
        return found.sorted { $0.location < $1.location }
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
                            "no value of \(leaf.fact ?? "") can meet \"\(leaf.id)\": the branch cannot be reached")
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
        default: break
        }
        return node.children.flatMap { neverOrAlways($0) }
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
        guard let fact = first.fact, first.otherFacts.isEmpty, second.otherFacts.isEmpty,
            let question = tree.questionByFact[fact], let type = tree.questions[question].declaration?.type,
            let values = candidates([first, second], type, asOf: asOf)
        else { return nil }
        let context = EvaluationContext(facts: [:], asOf: asOf)
        return values.map { value in
            (first.test.verdict(value, context, record: [:]), second.test.verdict(value, context, record: [:]))
        }
    }
}
