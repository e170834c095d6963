import CivilTime
import Criteria
import Diagnostics
import Testing

/// What one leaf comes to against values of its fact and of others.
private func verdict(
    _ fact: String, _ test: String, _ values: [String: String], extra: String = "", proof: Fact.Proof? = nil,
    leaf: String = "", asOf: String = Small.asOf
) throws -> Evaluation {
    let vocabulary = try Small.vocabulary()
    let policy = try Small.policy(
        require: "{id: x, title: X, cite: page, fact: \(fact), test: \(test)\(leaf)}", extra: extra)
    var facts: Facts = ["diagnosis": Fact(.known(.code("G35.A")))]
    for (key, text) in values {
        facts[key] = Fact(
            .known(try vocabulary.value(of: key, from: text)), observedOn: Small.day(asOf), proof: proof)
    }
    return policy.evaluate(facts, phase: .initial, asOf: Small.day(asOf))
}

@Suite("Days and bounds that other facts give") struct AnchorTests {
    @Test(
        "a span before or after a named day; both ends count, the wrong side does not",
        arguments: [
            ("{span: 5 years, after: onset}", "2021-03-10", "2026-03-10", "met"),
            ("{span: 5 years, after: onset}", "2021-03-10", "2026-03-11", "unmet"),
            ("{span: 5 years, after: onset}", "2021-03-10", "2021-03-10", "met"),
            ("{span: 5 years, after: onset}", "2021-03-10", "2021-03-09", "unmet"),
            ("{span: 3 months, before: onset}", "2026-05-31", "2026-02-28", "met"),
            ("{span: 3 months, before: onset}", "2026-05-31", "2026-02-27", "unmet"),
            ("{span: 3 months, before: onset}", "2026-05-31", "2026-06-01", "unmet"),
            ("{span: 6 months, before: as_of}", "2026-01-01", "2026-05-24", "met"),
        ])
    func anchors(within: String, onset: String, tested: String, expected: String) throws {
        let evaluation = try verdict("tested", "{within: \(within)}", ["onset": onset, "tested": tested])
        #expect(evaluation.verdict.rawValue == expected)
    }

    @Test("an anchor that is not known is what must be asked")
    func unknownAnchor() throws {
        let evaluation = try verdict("tested", "{within: {span: 5 years, after: onset}}", ["tested": "2026-01-01"])
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.missing.map(\.fact) == ["onset"])
        #expect(evaluation.missing.first?.cause == .absent)
        #expect(evaluation.missingSets.map(\.facts) == [["onset"]])
        let both = try verdict("tested", "{within: {span: 5 years, after: onset}}", [:])
        #expect(both.missingSets.map(\.facts) == [["onset", "tested"]])
        #expect(both.dealBreakers.isEmpty, "no single answer decides it")
    }

    @Test(
        "a number against an earlier one, and against a part of it",
        arguments: [
            ("{lt: {fact: crp_before}}", "9", "10", "met"), ("{lt: {fact: crp_before}}", "10", "10", "unmet"),
            ("{lte: {fact: crp_before, times: 0.5}}", "5", "10", "met"),
            ("{lte: {fact: crp_before, times: 0.5}}", "5.1", "10", "unmet"),
        ])
    func earlier(test: String, now: String, before: String, expected: String) throws {
        let evaluation = try verdict("crp", test, ["crp": now, "crp_before": before])
        #expect(evaluation.verdict.rawValue == expected)
    }

    @Test(
        "inside a record another field of it, and a fact outside it",
        arguments: [
            ("{any: {ended: {within: {span: 2 months, after: began}}}}", "met"),
            ("{any: {ended: {within: {span: 1 month, after: began}}}}", "unmet"),
            ("{any: {drug: {is: {fact: asked}}}}", "met"), ("{none: {drug: {is: {fact: asked}}}}", "unmet"),
            ("{any: {ended: {within: {span: 12 months, before: as_of}}}}", "met"),
        ])
    func records(test: String, expected: String) throws {
        let tried = "{records: [{drug: a, began: 2026-01-01, ended: 2026-03-01}], complete: true}"
        #expect(try verdict("tried", test, ["tried": tried, "asked": "a"]).verdict.rawValue == expected)
    }

    @Test(
        "what cannot be compared is refused",
        arguments: [
            ("crp", "{lt: {fact: age}}", "cannot be compared"), ("crp", "{lt: {fact: crp_befor}}", "did you mean"),
            ("tested", "{within: {span: 1 year, after: age}}", "a fact that is a date"),
            ("tested", "{within: {span: 1 year}}", "on which side"),
            ("tested", "{gte: onse}", "did you mean \"onset\"?"),
            ("tested", "{gte: {fact: onset, times: 2}}", "only numbers can be multiplied"),
            ("crp", "{lt: {fact: crp_before, times: 0}}", "a number above 0"),
            ("crp", "{is: {fact: crp_before, times: 0.5}}", "times goes with lt, lte, gt, gte and between"),
            ("tried", "{any: {drug: {is: {fact: form}}}}", "cannot be compared"),
        ])
    func refused(fact: String, test: String, message: String) {
        #expect(Small.failure(require: Small.leaf("x", fact, test)).contains(message))
    }
}

