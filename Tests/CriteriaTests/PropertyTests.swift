import CivilTime
import Criteria
import Testing

/// What must hold for every tree and every record. The seed is part of a failure's message.
@Suite("Properties") struct PropertyTests {
    private static let asOf = Small.day(Small.asOf)
    private static let questions = (0..<6).map { "q\($0)" }

    private func vocabulary() throws -> Vocabulary {
        let booleans = Self.questions.enumerated().map {
            "  \($1): {type: boolean, question: \"?\", cost: \($0 % 4)}"
        }
        let text = ([Small.vocabularyText, "  code: {type: code, question: \"?\"}"] + booleans).joined(separator: "\n")
        return try Vocabulary.parse(text.utf8, file: "v.yaml")
    }

    private func policy(_ tree: RandomTree, _ vocabulary: Vocabulary) throws -> Policy {
        try Policy.parse(Small.text(require: tree.text).utf8, file: "p.yaml", vocabulary: vocabulary)
    }

    private func evaluate(_ policy: Policy, _ facts: Facts) throws -> Evaluation {
        var facts = facts
        facts["diagnosis"] = Fact(.known(.code("G35.A")))
        return try #require(policy.evaluate(facts, set: "ms.initial", asOf: Self.asOf))
    }

    private func someAnswers(_ random: inout SplitMix64) -> Facts {
        var facts: Facts = [:]
        for question in Self.questions where Bool.random(using: &random) {
            facts[question] = Fact(.known(.boolean(.random(using: &random))))
        }
        return facts
    }

    private func someFacts(_ vocabulary: Vocabulary, _ random: inout SplitMix64) throws -> Facts {
        let values = [
            "form": ["cis", "rrms", "ppms"], "age": ["11", "12", "18", "65", "65.5"],
            "tested": ["2026-01-01", "2026-05-24", "2026-11-24", "2027-01-01"], "code": ["G35.A", "G35.B0", "K50.00"],
            "q0": ["true", "false"], "onset": ["2024-01-01", "2020-05-01"], "crp": ["5", "5.5"],
            "crp_before": ["10", "4"],
            "asked": ["a", "b"],
            "tried": [
                "{records: [{drug: a, class: x, began: 2026-01-01, ended: 2026-02-02, units: 20}, {class: y}], complete: true}",
                "[{drug: a, units: 20, began: 2026-01-01}, {drug: a, units: 20, began: 2026-01-09, outcome: failed}]",
                "[]", "{records: [], complete: true}", "[{drug: a, duration: 3, class: x}, {drug: c, class: y}]",
                "{records: [{drug: b}, {class: z}], complete: true}",
                "{records: [{drug: a, duration: 2}], complete: true}",
            ],
        ]
        var facts: Facts = [:]
        for (key, texts) in values.sorted(by: { $0.key < $1.key }) {
            let value = try vocabulary.value(of: key, from: texts.randomElement(using: &random) ?? "")
            switch Int.random(in: 0..<6, using: &random) {
            case 0: break
            case 1: facts[key] = Fact(.requested)
            case 2: facts[key] = Fact(.conflicting([value, value]))
            default: facts[key] = Fact(.known(value), observedOn: Self.asOf)
            }
        }
        return facts
    }

    @Test("more knowledge never flips met and unmet", arguments: 1...4)
    func monotone(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<60 {
            let policy = try policy(.mixed(depth: 3, &random), vocabulary)
            let before = try someFacts(vocabulary, &random)
            var after = before
            for (key, fact) in try someFacts(vocabulary, &random) {
                if case .known? = before[key]?.state { continue }
                after[key] = fact
            }
            let (first, second) = (try evaluate(policy, before).verdict, try evaluate(policy, after).verdict)
            #expect(first == .unknown || first == second, "seed \(seed): \(policy.sets[0].require)")
        }
    }

    @Test("attesting a list complete or adding a record to an open one never flips met and unmet", arguments: 1...4)
    func monotoneLists(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        let records = ["{drug: a, duration: 3}", "{drug: b, class: x}", "{class: y}", "{}", "{drug: c, class: x}"]
        for _ in 0..<60 {
            let policy = try policy(.mixed(depth: 2, &random), vocabulary)
            let all = (0..<3).map { _ in records.randomElement(using: &random) ?? "{}" }
            let few = all.prefix(Int.random(in: 0...3, using: &random)).joined(separator: ", ")
            let isComplete = Bool.random(using: &random)
            var facts: Facts = [:]
            facts["tried"] = Fact(.known(try vocabulary.value(of: "tried", from: "[\(few)]")))
            let first = try evaluate(policy, facts).verdict
            let more = "{records: [\(all.joined(separator: ", "))], complete: \(isComplete)}"
            facts["tried"] = Fact(.known(try vocabulary.value(of: "tried", from: more)))
            let second = try evaluate(policy, facts).verdict
            #expect(first == .unknown || first == second, "seed \(seed): [\(few)] to \(more)")
        }
    }

