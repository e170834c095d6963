import CivilTime
import Criteria
import Testing

@Suite("Evaluation") struct EvaluationTests {
    private static let tree = """
        all:
          - {id: young, title: "Adult", cite: "page 2", fact: age, test: {gte: 18 years}}
          - any:
              - {id: mri, title: "MRI", cite: page, fact: mri, test: {is: true}}
              - {id: active, title: "Active", cite: page, fact: relapses, test: {gte: 2}}
          - not: {id: progressive, title: "Progressive", cite: page, fact: form, test: {is: ppms}}
        """

    private func facts(_ values: [String: String]) throws -> Facts {
        let vocabulary = try Small.vocabulary()
        var facts: Facts = [:]
        for (key, text) in values {
            facts[key] = Fact(
                .known(try vocabulary.value(of: key, from: text)), observedOn: Small.day("2026-11-20"), evidence: "E-7")
        }
        return facts
    }

    private func evaluate(_ values: [String: String], asOf: String = Small.asOf, service: String? = nil) throws
        -> Evaluation
    {
        try Small.policy(require: Self.tree).evaluate(
            facts(values), phase: .initial, asOf: Small.day(asOf), governingDate: service.map(Small.day))
    }

    @Test("the trace shows citation, value, evidence, date and why")
    func trace() throws {
        let evaluation = try evaluate(["diagnosis": "G35.A", "age": "30", "mri": "true", "form": "cis"])
        #expect(evaluation.verdict == .met)
        #expect(evaluation.decisive == ["ms", "young", "mri", "progressive"])
        #expect(evaluation.approval == "6 months")
        #expect(evaluation.missing.isEmpty && evaluation.missingSets.isEmpty)
        let require = evaluation.trace.children[1]
        let leaf = require.children[0]
        #expect(leaf.citation == "page, 2")
        #expect(leaf.value == "30")
        #expect(leaf.evidence == "E-7")
        #expect(leaf.observedOn == Small.day("2026-11-20"))
        #expect(leaf.why == "30 is at least 18")
        #expect(require.children[1].why == "1 met, 1 unknown")
        #expect(!require.children[1].children[1].isDecisive)
    }

    @Test("an unmet verdict is forced by the smallest part")
    func decisive() throws {
        let evaluation = try evaluate(
            ["diagnosis": "G35.A", "age": "17", "mri": "false", "relapses": "0", "form": "ppms"])
        #expect(evaluation.verdict == .unmet)
        #expect(evaluation.decisive == ["young"])
    }