@Suite("Lists of records") struct RecordConstructTests {
    @Test(
        "each test on lists",
        arguments: [
            // Long enough, or not tolerated.
            (
                "{any: {drug: {is: a}, one_of: [{duration: {gte: 3 months}}, {outcome: {is: intolerant}}]}}",
                "[{drug: a, duration: 1, outcome: intolerant}]", "met"
            ),
            (
                "{any: {drug: {is: a}, one_of: [{duration: {gte: 3 months}}, {outcome: {is: intolerant}}]}}",
                "{records: [{drug: a, duration: 1, outcome: failed}], complete: true}", "unmet"
            ),
            (
                "{any: {drug: {is: a}, one_of: [{duration: {gte: 3 months}}, {outcome: {is: intolerant}}]}}",
                "{records: [{drug: a, duration: 1}], complete: true}", "unknown"
            ),
            ("{each: {field: class, values: [x, y]}}", "[{class: x}, {class: y}]", "met"),
            ("{each: {field: class, values: [x, y]}}", "[{class: x}]", "unknown"),
            ("{each: {field: class, values: [x, y]}}", "{records: [{class: x}], complete: true}", "unmet"),
            (
                "{each: {field: class, values: [x], where: {outcome: {is: failed}}}}",
                "{records: [{class: x, outcome: benefit}], complete: true}", "unmet"
            ),
            // Doses eight weeks apart never share a window of eight weeks.
            (
                "{rolling: {sum: units, by: began, window: 56 days, at_most: 30}}",
                "{records: [{units: 30, began: 2026-01-01}, {units: 30, began: 2026-02-26}], complete: true}", "met"
            ),
            (
                "{rolling: {sum: units, by: began, window: 56 days, at_most: 30}}",
                "[{units: 30, began: 2026-01-01}, {units: 1, began: 2026-02-25}]", "unmet"
            ),
            (
                "{rolling: {sum: units, by: began, window: 56 days, at_most: 30}}", "[{units: 3, began: 2026-01-01}]",
                "unknown"
            ),
            (
                "{rolling: {sum: units, by: began, window: 56 days, at_most: 30}}",
                "{records: [{units: 3}], complete: true}", "unknown"
            ),
            (
                "{spacing: {by: began, at_least: 28 days}}",
                "{records: [{began: 2026-01-29}, {began: 2026-01-01}], complete: true}", "met"
            ),
            ("{spacing: {by: began, at_least: 28 days}}", "[{began: 2026-01-28}, {began: 2026-01-01}]", "unmet"),
            ("{spacing: {by: began, at_least: 28 days}}", "[{began: 2026-01-28}]", "unknown"),
        ])
    func table(test: String, value: String, expected: String) throws {
        #expect(try verdict("tried", test, ["tried": value]).verdict.rawValue == expected)
    }

