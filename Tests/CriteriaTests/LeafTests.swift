import CivilTime
import Criteria
import Diagnostics
import Testing

@Suite("Leaf tests") struct LeafTests {
    @Test(
        "each test on each type",
        arguments: [
            ("form", "{is: rrms}", "rrms", "met"), ("form", "{is: rrms}", "ppms", "unmet"),
            ("form", "{in: [cis, rrms]}", "cis", "met"), ("form", "{in: [cis, rrms]}", "ppms", "unmet"),
            ("form", "{not_in: [ppms]}", "cis", "met"), ("form", "{not_in: [ppms]}", "ppms", "unmet"),
            ("form", "{known: true}", "ppms", "met"),
            ("alone", "{is: true}", "false", "unmet"), ("alone", "{is: false}", "false", "met"),
            ("age", "{gte: 18 years}", "18", "met"), ("age", "{gte: 18 years}", "17.999999", "unmet"),
            ("age", "{gt: 18 years}", "18", "unmet"), ("age", "{lt: 18 years}", "17", "met"),
            ("age", "{lte: 18 years}", "18", "met"), ("age", "{between: [18 years, 65 years]}", "65", "met"),
            ("age", "{between: [18 years, 65 years]}", "66", "unmet"), ("relapses", "{is: 2}", "2.0", "met"),
            ("tested", "{lte: as_of}", "2026-11-24", "met"), ("tested", "{lte: as_of}", "2026-11-25", "unmet"),
            ("tested", "{gte: 2026-01-01}", "2025-12-31", "unmet"),
            ("tested", "{within: 210 days}", "2026-04-28", "met"),
            ("tested", "{within: 210 days}", "2026-04-27", "unmet"),
            ("tested", "{within: 6 months}", "2026-05-24", "met"),
            ("tested", "{within: 6 months}", "2026-05-23", "unmet"),
            ("tested", "{within: 6 months}", "2026-11-25", "unmet"),
            ("tried", "{any: {drug: {is: a}}}", "[{drug: a}]", "met"),
            ("tried", "{any: {drug: {is: a}}}", "[{drug: b}]", "unknown"),
            ("tried", "{any: {drug: {is: a}}}", "{records: [{drug: b}], complete: true}", "unmet"),
            (
                "tried", "{any: {drug: {is: a}, duration: {gte: 3 months}}}", "{records: [{drug: a}], complete: true}",
                "unknown"
            ),
            ("tried", "{none: {drug: {is: a}}}", "[{drug: a}]", "unmet"),
            ("tried", "{none: {drug: {is: a}}}", "[]", "unknown"),
            ("tried", "{none: {drug: {is: a}}}", "{records: [], complete: true}", "met"),
            ("tried", "{every: {drug: {is: a}}}", "[{drug: b}]", "unmet"),
            ("tried", "{every: {drug: {is: a}}}", "[{drug: a}]", "unknown"),
            ("tried", "{every: {drug: {is: a}}}", "{records: [{drug: a}], complete: true}", "met"),
            ("tried", "{count: {at_least: 2}}", "[{drug: a}, {drug: a}]", "met"),
            ("tried", "{count: {at_least: 2}}", "[{drug: a}]", "unknown"),
            ("tried", "{count: {at_most: 1}}", "[{drug: a}]", "unknown"),
            ("tried", "{count: {at_most: 1}}", "[{drug: a}, {drug: b}]", "unmet"),
            ("tried", "{count: {at_most: 1}}", "{records: [{drug: a}], complete: true}", "met"),
            ("tried", "{count: {distinct: class, at_least: 2}}", "[{class: x}, {class: y}]", "met"),
            (
                "tried", "{count: {distinct: class, at_least: 2}}",
                "{records: [{class: x}, {class: x}], complete: true}", "unmet"
            ),
            (
                "tried", "{count: {distinct: class, at_least: 2}}",
                "{records: [{class: x}, {drug: a}], complete: true}", "unknown"
            ),
            (
                "tried", "{count: {where: {drug: {is: a}}, distinct: class, at_least: 2}}",
                "{records: [{drug: a, class: x}, {drug: b, class: y}], complete: true}", "unmet"
            ),
        ])
    func table(fact: String, test: String, value: String, expected: String) throws {
        let evaluation = try Small.evaluate(fact, test, value)
        #expect(evaluation.verdict.rawValue == expected)
    }

    @Test(
        "codes are compared without dots and by their beginning",
        arguments: [
            ("G35.A", "met"), ("g35a", "met"), ("G35", "met"), ("G36.9", "unmet"),
        ])
    func codes(code: String, expected: String) throws {
        let policy = try Small.policy(require: Small.leaf("x", "mri", "{is: true}"))
        let facts: Facts = [
            "diagnosis": Fact(.known(try Small.vocabulary().value(of: "diagnosis", from: code))),
            "mri": Fact(.known(.boolean(true))),
        ]
        let evaluation = try #require(policy.evaluate(facts, set: "ms.initial", asOf: Small.day(Small.asOf)))
        #expect(evaluation.verdict.rawValue == expected)
    }

