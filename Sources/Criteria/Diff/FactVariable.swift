import CivilTime

/// A fact, or several that are compared with each other, as far as the leaves of two trees can tell its values apart.
struct FactVariable {
    /// Several only when they are compared with each other.
    let facts: [String]
    /// By their places among the leaves compared.
    let leaves: [Int]
    /// What the leaves come to; one entry for each way that differs.
    let cells: [[Verdict]]
    /// Values tried, every cell's among them unless it is free.
    let candidates: [Candidate]
    /// What was assumed where the values could not be tried out.
    let remark: String?

    struct Candidate {
        let facts: Facts
        let cell: Int
        /// How old or how proven, where the leaves tell that apart.
        let circumstance: String?
    }
}

/// A leaf of one or both of the trees; leaves that ask the same are one.
struct ComparedLeaf {
    struct Meaning: Hashable {
        let fact: String
        let test: LeafTest
        let acceptedFor: CivilDuration?
        let proof: Set<Fact.Proof>
    }

    let leaf: Leaf
    var isInOld = false
    var isInNew = false
    var isShared: Bool { isInOld && isInNew }
}

extension Leaf {
    var meaning: ComparedLeaf.Meaning? {
        fact.map { ComparedLeaf.Meaning(fact: $0, test: test, acceptedFor: acceptedFor, proof: Set(proof)) }
    }
}

/// Sorts leaves by the facts they ask and finds out in which ways the facts' values can come out for them.
struct FactVariables {
    let leaves: [ComparedLeaf]
    let declarations: [String: FactDeclaration]
    /// The day for which ages of evidence and look-backs are counted.
    let asOf: CivilDate

    func variables() -> [FactVariable] { groups().map(variable) }

    /// The leaves of each fact, in the order of the file; facts that are compared with each other are together.
    private func groups() -> [(facts: [String], leaves: [Int])] {
        var groups: [(facts: [String], leaves: [Int])] = []
        for (place, compared) in leaves.enumerated() {
            guard let fact = compared.leaf.fact else { continue }
            let asked = isRecords(fact) ? [fact] : [fact] + compared.leaf.otherFacts.filter { !isRecords($0) }
            let touched = groups.indices.filter { index in asked.contains { groups[index].facts.contains($0) } }
            guard let home = touched.first else {
                groups.append((asked, [place]))
                continue
            }
            for other in touched.dropFirst().reversed() {
                groups[home].facts += groups[other].facts
                groups[home].leaves += groups[other].leaves
                groups.remove(at: other)
            }
            groups[home].facts += asked.filter { !groups[home].facts.contains($0) }
            groups[home].leaves.append(place)
        }
        return groups.map { ($0.facts, $0.leaves.sorted()) }
    }

    private func isRecords(_ fact: String) -> Bool {
        if case .records? = declarations[fact]?.type { true } else { false }
    }

    private func variable(_ facts: [String], _ places: [Int]) -> FactVariable {
        let own = places.map { leaves[$0].leaf }
        guard let fact = facts.first, let type = declarations[fact]?.type else { return free(facts, places, []) }
        if case .records(let fields) = type { return records(fact, fields, places) }
        var values: [[FactValue]] = []
        for fact in facts { values.append(ComparedValues(own, facts, declarations, asOf).values(of: fact)) }
        // Some thousands of pairs are tried at most.
        guard values.reduce(1, { min($0 * $1.count, 1_000_000) }) <= 40_000 else { return free(facts, places, []) }
        var assignments: [[String: FactValue]] = [[:]]
        for (fact, values) in zip(facts, values) {
            assignments = assignments.flatMap { assignment in
                values.map { assignment.merging([fact: $0]) { _, new in new } }
            }
        }
        return variable(facts, places, assignments)
    }

    /// Tries every assignment in every circumstance.
    private func variable(
        _ facts: [String], _ places: [Int], _ assignments: [[String: FactValue]], free: [Int] = [],
        remark: String? = nil
    ) -> FactVariable {
        let own = places.map { leaves[$0].leaf }
        var cells: [[Verdict]] = []
        var placeByCell: [[Verdict]: Int] = [:]
        var candidates: [FactVariable.Candidate] = []
        func add(_ facts: Facts, _ circumstance: String?, keepsUnknown: Bool) {
            let context = EvaluationContext(facts: facts, asOf: asOf)
            let cell = own.map { $0.verdict(context) }
            // Known facts that no leaf accepts are as good as unknown ones.
            if !keepsUnknown, cell.allSatisfy({ $0 == .unknown }) { return }
            let place = placeByCell[cell] ?? cells.count
            if place == cells.count { cells.append(cell) }
            placeByCell[cell] = place
            candidates.append(FactVariable.Candidate(facts: facts, cell: place, circumstance: circumstance))
        }
        for circumstance in circumstances(own) {
            for assignment in assignments {
                let facts = assignment.mapValues {
                    Fact(.known($0), observedOn: circumstance.observedOn, proof: circumstance.proof)
                }
                add(facts, circumstance.words, keepsUnknown: false)
            }
        }
        // Where the value makes no difference, whether it is known at all may make one.
        if cells.count < 2, !places.allSatisfy({ leaves[$0].isShared }) {
            add([:], "is not on record", keepsUnknown: true)
        }
        if cells.isEmpty { add([:], "is not on record", keepsUnknown: true) }
        return FactVariable(facts: facts, leaves: places, cells: cells, candidates: candidates, remark: remark)
    }

    private struct Circumstance {
        let observedOn: CivilDate
        let proof: Fact.Proof?
        let words: String?
    }

