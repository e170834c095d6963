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

@Suite("Phases, members and approvals") struct PolicyFrameTests {
    /// - Parameter more: further sets, each two blanks in.
    private func policy(
        _ extra: String, set: String = "ms.initial", approve: String = "{for: 6 months}", more: String = ""
    ) throws -> Policy {
        let text = Small.text(require: Small.leaf("x", "mri", "{is: true}"), extra: extra)
            .replacing("ms.initial", with: set).replacing("approve: {for: 6 months}", with: "approve: \(approve)")
            .replacing("\ntests:", with: "\n\(more)\ntests:")
        return try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
    }

    private static let facts: Facts = [
        "diagnosis": Fact(.known(.code("G35.A"))), "mri": Fact(.known(.boolean(true))),
    ]

    private func evaluate(_ policy: Policy, _ phase: CriteriaSet.Phase, _ facts: Facts = facts) -> Evaluation {
        policy.evaluate(facts, phase: phase, asOf: Small.day(Small.asOf))
    }

    @Test("each phase has its own criteria", arguments: CriteriaSet.Phase.allCases)
    func phases(phase: CriteriaSet.Phase) throws {
        let policy = try policy("", set: "ms.\(phase.rawValue)")
        for other in CriteriaSet.Phase.allCases {
            let evaluation = evaluate(policy, other)
            #expect(evaluation.verdict == (other == phase ? .met : .unknown))
            #expect(evaluation.reasons.isEmpty == (other == phase))
            #expect(policy.verdict(Self.facts, phase: other, asOf: Small.day(Small.asOf)) == evaluation.verdict)
        }
    }

    @Test(
        "sets of one phase that overlap are ways in: one is enough, all must fail, and what is open is asked",
        arguments: [
            ("true", "rrms", "met", "a.initial"), ("false", "ppms", "met", "b.initial"),
            ("true", "ppms", "met", "a.initial"), ("false", "rrms", "unmet", "a.initial or b.initial"),
            (nil, "ppms", "met", "b.initial"), (nil, "rrms", "unknown", "a.initial"),
            ("false", nil, "unknown", "b.initial"), (nil, nil, "unknown", "a.initial or b.initial"),
        ])
    func overlapping(mri: String?, form: String?, verdict: String, set: String) throws {
        let policy = try self.policy(
            "", set: "a.initial",
            more: """
                \u{20} b.initial:
                    applies_when: {id: ms-b, title: MS, cite: page, fact: diagnosis, test: {in: ["G35*"]}}
                    require: {id: form-b, title: PPMS, cite: page, fact: form, test: {is: ppms}}
                """)
        var facts = Self.facts
        facts["mri"] = mri.map { Fact(.known(.boolean($0 == "true"))) }
        facts["form"] = form.map { Fact(.known(.word($0))) }
        let evaluation = evaluate(policy, .initial, facts)
        #expect(evaluation.verdict.rawValue == verdict)
        #expect(evaluation.criteriaSet == set)
        #expect(evaluation.reasons.isEmpty)
        #expect(policy.verdict(facts, phase: .initial, asOf: Small.day(Small.asOf)) == evaluation.verdict)
        #expect(evaluation.missing.isEmpty == (verdict != "unknown"))
    }

