import CivilTime
import Testing

@testable import Criteria

/// The exactness of a comparison rests on this: whatever is on record, what the leaves come to together is one of the ways
/// that were found beforehand. Tried with random trees and random records; the seed is part of a failure's message.
@Suite("Ways in which a fact's values come out") struct FactVariableTests {
    private static let day = Small.day(Small.asOf)

    private static let vocabularyText = """
        facts:
          diagnosis: {type: code, question: "?", cost: 0, from: order}
          first_test: {type: date, question: "?"}
          second_test: {type: date, question: "?"}
          low: {type: number, unit: mg, question: "?"}
          high: {type: number, unit: mg, question: "?"}
          before: {type: word, values: shared, question: "?"}
          now: {type: word, values: shared, question: "?"}
          scan: {type: boolean, question: "?", valid_for: 12 months}
          tried:
            type: records
            fields:
              drug: {type: word, values: [a, b, c, d, e]}
              class: {type: word, values: [x, y, z]}
              duration: {type: number, unit: months}
              ended: {type: date}
              code: {type: code}
            question: "?"
          given:
            type: records
            fields:
              day: {type: date}
              amount: {type: number, unit: mg}
            question: "?"
        value_lists:
          shared: [p, q, r]
        """

    private static let extra = """
        groups:
          old: {field: tried.drug, members: [a, b], title: Old, cite: page, counts_as_one: true}
        does_not_count:
          tried: [{class: {is: z}, duration: {lt: 1 months}}]
        """

    private static let compared = [
        ("second_test", "{within: {span: 3 months, after: first_test}}"),
        ("second_test", "{within: {span: 10 days, before: first_test}}"), ("second_test", "{within: 6 months}"),
        ("first_test", "{within: 12 months}"), ("second_test", "{gt: {fact: first_test}}"),
        ("first_test", "{lte: as_of}"), ("low", "{lt: {fact: high, times: 0.5}}"), ("low", "{gte: {fact: high}}"),
        ("high", "{gte: 10 mg}"), ("low", "{between: [2 mg, 6 mg]}"), ("low", "{lte: {fact: high, times: 3}}"),
        ("now", "{is: {fact: before}}"), ("now", "{in: [p, q]}"), ("before", "{not_in: [r]}"),
    ]

    private static let records = [
        ("tried", "{any: {drug: {is: a}, duration: {gte: 3 months}}}"), ("tried", "{none: {class: {is: y}}}"),
        ("tried", "{every: {duration: {gte: 2 months}}}"), ("tried", "{count: {at_least: 2, at_most: 3}}"),
        ("tried", "{count: {where: {duration: {gte: 3 months}}, at_least: 2}}"),
        ("tried", "{count: {distinct: drug, at_least: 2}}"), ("tried", "{count: {distinct: class, at_most: 1}}"),
        ("tried", "{each: {field: class, values: [x, y], where: {duration: {gt: 2 months}}}}"),
        ("tried", "{any: {drug: {in: [\"group:old\"]}, ended: {within: 12 months}}}"),
        ("tried", "{any: {one_of: [{drug: {is: c}}, {class: {is: x}, duration: {lt: 2 months}}]}}"),
        ("tried", "{count: {distinct: code, at_least: 3}}"), ("tried", "{known: true}"),
    ]

    private func leaf(_ number: Int, _ choice: (String, String), _ more: String = "") -> String {
        "{id: l\(number), title: T, cite: page, fact: \(choice.0), test: \(choice.1)\(more)}"
    }

