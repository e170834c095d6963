/// Says in words which values a variable has in a region.
struct RegionWording {
    let comparison: TreeComparison
    let declarations: [String: FactDeclaration]

    /// One condition, for example `age is at least 16 and less than 18 years`.
    func condition(_ variable: FactVariable, _ cells: UInt64) -> String {
        func isIn(_ cell: Int) -> Bool { cells >> UInt64(cell) & 1 == 1 }
        let inside = variable.candidates.filter { isIn($0.cell) }
        let isPlain = variable.facts.count == 1 && !variable.candidates.isEmpty
        guard isPlain, let fact = variable.facts.first, let type = declarations[fact]?.type else {
            return byLeaves(variable, isIn)
        }
        switch type {
        case .boolean, .word, .number, .code: break
        case .date, .records: return byLeaves(variable, isIn)
        }
        // Per circumstance the values that lie inside; circumstances with the same ones are said together.
        var circumstances: [String?] = []
        for candidate in variable.candidates where !circumstances.contains(candidate.circumstance) {
            circumstances.append(candidate.circumstance)
        }
        var words: [(values: String, circumstances: [String])] = []
        for circumstance in circumstances {
            let all = variable.candidates.filter { $0.circumstance == circumstance }
            let chosen = inside.filter { $0.circumstance == circumstance }
            guard !chosen.isEmpty else { continue }
            let said =
                chosen.contains { $0.facts.isEmpty } ? "" : values(chosen, among: all, fact, type)
            let name = circumstance ?? (circumstances.count > 1 && !chosen.contains { $0.facts.isEmpty } ? "fresh" : "")
            if let place = words.firstIndex(where: { $0.values == said }) {
                words[place].circumstances.append(name)
            } else {
                words.append((said, [name]))
            }
        }
        let parts = words.map { part in
            let when = part.circumstances.filter { !$0.isEmpty }
            let isEveryOne = part.circumstances.count == circumstances.count
            let suffix = when.isEmpty || isEveryOne && words.count == 1 ? "" : list(when, "or")
            return [part.values, suffix].filter { !$0.isEmpty }.joined(separator: ", ")
        }
        return "\(fact) " + list(parts.map { $0.isEmpty ? "is known" : $0 }, "or")
    }

    private func values(
        _ chosen: [FactVariable.Candidate], among all: [FactVariable.Candidate], _ fact: String,
        _ type: FactDeclaration.FactType
    ) -> String {
        func value(_ candidate: FactVariable.Candidate) -> FactValue? {
            if case .known(let value)? = candidate.facts[fact]?.state { value } else { nil }
        }
        let inside = chosen.compactMap(value)
        let outside = all.compactMap(value).filter { !inside.contains($0) }
        if outside.isEmpty { return "has any value" }
        switch type {
        case .number(let unit): return intervals(inside, among: all.compactMap(value), unit)
        case .code: return codes(inside, outside)
        default:
            return outside.count < inside.count && outside.count <= 3
                ? "is not \(list(outside.map(\.description), "or"))" : "is \(list(inside.map(\.description), "or"))"
        }
    }

    /// Runs of neighbouring values; each bound was tried itself, just below it and just above it.
    private func intervals(_ inside: [FactValue], among all: [FactValue], _ unit: String?) -> String {
        let amounts = all.compactMap { if case .number(let amount) = $0 { amount } else { nil } }.sorted()
        let chosen = Set(inside)
        var runs: [(first: Int, last: Int)] = []
        for (place, amount) in amounts.enumerated() where chosen.contains(.number(amount)) {
            if let last = runs.last, last.last == place - 1 {
                runs[runs.count - 1].last = place
            } else {
                runs.append((place, place))
            }
        }
        let suffix = unit.map { " \($0)" } ?? ""
        let words = runs.map { run -> String in
            let isOpenBelow = run.first == 0
            let isOpenAbove = run.last == amounts.count - 1
            if run.first == run.last, !isOpenBelow, !isOpenAbove { return "is \(amounts[run.first])\(suffix)" }
            let low = bound(amounts[run.first], above: "is more than", at: "is at least")
            let high = bound(amounts[run.last], above: "at most", at: "at most", below: "less than")
            if isOpenBelow { return "is \(high)\(suffix)" }
            if isOpenAbove { return "\(low)\(suffix)" }
            return "\(low) and \(high)\(suffix)"
        }
        return list(words, "or")
    }