    @Test("the order of children never matters", arguments: 1...4)
    func order(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<60 {
            let tree = RandomTree.boolean(depth: 3, &random)
            let facts = someAnswers(&random)
            let first = try evaluate(policy(tree, vocabulary), facts)
            let second = try evaluate(policy(tree.shuffled(&random), vocabulary), facts)
            #expect(first.verdict == second.verdict, "seed \(seed): \(tree.text)")
            #expect(first.missing.map(\.fact) == second.missing.map(\.fact), "seed \(seed): \(tree.text)")
            #expect(first.dealBreakers == second.dealBreakers, "seed \(seed): \(tree.text)")
            if !first.isTruncated, !second.isTruncated {
                #expect(first.missingSets == second.missingSets, "seed \(seed): \(tree.text)")
            }
        }
    }

    @Test("not not x is x, and De Morgan's laws hold", arguments: 1...4)
    func negation(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<60 {
            let tree = RandomTree.boolean(depth: 3, &random)
            let facts = someAnswers(&random)
            let verdict = try evaluate(policy(tree, vocabulary), facts).verdict
            let twice = try evaluate(policy(.not(.not(tree)), vocabulary), facts).verdict
            let inward = try evaluate(policy(tree.negatedInward, vocabulary), facts).verdict
            #expect(twice == verdict, "seed \(seed): \(tree.text)")
            #expect(inward == verdict.negated, "seed \(seed): \(tree.text)")
        }
    }

    @Test("the decisive leaves alone force the verdict", arguments: 1...4)
    func decisive(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<60 {
            let policy = try policy(.mixed(depth: 3, &random), vocabulary)
            let facts = try someFacts(vocabulary, &random)
            let evaluation = try evaluate(policy, facts)
            guard evaluation.verdict != .unknown else { continue }
            let ids = Set(evaluation.decisive)
            let asked = policy.sets[0].root.leaves.filter { ids.contains($0.id) }.compactMap(\.fact)
            // With these some leaves compare.
            let needed = Set(asked).union(["onset", "crp_before", "asked"])
            let alone = try evaluate(policy, facts.filter { needed.contains($0.key) })
            #expect(alone.verdict == evaluation.verdict, "seed \(seed)")
        }
    }

    @Test("missing sets suffice and are minimal, and deal-breakers are exactly those, by brute force", arguments: 1...6)
    func missing(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<12 {
            let tree = RandomTree.boolean(depth: 3, &random)
            let policy = try policy(tree, vocabulary)
            let facts = someAnswers(&random)
            let evaluation = try evaluate(policy, facts)
            guard evaluation.verdict == .unknown, !evaluation.isTruncated else { continue }
            let open = Self.questions.filter { facts[$0] == nil }
            var sufficient: [Set<String>] = []
            var breakers: Set<String> = []
            for (answers, verdict) in try partialAnswers(open, policy, facts) {
                if verdict == .met { sufficient.append(Set(answers.keys)) }
                if verdict == .unmet, answers.count == 1 { breakers.formUnion(answers.keys) }
            }
            let minimal = Set(sufficient.filter { set in !sufficient.contains { $0.isStrictSubset(of: set) } })
            #expect(Set(evaluation.missingSets.map { Set($0.facts) }) == minimal, "seed \(seed): \(tree.text)")
            #expect(Set(evaluation.dealBreakers) == breakers, "seed \(seed): \(tree.text)")
        }
    }

    @Test("the printed form reads back as the same policy", arguments: 1...4)
    func printed(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<40 {
            let policy = try policy(.mixed(depth: 3, &random), vocabulary)
            let text = policy.canonicalText
            let again = try Policy.parse((text + Self.noTests).utf8, file: "c.yaml", vocabulary: vocabulary)
            #expect(again.canonicalText == text, "seed \(seed)")
            let facts = try someFacts(vocabulary, &random)
            let (first, second) = (try evaluate(policy, facts), try evaluate(again, facts))
            #expect(first.verdict == second.verdict && first.missingSets == second.missingSets, "seed \(seed)")
        }
    }

    private static let noTests =
        "tests: {as_of: 2026-11-24, cases: [{title: t, set: ms.initial, facts: {diagnosis: K50.00}, expect: unmet}]}"

    @Test("the verdict alone is that of the whole evaluation", arguments: 1...4)
    func verdictAlone(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<80 {
            let policy = try policy(.mixed(depth: 3, &random), vocabulary)
            var facts = try someFacts(vocabulary, &random)
            facts["diagnosis"] = Fact(.known(.code(["G35.A", "K50.00"].randomElement(using: &random) ?? "")))
            let whole = policy.evaluate(facts, phase: .initial, asOf: Self.asOf)
            #expect(policy.verdict(facts, phase: .initial, asOf: Self.asOf) == whole.verdict, "seed \(seed)")
        }
    }

    /// Every way to answer some of the open questions, with what the policy then says.
    private func partialAnswers(
        _ open: [String], _ policy: Policy, _ facts: Facts
    ) throws -> [([String: Bool], Verdict)] {
        var ways: [[String: Bool]] = [[:]]
        for question in open {
            ways += ways.flatMap { way in [true, false].map { way.merging([question: $0]) { $1 } } }
        }
        return try ways.map { way in
            let answered = facts.merging(way.mapValues { Fact(.known(.boolean($0))) }) { $1 }
            return (way, try evaluate(policy, answered).verdict)
        }
    }
}