    @Test("beside what fails in the set that applies stands which other may apply")
    func perhapsAnother() throws {
        let policy = try self.policy(
            "", set: "a.initial",
            more: """
                \u{20} b.initial:
                    applies_when: {id: ppms-b, title: PPMS, cite: page, fact: form, test: {is: ppms}}
                    require: {id: adult-b, title: Adult, cite: page, fact: age, test: {gte: 18 years}}
                """)
        var facts = Self.facts
        facts["mri"] = Fact(.known(.boolean(false)))
        let open = evaluate(policy, .initial, facts)
        #expect(open.verdict == .unmet && open.criteriaSet == "a.initial")
        let note = "whether b.initial applies as well is not known; it depends on form"
        #expect(open.warnings == [note])
        facts["form"] = Fact(.known(.word("rrms")))
        #expect(evaluate(policy, .initial, facts).warnings.isEmpty)
        facts["form"] = Fact(.known(.word("ppms")))
        facts["age"] = Fact(.known(.number(try #require(Amount("30")))))
        #expect(evaluate(policy, .initial, facts).verdict == .met)
    }

    @Test("a phase is judged as another where the payer says so, and that is said")
    func judgedAs() throws {
        let policy = try policy("judge_as: [{phase: restart, as: initial, cite: page 7}]")
        let evaluation = evaluate(policy, .restart)
        #expect(evaluation.verdict == .met)
        #expect(evaluation.criteriaSet == "ms.initial")
        #expect(evaluation.warnings.contains("the payer judges a restart as initial (page, 7)"))
        #expect(evaluate(policy, .transition).reasons.first?.contains("policy not loaded") == true)
    }

    @Test(
        "a policy for some members answers for no other",
        arguments: [("cis", "met"), ("ppms", "unknown"), (nil, "unknown")])
    func members(form: String?, expected: String) throws {
        let policy = try policy(
            "members: {id: who, title: \"Members with CIS\", cite: page, fact: form, test: {is: cis}}")
        var facts = Self.facts
        facts["form"] = form.map { Fact(.known(.word($0))) }
        let evaluation = evaluate(policy, .initial, facts)
        #expect(evaluation.verdict.rawValue == expected)
        #expect(policy.verdict(facts, phase: .initial, asOf: Small.day(Small.asOf)).rawValue == expected)
        switch form {
        case "ppms":
            #expect(evaluation.reasons.first == "the policy is not for this member; it holds for: Members with CIS")
        case nil: #expect(evaluation.missing.map(\.fact) == ["form"])
        default: #expect(evaluation.reasons.isEmpty)
        }
    }

    @Test("an example says for whom a policy is not, and shows the criterion that says so", arguments: [true, false])
    func notTheirs(isShown: Bool) throws {
        let cases = [
            "{title: a, set: ms.initial, facts: {diagnosis: G35.A, mri: true, form: ppms}, expect: not_theirs}",
            "{title: b, set: ms.initial, facts: {diagnosis: G35.A, mri: true}, expect: met}",
            "{title: c, set: ms.initial, facts: {diagnosis: G35.A, mri: true}, expect: not_theirs}",
        ]
        let policy = try Small.policy(
            require: Small.leaf("x", "mri", "{is: true}"),
            extra: "members: {id: who, title: W, cite: page, fact: form, test: {is: cis}}",
            tests: "  as_of: 2026-11-24\n  cases: [\(isShown ? cases[0] : cases[2]), \(cases[1])]")
        let report = policy.runTests()
        #expect(report.failures.map(\.message).contains { $0.contains("could be one of its members") } == !isShown)
        #expect(report.failures.count == (isShown ? 0 : 1))
        #expect(report.uncovered.contains { $0.message.contains("\"who\"") } == !isShown)
    }

    @Test(
        "what an approval is for, in the policy's own units",
        arguments: [
            ("{for: 14 weeks}", "14 weeks"), ("{doses: 1}", "1 dose"),
            ("{units: 300, at_most: true}", "at most 300 units"),
            ("{for: 1 year, doses: 4, at_most: true, renewable: false}", "at most 1 year, 4 doses, not renewable"),
        ])
    func approvals(approve: String, words: String) throws {
        #expect(evaluate(try policy("", approve: approve), .initial).approval == words)
    }

    @Test(
        "a wrong frame is refused",
        arguments: [
            ("judge_as: [{phase: restart, as: restart, cite: page}]", "as another one"),
            ("judge_as: [{phase: restart, as: initial}]", "the key \"cite\" is missing"),
            ("decides: site", "one of: authorization, site_of_care"), ("members: {}", "exactly one of"),
        ])
    func refused(extra: String, message: String) {
        #expect(Small.failure(require: Small.leaf("x", "mri", "{is: true}"), extra: extra).contains(message))
    }

    @Test("an approval of nothing and a product without a name on any level are refused")
    func refusedValues() throws {
        #expect(throws: InvalidSource.self) { try self.policy("", approve: "{at_most: true}") }
        #expect(throws: InvalidSource.self) { try self.policy("", approve: "{doses: 0}") }
        let text = Small.text(require: Small.leaf("x", "mri", "{is: true}"))
            .replacing("{drug: drug, name: Drug, hcpcs: [J0001]}", with: "{name: Drug}")
        #expect(throws: InvalidSource.self) {
            try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
        }
    }

    @Test("limits are judged like criteria and stand under a heading of their own")
    func limits() throws {
        let text = Small.text(require: Small.leaf("x", "mri", "{is: true}"))
            .replacing(
                "approve: {for: 6 months}",
                with: "limits: [{id: few, title: \"No more than 3\", cite: page, fact: relapses, test: {lte: 3}}]")
        let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
        var facts = Self.facts
        #expect(evaluate(policy, .initial, facts).missing.map(\.fact) == ["relapses"])
        facts["relapses"] = Fact(.known(.number(try #require(Amount("4")))))
        let over = evaluate(policy, .initial, facts)
        #expect(over.verdict == .unmet)
        #expect(over.trace.children[2].title == "Limits on dose and quantity")
    }
}

@Suite("Criteria of another policy") struct TakenPolicyTests {
    private func library(_ files: [String: String]) throws -> PolicyLibrary {
        PolicyLibrary(files.map { ($0.key, Array($0.value.utf8)) }, vocabulary: try Small.vocabulary())
    }

    private func text(_ id: String, _ require: String) -> String {
        Small.text(require: require).replacing("policy: acme/drug", with: "policy: \(id)")
    }

    private static let take = "{use: {policy: other/drug, set: ms.initial}}"

    @Test("a whole set is taken over with its citations, its warnings and its review date")
    func taken() throws {
        let other = text("other/drug", Small.leaf("x", "mri", "{is: true}"))
            .replacing("evidence: primary,", with: "evidence: summary,").replacing("2027-03-01", with: "2027-01-01")
        let library = try library(["a.yaml": text("acme/drug", Self.take), "b.yaml": other])
        let policy = try library.policy(at: "a.yaml")
        let facts: Facts = ["diagnosis": Fact(.known(.code("G35.A"))), "mri": Fact(.known(.boolean(true)))]
        let evaluation = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.verdict == .met)
        #expect(evaluation.decisive.contains("other-drug-x"))
        #expect(evaluation.warnings.contains("other/drug: taken from a summary, not from the whole document"))
        let leaf = policy.sets[0].root.leaves.first { $0.id == "other-drug-x" }
        #expect(leaf?.citation.description == "other/drug page")
        let late = policy.evaluate(facts, phase: .initial, asOf: Small.day("2027-01-02"))
        #expect(late.verdict == .unknown)
        #expect(late.reasons.first?.hasPrefix("the policy other/drug, which it takes over, was to be reviewed") == true)
        #expect(policy.runTests().uncovered.allSatisfy { !$0.message.contains("other-drug") })
    }

    @Test("policies that take each other over, double ones and broken ones are refused")
    func refused() throws {
        func message(_ files: [String: String]) throws -> String {
            do {
                _ = try library(files).policy(at: "a.yaml")
                return "accepted"
            } catch { return "\(error)" }
        }
        let mine = text("acme/drug", Self.take)
        let back = text("other/drug", "{use: {policy: acme/drug, set: ms.initial}}")
        let good = text("other/drug", Small.leaf("x", "mri", "{is: true}"))
        #expect(try message(["a.yaml": mine, "b.yaml": back]).contains("has errors of its own"))
        #expect(
            try message(["a.yaml": text("acme/drug", "{use: {policy: acme/drug, set: ms.initial}}")])
                .contains("policies take each other over: acme/drug → acme/drug"))
        #expect(
            try message(["a.yaml": mine, "b.yaml": good, "c.yaml": good]).contains(
                "several files are called other/drug: b.yaml, c.yaml"))
        #expect(
            try message(["a.yaml": mine, "b.yaml": good.replacing("title:", with: "titel:")]).contains(
                "mend them first"))
        #expect(
            try message(["a.yaml": mine.replacing("set: ms.initial", with: "set: ms.inital"), "b.yaml": good])
                .contains("did you mean \"ms.initial\"?"))
    }