    private func bound(_ amount: FactNumber, above: String, at: String, below: String = "is at least") -> String {
        let whole = FactNumber(millionths: (amount.millionths + 1) / 10 * 10)
        let neighbour = amount.millionths - whole.millionths
        if neighbour == 1 { return "\(above) \(whole)" }
        if neighbour == -1 { return "\(below) \(whole)" }
        return "\(at) \(amount)"
    }

    private func codes(_ inside: [FactValue], _ outside: [FactValue]) -> String {
        func texts(_ values: [FactValue]) -> [String] {
            values.compactMap { if case .code(let code) = $0, code != "-" { code } else { nil } }
        }
        let isEverythingElse = inside.contains(.code("-"))
        if isEverythingElse { return "is none of \(list(texts(outside).map(shown), "or"))" }
        let words = texts(inside).map { code in
            let excepted = texts(outside).filter { $0 != code && bare($0).hasPrefix(bare(code)) }
            return shown(code) + (excepted.isEmpty ? "" : " (not \(list(excepted.map(shown), "or")))")
        }
        return "is \(list(words, "or"))"
    }

    private func bare(_ code: String) -> String { code.replacing(".", with: "") }

    /// A prefix is written with a star.
    private func shown(_ code: String) -> String { isPrefix(code) ? "\(dotted(bare(code)))*" : code }

    private func isPrefix(_ code: String) -> Bool {
        comparison.leaves.contains { compared in
            guard case .oneOf(let patterns) = compared.leaf.test.positive else { return false }
            return patterns.contains(.codePrefix(code))
        }
    }

    /// By what the leaves come to: `tested lies within the last 6 months`.
    private func byLeaves(_ variable: FactVariable, _ isIn: (Int) -> Bool) -> String {
        let inside = variable.cells.indices.filter(isIn)
        func conjunction(_ cells: [Int]) -> (words: [String], fitting: [Int]) {
            var fitting = Array(variable.cells.indices)
            var words: [String] = []
            for (index, place) in variable.leaves.enumerated() {
                let verdicts = Set(cells.map { variable.cells[$0][index] })
                let narrowed = fitting.filter { verdicts.contains(variable.cells[$0][index]) }
                guard narrowed.count < fitting.count else { continue }
                fitting = narrowed
                words.append(said(comparison.leaves[place].leaf, verdicts))
            }
            return (words, fitting)
        }
        let together = conjunction(inside)
        if together.fitting == inside {
            let words = list(together.words, "and")
            return words.isEmpty ? "\(list(variable.facts, "and")) may be anything" : words
        }
        return inside.map { list(conjunction([$0]).words, "and") }.joined(separator: "; or ")
    }

    private func said(_ leaf: Leaf, _ verdicts: Set<Verdict>) -> String {
        let sentence = "\(leaf.fact ?? "") \(leaf.test)"
        switch verdicts {
        case [.met]: return sentence
        case [.unmet]: return "not so: \(sentence)"
        case [.unknown]: return "nobody can say that \(sentence)"
        case [.met, .unknown]: return "not known to be otherwise: \(sentence)"
        default: return "not certain: \(sentence)"
        }
    }

    /// One value of each fact for which the region's verdicts come about; nothing where lists cannot be made.
    func example(_ box: Box) -> Facts? {
        var facts: Facts = [:]
        for (variable, cells) in zip(comparison.variables, box) {
            let fitting = variable.candidates.filter { cells >> UInt64($0.cell) & 1 == 1 }
            // A round number reads better than one a millionth beside it.
            guard let candidate = fitting.first(where: { $0.isRound }) ?? fitting.first else { return nil }
            facts.merge(candidate.facts) { _, new in new }
        }
        return facts
    }
}

extension FactVariable.Candidate {
    fileprivate var isRound: Bool {
        facts.values.allSatisfy { fact in
            if case .known(.number(let amount)) = fact.state { amount.millionths % 10_000 == 0 } else { true }
        }
    }
}

extension LeafTest {
    /// The patterns of `not_in` as those of `in`.
    fileprivate var positive: LeafTest { if case .noneOf(let patterns) = self { .oneOf(patterns) } else { self } }
}
