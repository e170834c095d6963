import CivilTime

/// The outcomes that values of one fact can give to these leaves together, where no date and no other fact decides.
///
/// For plain types every value that could make a difference is tried. For lists of records each leaf is taken to come
/// out either way on its own, for at most six leaves.
func staticOutcomes(_ own: [Int], _ leaves: [Leaf], _ type: FactDeclaration.FactType?) -> [JointOutcome]? {
    if type == .date || own.contains(where: { !leaves[$0].otherFacts.isEmpty }) { return nil }
    return jointOutcomes(own, leaves, type, EvaluationContext(facts: [:], asOf: CivilDate(dayNumber: 0)))
}

/// As above, against a record and a day. A leaf that looks at other facts is taken to come out either way.
func jointOutcomes(
    _ own: [Int], _ leaves: [Leaf], _ type: FactDeclaration.FactType?, _ context: EvaluationContext
) -> [JointOutcome] {
    let within = own.filter { $0 < LeafSet.capacity }
    let typed = within.filter { leaves[$0].otherFacts.isEmpty }
    guard let candidates = candidates(typed.map { leaves[$0] }, type, asOf: context.asOf) else {
        return eitherWay(within)
    }
    var outcomes: [JointOutcome] = []
    for value in candidates {
        var outcome = JointOutcome()
        for leaf in typed {
            switch leaves[leaf].test.verdict(value, context, record: [:]) {
            case .met: outcome.met.insert(leaf)
            case .unmet: outcome.unmet.insert(leaf)
            case .unknown: break
            }
        }
        if !outcomes.contains(outcome) { outcomes.append(outcome) }
    }
    let free = eitherWay(within.filter { !leaves[$0].otherFacts.isEmpty })
    return outcomes.flatMap { outcome in free.compactMap { outcome.joined(with: $0) } }
}

/// Every way that up to six leaves can come out.
private func eitherWay(_ leaves: [Int]) -> [JointOutcome] {
    leaves.prefix(6).reduce([JointOutcome()]) { ways, leaf in
        ways.flatMap { way in
            var met = way
            var unmet = way
            met.met.insert(leaf)
            unmet.unmet.insert(leaf)
            return [met, unmet]
        }
    }
}

/// Values between which the leaves' tests change; nothing for records.
func candidates(_ leaves: [Leaf], _ type: FactDeclaration.FactType?, asOf: CivilDate) -> [FactValue]? {
    switch type {
    case .boolean: return [.boolean(true), .boolean(false)]
    case .word(let words): return words.map { .word($0) }
    case .number:
        let amounts = leaves.flatMap { $0.test.amounts }
        return (amounts + [FactNumber(millionths: 0)]).flatMap { amount in
            [-1, 0, 1].map { .number(FactNumber(millionths: amount.millionths + $0)) }
        }
    case .date:
        let dates = leaves.flatMap { $0.test.dates(asOf: asOf) } + [asOf]
        return dates.flatMap { date in [-1, 0, 1].map { .date(date.adding(days: $0)) } }
    case .code:
        let named = leaves.flatMap { $0.test.codes }
        // A code that no pattern matches stands for all the others.
        return (named + ["-"]).map { .code($0) }
    case .records, nil: return nil
    }
}

extension LeafTest {
    private var bounds: [Bound] {
        switch self {
        case .compare(_, let bound): [bound]
        case .between(let low, let high): [low, high]
        default: []
        }
    }

    private var patterns: [FactPattern] {
        switch self {
        case .oneOf(let patterns), .noneOf(let patterns): patterns
        default: []
        }
    }

    fileprivate var amounts: [FactNumber] {
        bounds.compactMap { if case .amount(let amount) = $0 { amount } else { nil } }
            + patterns.compactMap { if case .value(.number(let amount)) = $0 { amount } else { nil } }
    }

    fileprivate func dates(asOf: CivilDate) -> [CivilDate] {
        func day(_ bound: Bound) -> CivilDate? {
            switch bound {
            case .date(let date): date
            case .asOf: asOf
            default: nil
            }
        }
        if case .within(let span, let side, let anchor) = self {
            guard let end = day(anchor) else { return [] }
            return [end, side == .before ? span.before(end) : span.after(end)]
        }
        return bounds.compactMap(day)
    }

    fileprivate var codes: [String] {
        patterns.flatMap { pattern -> [String] in
            switch pattern {
            case .codePrefix(let start): return [start]
            case .value(.code(let code)): return [code]
            case .group(_, let members):
                return members.compactMap { if case .code(let code) = $0 { code } else { nil } }
            case .value, .fact: return []
            }
        }
    }
}