    @Test("a sum beyond what a number can hold is too much, and no crash")
    func hugeSum() throws {
        let records = Array(repeating: "{units: 999999999999, began: 2026-01-01}", count: 12).joined(separator: ", ")
        let test = "{rolling: {sum: units, by: began, window: 56 days, at_most: 30}}"
        #expect(try verdict("tried", test, ["tried": "[\(records)]"]).verdict == .unmet)
    }

    private static let groups = """
        groups:
          first: {field: tried.drug, members: [a, b], title: "First drugs", cite: page}
          same: {field: tried.drug, members: [b, c], title: "One drug under two names", cite: page, counts_as_one: true}
        """

    @Test(
        "a group stands for its members, and counts as one where it says so",
        arguments: [
            ("{any: {drug: {in: [\"group:first\"]}}}", "{records: [{drug: c}], complete: true}", "unmet"),
            ("{any: {drug: {in: [\"group:first\", c]}}}", "[{drug: c}]", "met"),
            ("{any: {drug: {is: \"group:first\"}}}", "[{drug: b}]", "met"),
            (
                "{count: {distinct: drug, at_least: 2}}", "{records: [{drug: b}, {drug: c}], complete: true}", "unmet"
            ),
            ("{count: {distinct: drug, at_least: 2}}", "[{drug: a}, {drug: c}]", "met"),
        ])
    func groups(test: String, value: String, expected: String) throws {
        let evaluation = try verdict("tried", test, ["tried": value], extra: Self.groups)
        #expect(evaluation.verdict.rawValue == expected)
    }

    private static let samples = "does_not_count: {tried: [{supply: {is: samples}}, {drug: {is: {fact: asked}}}]}"

    @Test(
        "what does not count is as if it were not there",
        arguments: [
            ("{any: {drug: {is: a}}}", "{records: [{drug: a, supply: samples}], complete: true}", "unmet"),
            ("{any: {drug: {is: a}}}", "{records: [{drug: a, supply: dispensed}], complete: true}", "met"),
            ("{any: {drug: {is: a}}}", "{records: [{drug: a}], complete: true}", "unknown"),
            ("{any: {drug: {is: b}}}", "{records: [{drug: b, supply: dispensed}], complete: true}", "unmet"),
            (
                "{every: {class: {is: x}}}",
                "{records: [{drug: a, class: y, supply: samples}, {drug: a, class: x, supply: dispensed}], complete: true}",
                "met"
            ),
            ("{none: {drug: {is: a}}}", "{records: [{drug: a, supply: samples}], complete: true}", "met"),
            (
                "{count: {at_most: 1}}",
                "{records: [{drug: a, supply: samples}, {drug: c, supply: dispensed}], complete: true}", "met"
            ),
        ])
    func notCounting(test: String, value: String, expected: String) throws {
        let evaluation = try verdict("tried", test, ["tried": value, "asked": "b"], extra: Self.samples)
        #expect(evaluation.verdict.rawValue == expected)
    }

    @Test(
        "wrong groups and wrong lists are refused",
        arguments: [
            ("{any: {drug: {is: \"group:frst\"}}}", "did you mean \"group:first\"?"),
            ("{any: {class: {is: \"group:first\"}}}", "which are not values of class"),
            ("{each: {field: clas, values: [x]}}", "did you mean \"class\"?"),
            ("{each: {field: class, values: []}}", "the list is empty"),
            ("{rolling: {sum: class, by: began, window: 1 month, at_most: 3}}", "unknown value \"class\""),
            ("{rolling: {sum: duration, by: began, window: 1 month, at_most: 3}}", "write the unit: 3 months"),
            ("{spacing: {by: drug, at_least: 1 month}}", "unknown value \"drug\""),
            ("{any: {one_of: []}}", "one_of needs alternatives"),
        ])
    func refused(test: String, message: String) {
        #expect(Small.failure(require: Small.leaf("x", "tried", test), extra: Self.groups).contains(message))
    }