    @Test("missing facts, the sets that would do, and the deal-breakers, cheapest first")
    func missing() throws {
        let evaluation = try evaluate(["diagnosis": "G35.A"])
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.missing.map(\.fact) == ["age", "form", "relapses", "mri"])
        #expect(evaluation.missing.map(\.question)[0] == "How old?")
        #expect(evaluation.missingSets.map(\.facts) == [["age", "form", "relapses"], ["age", "form", "mri"]])
        #expect(evaluation.missingSets.map(\.cost) == [3, 10])
        #expect(evaluation.dealBreakers == ["age", "form"])
        #expect(!evaluation.isTruncated)
    }

    @Test("what no longer matters is not asked for")
    func irrelevant() throws {
        let evaluation = try evaluate(["diagnosis": "G35.A", "mri": "true", "age": "20"])
        #expect(evaluation.missing.map(\.fact) == ["form"])
        #expect(try evaluate(["diagnosis": "G35.A", "age": "17"]).missing.isEmpty)
    }

    @Test("a set that no value can satisfy is dropped")
    func unsatisfiable() throws {
        let policy = try Small.policy(
            require: """
                any:
                  - all:
                      - \(Small.leaf("a", "age", "{lt: 18 years}"))
                      - \(Small.leaf("b", "age", "{gte: 65 years}"))
                  - all:
                      - \(Small.leaf("c", "age", "{gte: 18 years}"))
                      - \(Small.leaf("d", "age", "{lt: 18.5 years}"))
                      - \(Small.leaf("e", "mri", "{is: true}"))
                """)
        let evaluation = policy.evaluate(
            try facts(["diagnosis": "G35.A"]), phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.missingSets.map(\.facts) == [["age", "mri"]])
    }

    @Test("more than 64 sets are capped and said so")
    func truncated() throws {
        // Eight facts, any four of them: 70 sets.
        let facts = ["diagnosis", "form", "age", "relapses", "mri", "tested", "tried", "alone"]
        let leaves = facts.map { Small.leaf($0, $0, "{known: true}") }
        let policy = try Small.policy(
            require: "at_least: {n: 4, of: [\(leaves.joined(separator: ", "))]}",
            extra: "exclude: [\(Small.leaf("never", "form", "{is: ppms}"))]")
        let evaluation = try #require(policy.evaluate([:], set: "ms.initial", asOf: Small.day(Small.asOf)))
        #expect(evaluation.isTruncated)
        #expect(evaluation.missingSets.count <= 64)
        #expect(!evaluation.missingSets.isEmpty)
    }

    @Test("an exclusion that holds makes it unmet, an unknown one keeps it unknown")
    func exclude() throws {
        let policy = try Small.policy(
            require: Small.leaf("x", "mri", "{is: true}"),
            extra: "exclude: [\(Small.leaf("progressive", "form", "{is: ppms}"))]")
        func verdict(_ form: String?) throws -> Verdict {
            var values = ["diagnosis": "G35.A", "mri": "true"]
            values["form"] = form
            return policy.evaluate(try facts(values), phase: .initial, asOf: Small.day(Small.asOf)).verdict
        }
        #expect(try verdict("ppms") == .unmet)
        #expect(try verdict("rrms") == .met)
        #expect(try verdict(nil) == .unknown)
    }

    @Test("a policy past its review date answers unknown and says why, never met")
    func pastReview() throws {
        let values = ["diagnosis": "G35.A", "age": "30", "mri": "true", "form": "cis"]
        #expect(try evaluate(values, asOf: "2027-03-01").verdict == .met)
        let late = try evaluate(values, asOf: "2027-03-02")
        #expect(late.verdict == .unknown)
        #expect(late.reasons.first?.contains("was to be reviewed by 2027-03-01") == true)
        #expect(late.trace.verdict == .met)
        let unmet = try evaluate(["diagnosis": "G35.A", "age": "3"], asOf: "2027-03-02")
        #expect(unmet.verdict == .unknown)
    }

    @Test("a policy not in force on the governing date says so", arguments: ["2025-12-31", "2028-01-01"])
    func notInForce(service: String) throws {
        let values = ["diagnosis": "G35.A", "age": "30", "mri": "true", "form": "cis"]
        let evaluation = try evaluate(values, service: service)
        #expect(evaluation.verdict == .unknown)
        #expect(
            evaluation.reasons == [
                "the policy holds from 2026-01-01 to 2027-12-31, not on the date of service \(service)"
            ])
    }

    @Test("a diagnosis for which the policy has no criteria is 'not loaded', not 'unmet'")
    func otherDiagnosis() throws {
        let evaluation = try evaluate(["diagnosis": "K50.00", "age": "30"])
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.criteriaSet == nil)
        #expect(evaluation.reasons.first?.contains("policy not loaded for it") == true)
    }

    @Test("without a diagnosis the diagnosis is asked for")
    func noDiagnosis() throws {
        let evaluation = try evaluate([:])
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.missing.map(\.fact).contains("diagnosis"))
        #expect(evaluation.dealBreakers.contains("diagnosis"))
    }

    @Test("a point that is not on file is never met and is named")
    func gap() throws {
        let policy = try Small.policy(
            require: """
                any:
                  - \(Small.leaf("x", "mri", "{is: true}"))
                  - {id: cut, title: "Step", cite: page, not_on_file: "the excerpt ends here"}
                """)
        let unknown = policy.evaluate(
            try facts(["diagnosis": "G35.A", "mri": "false"]), phase: .initial, asOf: Small.day(Small.asOf))
        #expect(unknown.verdict == .unknown)
        #expect(unknown.gaps == ["Step: not on file: the excerpt ends here"])
        #expect(unknown.missingSets.isEmpty)
        let met = policy.evaluate(
            try facts(["diagnosis": "G35.A", "mri": "true"]), phase: .initial, asOf: Small.day(Small.asOf))
        #expect(met.verdict == .met)
        #expect(met.gaps.isEmpty)
    }

    @Test("a deep tree and one with very many ways are answered at once")
    func size() throws {
        let deep = (0..<17).reduce(Small.leaf("x", "mri", "{is: true}")) { inner, _ in "{not: {all: [\(inner)]}}" }
        let evaluation = try Small.policy(require: deep).evaluate(
            try facts(["diagnosis": "G35.A", "mri": "true"]), phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.verdict == .unmet)
        #expect(evaluation.decisive == ["x"])

        let names = ["a", "b", "c"].flatMap { letter in (0..<8).map { "\(letter)\($0)" } }
        let leaves = names.map { Small.leaf($0, "tried", "{any: {drug: {is: \($0.prefix(1))}}}") }
        let wide = try Small.policy(require: "{at_least: {n: 12, of: [\(leaves.joined(separator: ", "))]}}")
        #expect(
            try wide.evaluate(facts(["diagnosis": "G35.A"]), phase: .initial, asOf: Small.day(Small.asOf)).missingSets
                .map(\.facts) == [["tried"]])
    }

    @Test("more than six leaves on one list are all taken to be within reach")
    func manyRecordLeaves() throws {
        let leaves = (1...8).map { Small.leaf("l\($0)", "tried", "{count: {at_least: \($0)}}") }
        let policy = try Small.policy(require: "{all: [\(leaves.joined(separator: ", "))]}")
        let evaluation = policy.evaluate(
            try facts(["diagnosis": "G35.A"]), phase: .initial, asOf: Small.day(Small.asOf))
        #expect(evaluation.missingSets.map(\.facts) == [["tried"]])
    }
}
