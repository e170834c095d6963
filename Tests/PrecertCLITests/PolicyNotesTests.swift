import CivilTime
import Criteria
import Testing

@testable import PrecertCLI

@Suite("Notes of a policy") struct PolicyNotesTests {
    private static let file = [
        "Who enrolled late in Texas may be excused.", "A generic is no step where the state says so.",
        "J0001 is the brand's code; Q0002 is not in it.", "What continuing takes was cut off.",
        "The question asks for more than the page.", "The policy lists drugs of the payer.",
    ]

    private func text(_ notes: [String] = file, phase: String = "initial") -> String {
        """
        policy: acme/natalizumab
        title: "Natalizumab policy"
        product: {drug: natalizumab, name: Tysabri, hcpcs: [J0001]}
        number: "1"
        version: 1
        effective: {from: 2026-01-01}
        governed_by: service_date
        last_checked: 2026-11-24
        review_by: 2027-03-01
        sources:
          s: {title: S, url: "https://example.org", retrieved: 2026-11-24, evidence: primary, verified: true}
        criteria:
          ms.\(phase):
            applies_when: {id: ms, title: "Sclerosis", cite: s 1, fact: diagnosis, test: {in: ["G35*"]}}
            require:
              all:
                - {id: touch, title: "Enrolled in TOUCH", cite: s 2, fact: touch_enrolled, test: {is: true}}
                - {id: steps, title: "Two generic steps", cite: s 3, fact: step_therapy, test: {is: true}}
        notes:
        \(notes.map { "  - \"\($0)\"" }.joined(separator: "\n"))
        tests:
          as_of: 2026-11-24
          patients: {known: {diagnosis: G35.A}}
          cases: [{title: "open", set: ms.\(phase), patient: known, expect: unknown}]
        """
    }

    private func vocabulary() throws -> Vocabulary {
        try Vocabulary.parse(
            Array(
                """
                facts:
                  diagnosis: {type: code, question: "Which code?", from: order}
                  touch_enrolled: {type: boolean, question: "Enrolled?"}
                  step_therapy: {type: boolean, question: "Tried?"}
                """.utf8), file: "v.yaml")
    }

    private func notes(
        of policy: Policy, _ facts: Facts, phase: String = "initial", hcpcs: String = "J0001"
    ) throws -> [PolicyNotes.Note] {
        let facts = facts.merging(["diagnosis": Fact(.known(.code("G35.A")))]) { first, _ in first }
        let day = try #require(CivilDate(iso: "2026-11-24"))
        let evaluation = try #require(policy.evaluate(facts, set: "ms.\(phase)", asOf: day))
        return PolicyNotes([policy]).notes(on: evaluation, hcpcs: hcpcs)
    }

    /// The places, counted from 1, of the notes that bear on the verdict and are shown.
    private func shown(
        _ facts: Facts, phase: String = "initial", hcpcs: String = "J0001", file: [String] = file
    ) throws -> [Int] {
        let policy = try Policy.parse(
            Array(text(file, phase: phase).utf8), file: "p.yaml", vocabulary: vocabulary())
        let all = try notes(of: policy, facts, phase: phase, hcpcs: hcpcs)
        #expect(all.map(\.text) == file)
        return all.foremost.compactMap { note in file.firstIndex(of: note.text).map { $0 + 1 } }
    }

    private let yes = Fact(.known(.boolean(true)))

    @Test("a note is shown while a criterion is open with which it shares a telling word")
    func open() throws {
        #expect(try shown([:]) == [1, 2, 5])
        #expect(try shown(["touch_enrolled": yes]) == [2, 5])
        #expect(try shown(["step_therapy": yes]) == [1, 5])
        #expect(try shown(["touch_enrolled": yes, "step_therapy": yes]) == [])
    }

    @Test("what failed is not asked about")
    func failed() throws { #expect(try shown(["touch_enrolled": Fact(.known(.boolean(false)))]) == [1]) }

    @Test("another code than the policy's, and going on with the drug, call for their notes whatever the verdict")
    func ofTheRequest() throws {
        let met = ["touch_enrolled": yes, "step_therapy": yes]
        #expect(try shown(met, hcpcs: "Q0002") == [3])
        #expect(try shown(met, phase: "continuation") == [4])
    }

    @Test("no more than three are shown, those that bear on most first")
    func capped() throws {
        let file = ["One step.", "Another step.", "One more step.", "Enrolled after two generic steps."]
        #expect(try shown([:], file: file) == [1, 2, 4])
    }

    @Test("criteria taken over from a policy that goes by another date say so, whatever the verdict")
    func otherDate() throws {
        let other = text().replacing("policy: acme/", with: "policy: other/")
        let taker = text().replacing(
            "{id: steps, title: \"Two generic steps\", cite: s 3, fact: step_therapy, test: {is: true}}",
            with: "{use: {policy: other/natalizumab, set: ms.initial}}")
        func said(_ governedBy: String) throws -> [String] {
            let files = ["a.yaml": taker, "b.yaml": other.replacing("service_date", with: governedBy)]
            let library = PolicyLibrary(files.map { ($0.key, Array($0.value.utf8)) }, vocabulary: try vocabulary())
            let all = try notes(
                of: library.policy(at: "a.yaml"), ["touch_enrolled": yes, "step_therapy": yes])
            return all.foremost.map(\.text)
        }
        #expect(
            try said("received_date") == [
                "The version of other/natalizumab is chosen by the date of receipt; as criteria of acme/natalizumab it "
                    + "was judged by the date of service, 2026-11-24."
            ])
        #expect(try said("service_date") == [])
    }
}
