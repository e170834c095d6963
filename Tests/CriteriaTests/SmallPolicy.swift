import CivilTime
import Criteria
import Diagnostics
import Testing

/// A vocabulary with one fact of each type, and the frame of a policy around a tree.
enum Small {
    static let vocabularyText = """
        facts:
          diagnosis: {type: code, question: "Which diagnosis?", cost: 0, from: order}
          form: {type: word, values: [cis, rrms, ppms], question: "Which form?", cost: 1}
          age: {type: number, unit: years, question: "How old?", cost: 0}
          relapses: {type: number, question: "How many relapses?", cost: 2}
          alone: {type: boolean, question: "Alone?", valid_for: 6 months, cost: 2, proven_by: [medication_list]}
          mri: {type: boolean, question: "MRI?", cost: 9}
          tested: {type: date, question: "Tested when?", cost: 1}
          onset: {type: date, question: "Since when?", cost: 1}
          crp: {type: number, unit: mg, question: "CRP now?", cost: 9}
          crp_before: {type: number, unit: mg, question: "CRP before?", cost: 5}
          asked: {type: word, values: [a, b, c], question: "Which drug?", cost: 0, from: order}
          tried:
            type: records
            fields:
              drug: {type: word, values: [a, b, c]}
              class: {type: word, values: [x, y, z]}
              duration: {type: number, unit: months}
              outcome: {type: word, values: [failed, intolerant, benefit]}
              supply: {type: word, values: [dispensed, samples]}
              began: {type: date}
              ended: {type: date}
              units: {type: number}
            question: "Tried what?"
            cost: 5
        """

    static func vocabulary() throws -> Vocabulary { try Vocabulary.parse(vocabularyText.utf8, file: "v.yaml") }

    static let asOf = "2026-11-24"

    /// The `require` tree stands from line 18 on.
    static func text(require: String, extra: String = "", tests: String? = nil) -> String {
        let tree = require.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      ")
        return """
            policy: acme/drug
            title: "A policy"
            product: {drug: drug, name: Drug, hcpcs: [J0001]}
            number: "1"
            version: 1
            effective: {from: 2026-01-01, to: 2027-12-31}
            governed_by: service_date
            last_checked: 2026-11-01
            review_by: 2027-03-01
            sources:
              page: {title: "A page", url: "https://example.org/p", retrieved: 2026-11-01, evidence: primary, verified: true}
            \(extra)
            criteria:
              ms.initial:
                applies_when: {id: ms, title: "MS", cite: page, fact: diagnosis, test: {in: ["G35*"]}}
                approve: {for: 6 months}
                require:
                  \(tree.replacing("\n      ", with: "\n      "))
            tests:
            \(tests ?? "  as_of: 2026-11-24\n  cases: [{title: t, set: ms.initial, facts: {diagnosis: K50.00}, expect: unmet}]")
            """
    }

    static func policy(require: String, extra: String = "", tests: String? = nil) throws -> Policy {
        try Policy.parse(
            text(require: require, extra: extra, tests: tests).utf8, file: "p.yaml", vocabulary: vocabulary())
    }

    static func failure(require: String, extra: String = "", tests: String? = nil) -> String {
        do {
            _ = try policy(require: require, extra: extra, tests: tests)
            return "accepted"
        } catch let error as InvalidSource {
            return error.description
        } catch { return "\(error)" }
    }

    static func leaf(_ id: String, _ fact: String, _ test: String) -> String {
        "{id: \(id), title: \(id), cite: page, fact: \(fact), test: \(test)}"
    }

    /// One leaf, evaluated against one value.
    static func evaluate(_ fact: String, _ test: String, _ value: String?, asOf: String = asOf) throws -> Evaluation {
        let policy = try policy(require: leaf("x", fact, test))
        var facts: Facts = ["diagnosis": Fact(.known(.code("G35.A")))]
        if let value {
            facts[fact] = Fact(.known(try vocabulary().value(of: fact, from: value)), observedOn: day(asOf))
        }
        return policy.evaluate(facts, phase: .initial, asOf: day(asOf))
    }

    static func day(_ text: String) -> CivilDate {
        guard let date = CivilDate(iso: text) else { preconditionFailure("\(text) is no date") }
        return date
    }
}