    @Test("what is taken over may not make a policy too large, nor may anything after it be left out for that")
    func tooMany() throws {
        let many = (0..<3_000).map { Small.leaf("l\($0)", "mri", "{is: true}") }.joined(separator: ", ")
        let other = text("other/drug", "{any: [\(many)]}")
        for last in ["", ", " + Small.leaf("x", "form", "{is: rrms}")] {
            let mine = text("acme/drug", "{all: [\(Self.take), \(Self.take)\(last)]}")
            do {
                _ = try library(["a.yaml": mine, "b.yaml": other]).policy(at: "a.yaml")
                Issue.record("accepted")
            } catch { #expect("\(error)".contains("more than 5000 criteria")) }
        }
    }

    @Test("a criterion may not have the id of one that is taken over: one of them would be lost")
    func sameID() throws {
        let other = text("other/drug", Small.leaf("x", "mri", "{is: true}"))
        let own = Small.leaf("other-drug-x", "form", "{is: rrms}")
        for tree in ["{all: [\(Self.take), \(own)]}", "{all: [\(own), \(Self.take)]}"] {
            do {
                _ = try library(["a.yaml": text("acme/drug", tree), "b.yaml": other]).policy(at: "a.yaml")
                Issue.record("accepted")
            } catch { #expect("\(error)".contains("the id \"other-drug-x\" stands already in")) }
        }
    }
}

@Suite("Trees that cannot be meant") struct TreeFindingTests {
    @Test(
        "contradictions and unreachable branches are errors, repetitions warnings",
        arguments: [
            (
                "age", "{gte: 18 years}", "age", "{lt: 12 years}", "all",
                "error: \"b\" can never be met together with \"a\""
            ),
            ("form", "{is: cis}", "form", "{in: [rrms, ppms]}", "all", "error: \"b\" can never be met"),
            ("tested", "{gte: 2026-01-01}", "tested", "{lt: 2025-01-01}", "all", "error: \"b\" can never be met"),
            ("age", "{gte: 18 years}", "age", "{gte: 12 years}", "all", "warning: \"b\" adds nothing to \"a\""),
            ("age", "{gte: 18 years}", "age", "{gte: 12 years}", "any", "warning: \"a\" adds nothing to \"b\""),
            ("diagnosis", "{in: [\"G35*\"]}", "diagnosis", "{in: [G35.A]}", "any", "warning: \"b\" adds nothing"),
            (
                "form", "{not_in: [cis, rrms, ppms]}", "mri", "{is: true}", "any",
                "error: no value of form can meet \"a\""
            ),
            ("form", "{in: [cis, rrms, ppms]}", "mri", "{is: true}", "any", "warning: every value of form meets \"a\""),
            ("age", "{gte: 18 years}", "mri", "{is: true}", "all", ""),
            ("tried", "{any: {drug: {is: a}}}", "tried", "{none: {drug: {is: a}}}", "all", ""),
        ])
    func table(first: String, one: String, second: String, two: String, group: String, expected: String) throws {
        let policy = try Small.policy(
            require: "{\(group): [\(Small.leaf("a", first, one)), \(Small.leaf("b", second, two))]}")
        let findings = policy.treeFindings().map(\.description)
        if expected.isEmpty { #expect(findings.isEmpty) } else { #expect(findings.count == 1) }
        #expect(findings.allSatisfy { $0.contains(expected) }, "\(findings)")
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