    private func comparison(_ leaves: [String], _ vocabulary: Vocabulary) throws -> TreeComparison {
        func tree(_ leaves: ArraySlice<String>) throws -> CompiledTree {
            let text = Small.text(require: "{any: [\(leaves.joined(separator: ", "))]}", extra: Self.extra)
            let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: vocabulary)
            return try #require(policy.sets.first).tree
        }
        let half = leaves.count / 2
        return TreeComparison(
            try tree(leaves[..<half]), try tree(leaves[half...]), declarations: vocabulary.declarations,
            asOf: Self.day)
    }

    /// What the leaves come to on these facts is a cell of each variable.
    private func expectFound(_ comparison: TreeComparison, _ facts: Facts, _ seed: Int) {
        let context = EvaluationContext(facts: facts, asOf: Self.day)
        #expect(comparison.variables.allSatisfy { $0.remark == nil }, "seed \(seed): some were not tried")
        for variable in comparison.variables where variable.facts != ["diagnosis"] {
            let leaves = variable.leaves.map { comparison.leaves[$0].leaf }
            let outcome = leaves.map { $0.outcome(context).verdict }
            if outcome.allSatisfy({ $0 == .unknown }) { continue }
            #expect(
                variable.cells.contains(outcome),
                "seed \(seed): \(leaves.map(\.inWords)) come to \(outcome) on \(facts.mapValues(\.state))")
        }
    }

    @Test("facts that are compared with each other", arguments: 1...4)
    func comparedFacts(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try Vocabulary.parse(Self.vocabularyText.utf8, file: "v.yaml")
        for _ in 0..<15 {
            let choices = (0..<6).compactMap { _ in Self.compared.randomElement(using: &random) }
            let leaves = choices.enumerated().map { leaf($0, $1) }
            let comparison = try comparison(leaves, vocabulary)
            for _ in 0..<60 {
                var facts: Facts = [:]
                for name in ["first_test", "second_test"] {
                    let day = Self.day.adding(days: .random(in: -400...40, using: &random))
                    facts[name] = Fact(.known(.date(day)), observedOn: Self.day)
                }
                for name in ["low", "high"] {
                    let amount = FactNumber(millionths: 500_000 * Int.random(in: 0...40, using: &random))
                    facts[name] = Fact(.known(.number(amount)), observedOn: Self.day)
                }
                for name in ["before", "now"] {
                    facts[name] = Fact(.known(.word(["p", "q", "r"].randomElement(using: &random) ?? "p")))
                }
                expectFound(comparison, facts, seed)
            }
        }
    }

    @Test("complete lists of records", arguments: 1...4)
    func lists(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try Vocabulary.parse(Self.vocabularyText.utf8, file: "v.yaml")
        for _ in 0..<10 {
            let choices = (0..<4).compactMap { _ in Self.records.randomElement(using: &random) }
            let comparison = try comparison(choices.enumerated().map { leaf($0, $1) }, vocabulary)
            for _ in 0..<60 {
                var list: [RecordList.Record] = []
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    list.append([
                        "drug": .word(["a", "b", "c", "d", "e"].randomElement(using: &random) ?? "a"),
                        "class": .word(["x", "y", "z"].randomElement(using: &random) ?? "x"),
                        "duration": .number(FactNumber(millionths: 500_000 * Int.random(in: 0...8, using: &random))),
                        "ended": .date(Self.day.adding(days: .random(in: -500...10, using: &random))),
                        "code": .code(["A", "B", "C", "D"].randomElement(using: &random) ?? "A"),
                    ])
                }
                let facts: Facts = ["tried": Fact(.known(.records(RecordList(list, isComplete: true))))]
                expectFound(comparison, facts, seed)
            }
        }
    }

    @Test("ages of evidence and kinds of proof", arguments: 1...2)
    func circumstances(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try Vocabulary.parse(Self.vocabularyText.utf8, file: "v.yaml")
        let demands = [
            "", ", not_older_than: 3 months", ", not_older_than: 24 months", ", proof: [lab]", ", proof: [lab, chart]",
            ", not_older_than: 30 days, proof: [claim]",
        ]
        for _ in 0..<15 {
            let leaves = (0..<4).map { number in
                leaf(
                    number, ("scan", "{is: \(Bool.random(using: &random))}"),
                    demands.randomElement(using: &random) ?? "")
            }
            let comparison = try comparison(leaves, vocabulary)
            for _ in 0..<60 {
                let fact = Fact(
                    .known(.boolean(.random(using: &random))),
                    observedOn: Self.day.adding(days: -Int.random(in: 0...900, using: &random)),
                    proof: (Fact.Proof.allCases.map { Optional($0) } + [nil]).randomElement(using: &random) ?? nil)
                expectFound(comparison, ["scan": fact], seed)
            }
        }
    }

    @Test("what cannot be tried comes out either way and is named; a stricter bound still implies a looser one")
    func remarks() throws {
        let vocabulary = try Vocabulary.parse(Self.vocabularyText.utf8, file: "v.yaml")
        func test(_ most: Int) -> String {
            leaf(1, ("given", "{rolling: {sum: amount, by: day, window: 56 days, at_most: \(most) mg}}"))
        }
        func policy(_ require: String) throws -> Policy {
            let text = Small.text(require: require, extra: Self.extra)
            return try Policy.parse(text.utf8, file: "p.yaml", vocabulary: vocabulary)
        }
        let set = try #require(policy(test(300)).difference(from: policy(test(600)), asOf: Self.day).sets.first)
        #expect(set.direction == .looser)
        #expect(set.remarks.count == 1 && set.remarks[0].hasPrefix("given: "))
    }
}