    /// Ages and kinds of proof, as far as these leaves tell them apart; the best first.
    private func circumstances(_ own: [Leaf]) -> [Circumstance] {
        var ages: [(day: CivilDate, words: String?)] = [(asOf, nil)]
        let spans = Set(own.map(\.acceptedFor))
        if spans.count > 1 {
            let ordered = spans.compactMap { $0 }.sorted { $0.before(asOf) > $1.before(asOf) }
            for (place, span) in ordered.enumerated() {
                var day = span.before(asOf)
                while span.after(day) >= asOf { day = day.adding(days: -1) }
                let least = "observed more than \(span) ago"
                let next = place + 1 < ordered.count ? ordered[place + 1] : nil
                ages.append((day, next.map { "\(least), within the last \($0)" } ?? least))
            }
        }
        var proofs: [(proof: Fact.Proof?, words: String?)] = [(own.first { !$0.proof.isEmpty }?.proof.first, nil)]
        if Set(own.map { Set($0.proof) }).count > 1 {
            let kinds = Fact.Proof.allCases.map { Optional($0) } + [nil]
            let alike = Dictionary(grouping: kinds) { kind in
                own.map { leaf in leaf.proof.isEmpty || kind.map { leaf.proof.contains($0) } ?? false }
            }
            let groups = alike.sorted { first, second in
                let (one, other) = (first.key.count { $0 }, second.key.count { $0 })
                return one == other ? "\(first.value)" < "\(second.value)" : one > other
            }
            proofs = groups.map { group in
                let words = group.value.compactMap { $0?.inWords }.sorted()
                return (group.value.first ?? nil, words.isEmpty ? "without proof" : "proven by \(list(words, "or"))")
            }
        }
        return ages.flatMap { age in
            proofs.map { proof in
                let words = [age.words, proof.words].compactMap { $0 }
                return Circumstance(
                    observedOn: age.day, proof: proof.proof, words: words.isEmpty ? nil : words.joined(separator: ", "))
            }
        }
    }

    /// Lists: those whose outcomes can be found by trying lists are tried, the others come out either way.
    private func records(
        _ fact: String, _ fields: [String: FactDeclaration.FactType], _ places: [Int]
    ) -> FactVariable {
        let tests = places.map { leaves[$0].leaf.test }
        let tried = places.indices.filter { tests[$0].canBeTriedOnLists }
        guard let lists = RecordLists(tests: tried.map { tests[$0] }, fields: fields, asOf: asOf).lists() else {
            return free([fact], places, places)
        }
        let base = variable([fact], tried.map { places[$0] }, lists.map { [fact: .records($0)] })
        let others = places.indices.filter { !tried.contains($0) }.map { places[$0] }
        guard !others.isEmpty else { return base }
        // The tests that cannot be tried come out either way beside each outcome of the others.
        var cells: [[Verdict]] = []
        for cell in tried.isEmpty ? [[]] : base.cells {
            for way in eitherWay(others) {
                let verdicts = places.map { place in
                    base.leaves.firstIndex(of: place).map { cell[$0] } ?? way[place] ?? .unknown
                }
                cells.append(verdicts)
            }
        }
        return FactVariable(
            facts: [fact], leaves: places, cells: cells, candidates: [], remark: remark(fact, others))
    }

    private func free(_ facts: [String], _ places: [Int], _ others: [Int]) -> FactVariable {
        let ways = eitherWay(places)
        return FactVariable(
            facts: facts, leaves: places, cells: ways.map { way in places.map { way[$0] ?? .unknown } },
            candidates: [], remark: remark(list(facts, "and"), places))
    }

    private func remark(_ fact: String, _ places: [Int]) -> String {
        let names = places.map { "\"\(leaves[$0].leaf.id)\"" }
        return "\(fact): \(list(names, "and")) \(names.count == 1 ? "is" : "are") taken to come out either way, "
            + "also where no list could"
    }

    /// Every way that leaves can come out, without those where a stricter bound is met and its looser one is not.
    private func eitherWay(_ places: [Int]) -> [[Int: Verdict]] {
        var ways: [[Int: Verdict]] = [[:]]
        for place in places.prefix(12) {
            ways = ways.flatMap { way in
                [Verdict.met, .unmet].compactMap { verdict in
                    let clashes = way.contains { other, verdictOfOther in
                        let (one, two) = (leaves[place].leaf.test, leaves[other].leaf.test)
                        return one.implies(two) && verdict == .met && verdictOfOther == .unmet
                            || two.implies(one) && verdictOfOther == .met && verdict == .unmet
                    }
                    return clashes ? nil : way.merging([place: verdict]) { _, new in new }
                }
            }
        }
        return ways
    }
}

extension LeafTest {
    /// Of tests on rolling sums and spacings that differ in their bound only: whether the other follows from this one.
    fileprivate func implies(_ other: LeafTest) -> Bool {
        guard case .records(let one) = self, case .records(let two) = other, one.conditions == two.conditions,
            one.notCounting == two.notCounting
        else { return false }
        switch (one.quantifier, two.quantifier) {
        case (.rolling(let sum, let by, let window, let most), .rolling(let sum2, let by2, let window2, let most2)):
            return sum == sum2 && by == by2 && window.unit == window2.unit && window.amount >= window2.amount
                && most <= most2
        case (.spacing(let by, let least), .spacing(let by2, let least2)):
            return by == by2 && least.unit == least2.unit && least.amount >= least2.amount
        default: return false
        }
    }
}

/// `a, b or c`
func list(_ words: [String], _ conjunction: String) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}