    @Test(
        "groups and exceptions are checked against the vocabulary",
        arguments: [
            ("groups: {g: {field: tried.drg, members: [a], title: T, cite: page}}", "has no field \"drg\""),
            ("groups: {g: {field: trie.drug, members: [a], title: T, cite: page}}", "did you mean \"tried\"?"),
            ("groups: {g: {field: tried.drug, members: [d], title: T, cite: page}}", "unknown value \"d\""),
            ("groups: {g: {field: tried.drug, members: [a, a], title: T, cite: page}}", "each once"),
            ("groups: {g: {field: tried.drug, members: [a], title: T, cite: pge}}", "did you mean \"page\"?"),
            (
                "groups: {g: {field: tried.drug, members: [a, b], title: T, cite: page, counts_as_one: true}, "
                    + "h: {field: tried.drug, members: [b, c], title: T, cite: page, counts_as_one: true}}",
                "\"g\" and \"h\" both count \"b\" as one with others"
            ),
            ("does_not_count: {form: [{is: cis}]}", "form is no list of records"),
            ("does_not_count: {tried: [{}]}", "no record would count"),
            ("does_not_count: {tried: [{suply: {is: samples}}]}", "did you mean \"supply\"?"),
        ])
    func refusedHeads(extra: String, message: String) {
        #expect(Small.failure(require: Small.leaf("x", "mri", "{is: true}"), extra: extra).contains(message))
    }
}

@Suite("Proof and readings") struct ProofTests {
    @Test("a fact counts only with the proof that the payer demands")
    func proof() throws {
        func evaluate(_ proof: Fact.Proof?) throws -> Evaluation {
            try verdict("mri", "{is: true}", ["mri": "true"], proof: proof, leaf: ", proof: [lab, chart]")
        }
        #expect(try evaluate(.chart).verdict == .met)
        let attested = try evaluate(.attestation)
        #expect(attested.verdict == .unknown)
        #expect(attested.missing.first?.cause == .unproven)
        #expect(
            attested.missing.first?.why
                == "recorded by the prescriber's attestation; the payer wants a laboratory's report or the chart")
        #expect(try evaluate(nil).missing.first?.why.hasPrefix("recorded without proof") == true)
    }

    private static let conflict = """
        {title: "How many drugs first", cite: page 4, readings: [
          {id: both, title: "Both drugs", cite: page 4, fact: tried, test: {each: {field: drug, values: [a, b]}}},
          {id: one, title: "One of them", cite: page 9, fact: tried, test: {any: {drug: {in: [a, b]}}}}]}
        """

    @Test(
        "conflicting texts count only where they agree",
        arguments: [
            ("{records: [{drug: a}, {drug: b}], complete: true}", "met"), ("{records: [], complete: true}", "unmet"),
            ("{records: [{drug: a}], complete: true}", "unknown"), ("[{drug: a}]", "unknown"),
        ])
    func readings(tried: String, expected: String) throws {
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "tried": Fact(.known(try Small.vocabulary().value(of: "tried", from: tried))),
        ]
        let evaluation = try Small.policy(require: Self.conflict)
            .evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.verdict.rawValue == expected)
        guard tried == "{records: [{drug: a}], complete: true}" else { return }
        #expect(evaluation.gaps == ["ambiguous: How many drugs first (Both drugs: unmet; One of them: met)"])
        #expect(evaluation.missing.isEmpty)
        let node = evaluation.trace.children[1]
        #expect(node.cause == .ambiguous)
        #expect(node.citation == "page, 4")
        #expect(evaluation.decisive == ["both", "one"])
    }

    @Test("what all readings need is what must be asked")
    func missing() throws {
        let policy = try Small.policy(
            require: """
                {readings: [{id: a, title: A, cite: page, fact: mri, test: {is: true}},
                  {all: [{id: b, title: B, cite: page, fact: mri, test: {is: true}},
                         {id: c, title: C, cite: page, fact: form, test: {is: cis}}]}]}
                """)
        let facts: Facts = ["diagnosis": Fact(.known(.code("G35.A")))]
        let evaluation = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.missingSets.map(\.facts) == [["form", "mri"]])
        #expect(evaluation.dealBreakers == ["mri"])
    }
}