    @Test("every cause of unknown is told apart")
    func causes() throws {
        let policy = try Small.policy(require: Small.leaf("x", "alone", "{is: true}"))
        func cause(_ fact: Fact?) -> UnknownCause? {
            var facts: Facts = ["diagnosis": Fact(.known(.code("G35.A")))]
            facts["alone"] = fact
            let evaluation = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
            return evaluation.missing.first?.cause
        }
        #expect(cause(nil) == .absent)
        #expect(cause(Fact(.requested)) == .requested)
        #expect(cause(Fact(.conflicting([.boolean(true), .boolean(false)]))) == .conflicting)
        #expect(cause(Fact(.known(.boolean(true)), observedOn: Small.day("2026-05-23"))) == .stale)
        #expect(cause(Fact(.known(.boolean(true)))) == .stale)
        #expect(cause(Fact(.known(.boolean(true)), observedOn: Small.day("2026-05-24"))) == nil)
        #expect(try Small.evaluate("tried", "{none: {}}", "[]").missing.first?.cause == .partial)
    }

    @Test("stale evidence is missing, not false, whatever it says")
    func stale() throws {
        let policy = try Small.policy(require: Small.leaf("x", "alone", "{is: true}"))
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "alone": Fact(.known(.boolean(false)), observedOn: Small.day("2025-01-01"), evidence: "E-1"),
        ]
        let evaluation = policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.missing.first?.why == "observed 2025-01-01; accepted for 6 months, until 2025-07-01")
    }

    @Test("a policy's own span comes before the vocabulary's")
    func notOlderThan() throws {
        let policy = try Small.policy(
            require: "{id: x, title: X, cite: page, fact: alone, test: {is: true}, not_older_than: 10 days}")
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "alone": Fact(.known(.boolean(true)), observedOn: Small.day("2026-11-13")),
        ]
        #expect(policy.evaluate(facts, phase: .initial, asOf: Small.day("2026-11-23")).verdict == .met)
        #expect(policy.evaluate(facts, phase: .initial, asOf: Small.day("2026-11-24")).verdict == .unknown)
    }
}

@Suite("Values and spans") struct ValueTests {
    @Test(
        "amounts keep every digit",
        arguments: [("300", "300"), ("0.10", "0.1"), ("-2.5", "-2.5"), ("000.000001", "0.000001"), ("-0", "0")])
    func amounts(text: String, printed: String) {
        #expect(FactNumber(text)?.description == printed)
    }

    @Test(
        "what is no amount is refused",
        arguments: ["", "-", "1.", ".5", "1e3", "1.0000001", "9999999999999", "+1", "1 "])
    func noAmounts(text: String) { #expect(FactNumber(text) == nil) }

    @Test(
        "spans of months are calendar months",
        arguments: [
            ("1 month", "2026-02-28"), ("6 months", "2026-07-31"), ("1 year", "2027-01-31"), ("2 weeks", "2026-02-14"),
            ("30 days", "2026-03-02"),
        ])
    func spans(text: String, after: String) throws {
        let span = try #require(CivilDuration(text))
        #expect(span.after(Small.day("2026-01-31")) == Small.day(after))
        #expect(span.description == text)
    }

    @Test(
        "what is no span is refused", arguments: ["6", "months", "0 days", "-1 days", "6  months", "P6M", "101 years"])
    func noSpans(text: String) { #expect(CivilDuration(text) == nil) }

    @Test("a look-back beyond the calendar's ends does not crash", arguments: ["0001-01-01", "9999-12-31"])
    func ends(date: String) throws {
        for text in ["100 years", "1200 months", "36525 days"] {
            let span = try #require(CivilDuration(text))
            #expect(span.before(Small.day(date)) < span.after(Small.day(date)))
        }
    }

    @Test("a typed value reads back as printed", arguments: ["diagnosis", "form", "age", "alone", "tested", "tried"])
    func roundTrip(fact: String) throws {
        let vocabulary = try Small.vocabulary()
        let texts = [
            "diagnosis": "g35.a", "form": "cis", "age": "41.5 years", "alone": "false", "tested": "2026-11-02",
            "tried": "{records: [{drug: a, duration: 3}, {}], complete: true}",
        ]
        let value = try vocabulary.value(of: fact, from: try #require(texts[fact]))
        #expect(try vocabulary.value(of: fact, from: value.description) == value)
    }

    @Test(
        "a typed value that does not fit is refused and says what would",
        arguments: [
            ("form", "rrm", "did you mean \"rrms\"?"), ("age", "41 months", "is measured in years"),
            ("alone", "yes", "expected true or false"), ("tested", "11/02/2026", "expected a date"),
            ("relapses", "2 mg", "is a count without a unit"), ("frm", "x", "did you mean \"form\"?"),
            ("tried", "[{drg: a}]", "unknown key \"drg\"; did you mean \"drug\"?"), ("diagnosis", "G3 5", "not a code"),
        ])
    func refused(fact: String, text: String, message: String) throws {
        let vocabulary = try Small.vocabulary()
        do {
            _ = try vocabulary.value(of: fact, from: text)
            Issue.record("accepted")
        } catch { #expect(error.description.contains(message), "\(error)") }
    }
}
