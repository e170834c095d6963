import CivilTime
import Criteria
import Testing

@Suite("Blank fields of a list") struct BlankRecordTests {
    /// What is asked about the list, where samples do not count.
    private func questions(_ test: String, _ list: String) throws -> [String] {
        let text = Small.text(
            require: "{id: a, title: \"A\", cite: page, fact: tried, test: \(test)}",
            extra: "does_not_count: {tried: [{supply: {is: samples}}]}")
        let vocabulary = try Small.vocabulary()
        let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: vocabulary)
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "tried": Fact(.known(try vocabulary.value(of: "tried", from: list))),
        ]
        let day = try #require(CivilDate(iso: Small.asOf))
        let evaluation = try #require(policy.evaluate(facts, set: "ms.initial", asOf: day))
        return evaluation.blankRecords.map { "\($0.number) \($0.isListComplete) \($0.question)" }
    }

    private static let supply = "what is the supply (one of: dispensed, samples)?"

    @Test(
        "names the record, and the field without which nobody knows whether it counts",
        arguments: [
            ("{any: {drug: {is: a}}}", "[{drug: a, duration: 4}]", ["1 false About a, duration 4 months: \(supply)"]),
            (
                "{any: {drug: {is: a}}}", "{records: [{drug: b}, {drug: a}], complete: true}",
                ["2 true About a: \(supply)"]
            ),
            ("{any: {drug: {is: a}}}", "[{drug: b}, {drug: a, supply: samples}]", []),
            ("{any: {drug: {is: a}}}", "[{drug: a, supply: dispensed}]", []),
            (
                "{any: {drug: {is: a}, outcome: {is: failed}}}", "[{drug: a, supply: dispensed}]",
                ["1 false About a, dispensed: what is the outcome (one of: failed, intolerant, benefit)?"]
            ),
            (
                "{count: {distinct: class, at_least: 2}}",
                "{records: [{drug: a, supply: dispensed}, {drug: b, class: x, supply: dispensed}], complete: true}",
                ["1 true About a, dispensed: what is the class (one of: x, y, z)?"]
            ),
            (
                "{every: {drug: {is: a}}}", "{records: [{drug: a}, {drug: b}], complete: true}",
                ["2 true About b: \(supply)"]
            ),
            ("{any: {one_of: [{drug: {is: a}}, {class: {is: x}}]}}", "[{drug: a, supply: dispensed}]", []),
            (
                "{spacing: {by: began, at_least: 28 days}}", "{records: [{supply: dispensed}], complete: true}",
                ["1 true About dispensed: what is the began (a day such as 2026-12-01)?"]
            ),
        ])
    func asked(test: String, list: String, expected: [String]) throws {
        #expect(try questions(test, list) == expected)
    }
}