@Suite("Facts that others are compared with") struct ComparedFactTests {
    private func evaluate(observed: String?) throws -> Evaluation {
        let text = Small.vocabularyText.replacing(
            "crp_before: {type: number, unit: mg,", with: "crp_before: {type: number, unit: mg, valid_for: 6 months,")
        let vocabulary = try Vocabulary.parse(text.utf8, file: "v.yaml")
        let policy = try Policy.parse(
            Small.text(require: Small.leaf("x", "crp", "{lt: {fact: crp_before}}")).utf8, file: "p.yaml",
            vocabulary: vocabulary)
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "crp": Fact(.known(try vocabulary.value(of: "crp", from: "5"))),
            "crp_before": Fact(
                .known(try vocabulary.value(of: "crp_before", from: "9")), observedOn: observed.map(Small.day)),
        ]
        let whole = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(policy.verdict(facts, phase: .initial, asOf: Small.day(Small.asOf)) == whole.verdict)
        return whole
    }

    @Test("one that is too old is missing, not a bound")
    func stale() throws {
        #expect(try evaluate(observed: "2026-05-24").verdict == .met)
        for old in ["2026-05-23", nil] {
            let evaluation = try evaluate(observed: old)
            #expect(evaluation.verdict == .unknown)
            #expect(evaluation.missing.map(\.fact) == ["crp_before"])
            #expect(evaluation.missing.first?.cause == .stale)
            #expect(evaluation.missing.first?.why == "crp_before, with which it is compared, is too old")
        }
    }

    @Test("a list that must be closed is asked for too")
    func openList() throws {
        let policy = try Small.policy(require: Small.leaf("x", "tried", "{none: {drug: {is: {fact: asked}}}}"))
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "tried": Fact(.known(try Small.vocabulary().value(of: "tried", from: "[{drug: b}]"))),
        ]
        let evaluation = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.missing.map(\.fact) == ["asked", "tried"])
        #expect(evaluation.missingSets.map(\.facts) == [["asked", "tried"]])
    }

    @Test("an example says one thing of a fact", arguments: ["{requested: false}", "{value: true, conflicting: []}"])
    func examples(fact: String) {
        let tests =
            "  as_of: 2026-11-24\n  cases: [{title: t, set: ms.initial, facts: {mri: \(fact)}, expect: unknown}]"
        #expect(Small.failure(require: Small.leaf("x", "mri", "{is: true}"), tests: tests) != "accepted")
    }

    @Test("a phase that has sets of its own is judged as another for the indications that it lacks")
    func judgedByIndication() throws {
        let leaf = Small.leaf("x", "mri", "{is: true}")
        let text = Small.text(require: leaf, extra: "judge_as: [{phase: restart, as: initial, cite: page}]")
            .replacing(
                "criteria:\n",
                with: """
                    criteria:
                      cd.restart:
                        applies_when: {id: cd, title: "CD", cite: page, fact: diagnosis, test: {in: ["K50*"]}}
                        require: {id: y, title: Y, cite: page, fact: alone, test: {is: true}}

                    """)
        let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
        let facts: Facts = ["diagnosis": Fact(.known(.code("G35.A"))), "mri": Fact(.known(.boolean(true)))]
        let evaluation = policy.evaluate(facts, phase: .restart, asOf: Small.day(Small.asOf))
        #expect(evaluation.criteriaSet == "ms.initial")
        #expect(evaluation.verdict == .met)
    }
}
