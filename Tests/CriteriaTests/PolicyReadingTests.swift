import Criteria
import Diagnostics
import Testing

@Suite("Policy files") struct PolicyReadingTests {
    @Test(
        "a wrong tree is refused with its place and what to do",
        arguments: [
            (
                "{id: x, title: X, cite: page, fact: frm, test: {is: rrms}}",
                "p.yaml:18:43: error: unknown fact \"frm\"; did you mean \"form\"?"
            ),
            (
                "{id: x, title: X, cite: page, fact: form, test: {is: rrm}}",
                "unknown value \"rrm\"; did you mean \"rrms\"?"
            ),
            ("{id: x, title: X, cite: page, fact: form, test: {gte: 3}}", "unknown test \"gte\" for a word"),
            ("{id: x, title: X, cite: page, fact: form, test: {inn: [cis]}}", "did you mean \"in\"?"),
            ("{id: x, title: X, cite: page, fact: form, test: {in: []}}", "the list is empty"),
            ("{id: x, title: X, cite: page, fact: form, test: {in: [cis, cis]}}", "\"cis\" stands twice"),
            ("{id: x, title: X, cite: page, fact: age, test: {gte: 18}}", "write the unit: 18 years"),
            ("{id: x, title: X, cite: page, fact: age, test: {gte: 18 months}}", "is measured in years"),
            (
                "{id: x, title: X, cite: page, fact: age, test: {between: [9 years, 2 years]}}",
                "nothing lies between 9 and 2"
            ),
            ("{id: x, title: X, cite: page, fact: relapses, test: {gte: 2 mg}}", "is a count without a unit"),
            ("{id: x, title: X, cite: page, fact: tested, test: {within: 6}}", "expected a span such as 6 months"),
            ("{id: x, title: X, cite: page, fact: tested, test: {is: 2026-01-01}}", "unknown test \"is\" for a date"),
            ("{id: x, title: X, cite: page, fact: mri, test: {is: true, known: true}}", "exactly one operator"),
            (
                "{id: x, title: X, cite: page, fact: tried, test: {any: {drg: {is: a}}}}",
                "no field \"drg\"; did you mean \"drug\"?"
            ),
            ("{id: x, title: X, cite: page, fact: tried, test: {count: {}}}", "count needs at_least or at_most"),
            (
                "{id: x, title: X, cite: page, fact: tried, test: {count: {at_least: 3, at_most: 2}}}",
                "no list can have that count"
            ),
            (
                "{id: x, title: X, cite: pge 3, fact: mri, test: {is: true}}",
                "no source is called \"pge\"; did you mean \"page\"?"
            ),
            ("{id: x, title: X, fact: mri, test: {is: true}}", "the key \"cite\" is missing"),
            ("{id: X y, title: X, cite: page, fact: mri, test: {is: true}}", "lower-case letters, digits and - only"),
            ("{id: ms, title: X, cite: page, fact: mri, test: {is: true}}", "the id \"ms\" stands already in line"),
            ("{all: []}", "the list of criteria is empty"),
            ("{alll: []}", "at_least, not, readings, use, fact, not_on_file; did you mean \"all\"?"),
            ("{readings: [{not_on_file: r, id: g, title: G, cite: page}]}", "readings are two at least"),
            ("{use: {policy: acme/other, set: a.initial}}", "no policy \"acme/other\" is on file"),
            ("{id: x, title: X, cite: page, fact: mri, test: {is: true}, proof: [labs]}", "did you mean \"lab\"?"),
            (
                "{id: x, title: X, cite: page, fact: mri, test: {is: true}, proof: []}",
                "name at least one kind of proof"
            ),
            ("{at_least: {n: 3, of: [{not_on_file: r, id: g, title: G, cite: page}]}}", "at least 3 of 1 cannot be"),
            ("{use: loop}", "unknown value \"loop\""),
        ])
    func trees(tree: String, message: String) {
        let found = Small.failure(require: tree)
        #expect(found.contains(message), "\(found)")
        #expect(found.hasPrefix("p.yaml:"))
    }

    @Test("criteria that use themselves are refused")
    func cycle() {
        let found = Small.failure(require: "{use: a}", extra: "named: {a: {use: b}, b: {not: {use: a}}}")
        #expect(found.contains("\"a\" uses itself: a → b → a"))
    }

    @Test("named criteria that double at each step are cut off, not expanded")
    func explosion() {
        let names = (0..<30).map { "n\($0): {all: [{use: n\($0 + 1)}, {use: n\($0 + 1)}]}" }
        let last = "n30: \(Small.leaf("x", "mri", "{is: true}"))"
        let found = Small.failure(
            require: "{use: n0}", extra: "named: {\((names + [last]).joined(separator: ", "))}")
        #expect(found.contains("more than 5000 criteria"))
    }

    @Test("a named criterion that nothing uses is a warning")
    func unused() throws {
        let policy = try Small.policy(
            require: Small.leaf("x", "mri", "{is: true}"),
            extra: "named: {spare: \(Small.leaf("y", "mri", "{is: true}"))}")
        #expect(policy.warnings.map(\.message) == ["no criterion uses \"spare\""])
    }

