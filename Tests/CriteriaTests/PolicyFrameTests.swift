import CivilTime
import Criteria
import Diagnostics
import Testing

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
        facts["age"] = Fact(.known(.number(try #require(FactNumber("30")))))
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
        facts["relapses"] = Fact(.known(.number(try #require(FactNumber("4")))))
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
