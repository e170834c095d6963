import Criteria
import Diagnostics
import Testing

@Suite("Bounds of numbers") struct NumberBoundsTests {
    private static let vocabularyText = """
        facts:
          diagnosis: {type: code, question: "Which diagnosis?", from: order}
          score: {type: number, at_least: 0, at_most: 10, question: "Which score?"}
          dose: {type: number, unit: mg, above: 0, question: "Which dose?"}
          free: {type: number, question: "Which number?"}
          tried:
            type: records
            fields: {drug: {type: word, values: [a, b]}, months: {type: number, unit: months, at_least: 0}}
            question: "Tried what?"
        """

    private static func vocabulary() throws -> Vocabulary { try Vocabulary.parse(vocabularyText.utf8, file: "v.yaml") }

    @Test(
        "a value beyond them is refused by name; the ends are within",
        arguments: [
            ("score", "0", nil), ("score", "10", nil), ("score", "6.5", nil), ("free", "-3", nil), ("dose", "0.1", nil),
            ("score", "10.1", "score is at least 0 and at most 10, found 10.1"),
            ("score", "-1", "score is at least 0 and at most 10, found -1"),
            ("dose", "0 mg", "dose is above 0, found 0"),
            ("tried", "[{drug: a, months: 0}]", nil),
            ("tried", "[{drug: a}, {drug: b, months: -2}]", "tried, record 2: months is at least 0, found -2"),
        ] as [(String, String, String?)])
    func value(fact: String, text: String, fault: String?) throws {
        let vocabulary = try Self.vocabulary()
        do {
            _ = try vocabulary.value(of: fact, from: text)
            #expect(fault == nil)
        } catch {
            #expect(error.diagnostics.map(\.message) == [fault])
        }
    }

    @Test(
        "a declaration that nothing can fulfil, or that is no number's, is refused with its place",
        arguments: [
            ("{type: number, at_least: 5, at_most: 4, question: Q}", "no number is at least 5 and at most 4"),
            ("{type: number, above: 4, at_most: 4, question: Q}", "no number is above 4 and at most 4"),
            ("{type: number, at_least: 1, above: 1, question: Q}", "say at_least or above, not both"),
            ("{type: number, at_most: 10 mg, question: Q}", "at_most takes a number without a unit, such as 10"),
            (
                "{type: boolean, at_most: 10, question: Q}",
                "\"at_most\" belongs to the type number, and this is a boolean"
            ),
            (
                "{type: records, fields: {n: {type: number, at_least: x}}, question: Q}",
                "at_least takes a number without a unit, such as 10"
            ),
        ])
    func declaration(text: String, message: String) throws {
        let error = #expect(throws: InvalidSource.self) {
            try Vocabulary.parse("facts:\n  f: \(text)\n".utf8, file: "v.yaml")
        }
        #expect(error?.diagnostics.map(\.message) == [message])
        #expect(error?.diagnostics.first?.location.line == 2)
    }

    @Test(
        "a criterion that no possible number meets is an error of the policy, one that all meet a warning",
        arguments: [
            ("score", "{gt: 10}", "error: no value of score can meet \"x\""),
            ("score", "{is: 42}", "error: no value of score can meet \"x\""),
            ("score", "{lt: 0}", "error: no value of score can meet \"x\""),
            ("score", "{between: [11, 20]}", "error: no value of score can meet \"x\""),
            ("score", "{gte: 0}", "warning: every value of score meets \"x\""),
            ("score", "{lte: 10}", "warning: every value of score meets \"x\""),
            ("score", "{gte: 10}", nil), ("score", "{lt: 10}", nil), ("free", "{lt: 0}", nil),
            ("dose", "{lte: 0 mg}", "error: no value of dose can meet \"x\""), ("dose", "{lte: 1 mg}", nil),
            ("tried", "{any: {months: {lt: 0 months}}}", "error: no record of tried can have a months"),
            ("tried", "{any: {months: {lte: 0 months}}}", nil),
            ("tried", "{any: {drug: {is: a}, one_of: [{months: {is: -1 months}}]}}", "error: no record of tried"),
        ] as [(String, String, String?)])
    func leaf(fact: String, test: String, finding: String?) throws {
        let found = try findings(fact: fact, test: test).map { "\($0.severity.rawValue): \($0.message)" }
        #expect(found.count == (finding == nil ? 0 : 1), "\(found)")
        if let finding { #expect(found.first?.hasPrefix(finding) == true, "\(found)") }
    }

    @Test("an example patient with a number that cannot be is an error of the policy")
    func example() throws {
        let found = try findings(fact: "score", test: "{gte: 5}", value: "42")
        #expect(found.map(\.message) == ["\"an example\": score is at least 0 and at most 10, found 42"])
    }

    private func findings(fact: String, test: String, value: String? = nil) throws -> [Diagnostic] {
        let text = Small.text(
            require: "{id: x, title: \"X\", cite: page, fact: \(fact), test: \(test)}",
            tests: """
                  as_of: 2026-11-24
                  patients: {known: {diagnosis: G35.A}}
                  cases:
                    - {title: "an example", set: ms.initial, patient: known, facts: {\(value.map { "\(fact): \($0)" } ?? "")}, expect: unknown}
                """)
        return try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Self.vocabulary()).treeFindings()
    }
}