    @Test(
        "a wrong head is refused with its place",
        arguments: [
            ("policy: acme/drug", "policy: acme", "p.yaml:1:9: error: a policy is called payer/drug"),
            ("hcpcs: [J0001]", "hcpcs: [99213]", "\"99213\" is no HCPCS Level II code"),
            ("review_by: 2027-03-01", "review_by: 2026-10-01", "p.yaml:9:12: error: review_by must lie after"),
            ("from: 2026-01-01, to: 2027-12-31", "from: 2026-01-01, to: 2025-12-31", "ends before it begins"),
            ("governed_by: service_date", "governed_by: servicedate", "did you mean \"service_date\"?"),
            ("evidence: primary,", "evidence: hearsay,", "unknown value \"hearsay\""),
            ("ms.initial:\n", "ms.begin:\n", "a set is called indication.phase"),
            ("version: 1", "version: 1\nstatus: superseded", "say in status_note why"),
            ("approve: {for: 6 months}", "approve: {for: half a year}", "expected a span"),
        ])
    func heads(part: String, wrong: String, message: String) throws {
        let text = Small.text(require: Small.leaf("x", "mri", "{is: true}")).replacing(part, with: wrong)
        do {
            _ = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
            Issue.record("accepted")
        } catch { #expect("\(error)".contains(message), "\(error)") }
    }

    @Test("an effective date and a number that are not on file are said on every verdict")
    func notOnFile() throws {
        let text = Small.text(require: Small.leaf("x", "mri", "{is: true}"))
            .replacing("from: 2026-01-01", with: "from: not_on_file").replacing(
                "number: \"1\"", with: "number: not_on_file")
        let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
        #expect(policy.number == nil && policy.effectiveFrom == nil)
        #expect(
            policy.evaluate([:], phase: .initial, asOf: Small.day(Small.asOf)).warnings
                == ["the policy's effective date is not on file", "the policy's number is not on file"])
    }

    @Test(
        "a wrong vocabulary is refused with its place",
        arguments: [
            ("facts: {Bad: {type: boolean, question: q}}", "v.yaml:1:9: error: a fact's name"),
            ("facts: {a: {type: bool, question: q}}", "unknown value \"bool\""),
            ("facts: {a: {type: boolean, question: q, values: [x]}}", "\"values\" belongs to the type word"),
            ("facts: {a: {type: word, question: q}}", "a word needs its list of values"),
            ("facts: {a: {type: records, question: q, fields: {b: {type: records}}}}", "unknown value \"records\""),
            ("facts: {a: {type: boolean, question: q, cost: 12}}", "cost runs from 0"),
            ("facts: {a: {type: boolean}}", "\"question\" is missing"),
        ])
    func vocabulary(text: String, message: String) {
        do {
            _ = try Vocabulary.parse(text.utf8, file: "v.yaml")
            Issue.record("accepted")
        } catch { #expect(error.description.contains(message), "\(error)") }
    }
}

@Suite("Example tables") struct PolicyTestTableTests {
    private static let tree = Small.leaf("x", "mri", "{is: true}")

    @Test("an example that comes out otherwise is reported with its place and why")
    func failure() throws {
        let policy = try Small.policy(
            require: Self.tree,
            tests: """
                  as_of: 2026-11-24
                  patients: {p: {diagnosis: G35.A, mri: true}}
                  cases:
                    - {title: "right", set: ms.initial, patient: p, expect: met}
                    - {title: "wrong", set: ms.initial, patient: p, facts: {mri: false}, expect: met}
                    - {title: "other reason", set: ms.initial, patient: p, facts: {mri: false}, expect: unmet, decisive: [ms]}
                    - {title: "other facts", set: ms.initial, patient: p, without: [mri], expect: unknown, missing: [diagnosis], missing_sets: [[diagnosis]]}
                """)
        let report = policy.runTests()
        #expect(report.caseCount == 4)
        #expect(
            report.failures.map(\.message) == [
                "\"wrong\": expected met, got unmet (decided by x)",
                "\"other reason\": expected to be decided by [ms], but it is decided by [x]",
                "\"other facts\": expected missing [diagnosis], found [mri]",
                "\"other facts\": expected the missing sets [\"[diagnosis]\"], found [\"[mri]\"]",
            ])
        #expect(report.failures.allSatisfy { $0.location.line > 20 })
        #expect(!report.hasPassed)
    }

    @Test("a leaf that no example shows to matter is named")
    func coverage() throws {
        let policy = try Small.policy(
            require: "{any: [\(Self.tree), \(Small.leaf("y", "alone", "{is: true}"))]}",
            tests: """
                  as_of: 2026-11-24
                  cases: [{title: t, set: ms.initial, facts: {diagnosis: G35.A, mri: true, alone: true}, expect: met}]
                """)
        let uncovered = policy.runTests().uncovered.map(\.message)
        #expect(uncovered.count == 2)
        #expect(uncovered.allSatisfy { $0.contains("\"x\"") || $0.contains("\"y\"") })
    }

    @Test(
        "a wrong table is refused",
        arguments: [
            ("cases: [{title: t, set: ms.begin, expect: met}]", "unknown value \"ms.begin\""),
            ("cases: [{title: t, set: ms.initial, expect: yes}]", "unknown value \"yes\""),
            ("cases: [{title: t, set: ms.initial, patient: q, expect: met}]", "unknown value \"q\""),
            ("cases: [{title: t, set: ms.initial, facts: {mr: true}, expect: met}]", "did you mean \"mri\"?"),
            ("cases: [{title: t, set: ms.initial, without: [mri], expect: met}]", "no fact \"mri\" to leave out"),
            ("cases: [{title: t, set: ms.initial, expect: met, decisive: [z]}]", "has no criterion \"z\""),
            ("cases: []", "a policy needs at least one example"),
        ])
    func refused(table: String, message: String) {
        let found = Small.failure(require: Self.tree, tests: "  as_of: 2026-11-24\n  \(table)")
        #expect(found.contains(message), "\(found)")
    }
}
