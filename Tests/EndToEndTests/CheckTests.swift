import Foundation
import Testing

@Suite("What check says")
struct CheckTests {
    private func order(_ changes: [(String, String)], in practice: Practice, as name: String) throws -> String {
        var text = try String(contentsOfFile: practice.folder + "/order.yaml", encoding: .utf8)
        for (old, new) in changes {
            try #require(text.contains(old), "\(old)")
            text = text.replacing(old, with: new)
        }
        return try practice.write(name, text)
    }

    private func decisions(_ reference: String, in practice: Practice, asOf day: String) async throws -> [[String: Any]]
    {
        let answer = try await practice.precert("check", reference, "--format", "json", "--as-of", day)
        let document = try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any]
        return try #require(document?["decisions"] as? [[String: Any]])
    }

    @Test("both days' verdicts are shown when evidence will be too old at the first dose")
    func twoDays() async throws {
        let practice = try await Practice.open()
        let file = try order(
            [("planned_first_dose: 2026-12-01", "planned_first_dose: 2027-06-01")], in: practice, as: "l.yaml")
        let reference = try await practice.open(file)
        try await practice.must(
            "evidence", "add", reference, "other_ms_therapy=false", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        let screen = try await practice.must("check", reference, "--as-of", Practice.monday).out
        #expect(screen.contains("MET: the recorded facts satisfy"))
        let words = screen.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            words.contains(
                "On the planned first dose, 2027-06-01, it would be unknown: the policy was to be reviewed by 2027-03-01"
            ))
        #expect(words.contains("other_ms_therapy: observed 2026-11-20; accepted for 6 months, until 2027-05-20"))
        let decision = try #require(try await decisions(reference, in: practice, asOf: Practice.monday).first)
        #expect((decision["at_submission"] as? [String: Any])?["verdict"] as? String == "met")
        #expect((decision["at_planned_dose"] as? [String: Any])?["verdict"] as? String == "unknown")
    }

    @Test("a second decision has a verdict of its own, and the request is ready only when all are met")
    func decisionsBeside() async throws {
        let practice = try await Practice.open()
        let file = try order(
            [("payer: unitedhealthcare", "payer: aetna"), ("place_of_service: \"11\"", "place_of_service: \"22\"")],
            in: practice, as: "a.yaml")
        let reference = try await practice.open(file)
        let answer = try await practice.precert("check", reference, "--as-of", Practice.monday)
        #expect(answer.status == 1)
        #expect(answer.out.contains("Authorization, line 1 (J2323)"))
        #expect(answer.out.contains("Site of care, line 1 (J2323)"))
        let found = try await decisions(reference, in: practice, asOf: Practice.monday)
        #expect(found.map { $0["decision"] as? String } == ["authorization", "site_of_care"])
        #expect(found.allSatisfy { ($0["at_submission"] as? [String: Any])?["verdict"] as? String != "met" })
        #expect(try await practice.state(reference) == "criteria_collection")
    }

    @Test("the first diagnosis for which the policy has criteria is the one that counts, and it is named")
    func secondDiagnosis() async throws {
        let practice = try await Practice.open()
        let file = try order([("diagnoses: [G35.A]", "diagnoses: [D64.9, G35.A]")], in: practice, as: "d.yaml")
        let reference = try await practice.open(file)
        let decision = try #require(try await decisions(reference, in: practice, asOf: Practice.monday).first)
        #expect(decision["diagnosis"] as? String == "G35.A")
        let outcome = decision["at_submission"] as? [String: Any]
        #expect((outcome?["evaluation"] as? [String: Any])?["criteria_set"] as? String == "rms.initial")
    }

    @Test("which of several policies holds is asked for, not guessed")
    func ambiguous() async throws {
        let practice = try await Practice.open()
        let file = try order([("payer: unitedhealthcare", "payer: evernorth_evicore")], in: practice, as: "e.yaml")
        let reference = try await practice.open(file)
        let answer = try await practice.precert("check", reference, "--as-of", Practice.monday)
        #expect(answer.out.contains("POLICY AMBIGUOUS"))
        #expect(answer.out.contains("evidence add \(reference) delegate_policy_number=…"))
        try await practice.must(
            "evidence", "add", reference, "delegate_policy_number=8a9629ab", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        let settled = try await practice.precert("check", reference, "--as-of", Practice.monday)
        #expect(settled.out.contains("INCOMPLETE"))
    }

    @Test("what is recorded by another kind of proof than the payer demands is asked for again, and says why")
    func proof() async throws {
        let practice = try await Practice.open()
        let text = try String(contentsOfFile: practice.folder + "/order-ublituximab.yaml", encoding: .utf8)
        let reference = try await practice.open(
            practice.write("p.yaml", text.replacing(/payer: \w+/, with: "payer: cigna")))
        try await practice.must(
            "evidence", "add", reference, "ms_form=rrms", "--source", "attestation", "--observed", "2026-11-20",
            "--as-of", Practice.monday)
        let screen = try await practice.precert("check", reference, "--as-of", Practice.monday).out
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            screen.contains("on record, but recorded by the prescriber's attestation; the payer wants the chart or"))
        try await practice.must(
            "evidence", "add", reference, "ms_form=rrms", "--source", "chart", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        let proven = try await practice.precert("check", reference, "--as-of", Practice.monday).out
        #expect(!proven.contains("prescriber's attestation"))
    }

    @Test("the notes that bear on what is open are shown, the others counted; JSON and explain have all of them")
    func notes() async throws {
        let practice = try await Practice.open()
        let file = try order([("payer: unitedhealthcare", "payer: triple_s")], in: practice, as: "t.yaml")
        let reference = try await practice.open(file)
        func screen(_ command: [String]) async throws -> String {
            try await practice.precert(command + [reference, "--as-of", Practice.monday]).out
                .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let open = try await screen(["check"])
        #expect(open.contains("Notes in the policy's file - The list of drugs not to combine names alemtuzumab"))
        #expect(open.contains("which is the wider one. 4 more notes: precert policy explain \(reference)"))
        #expect(!open.contains("decides which version holds"))
        let decision = try #require(try await decisions(reference, in: practice, asOf: Practice.monday).first)
        let notes = (decision["at_submission"] as? [String: Any])?["notes"] as? [[String: Any]]
        #expect(notes?.compactMap { $0["text"] as? String }.count == 5)
        let explained = try await screen(["policy", "explain"])
        #expect(explained.contains("Notes - The policy shows the day of its review"))
        #expect(explained.contains("That the date of service decides which version holds"))
    }

    @Test("once the criteria are met, the notes are only counted")
    func notesWhenMet() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        try await practice.must("evidence", "add", reference, "--from", "evidence.yaml", "--as-of", Practice.monday)
        let screen = try await practice.must("check", reference, "--as-of", Practice.monday).out
        #expect(!screen.contains("Notes in"))
        #expect(screen.contains(/\n[0-9]+ notes in the policy's file: precert policy explain PA-[0-9A-Z]+\n/))
    }

    @Test("the blank field of a record on file is named, with the question for the clinic")
    func blankField() async throws {
        let practice = try await Practice.open()
        let order = OrderText(
            payer: "cigna", kind: "initial", drug: "infliximab", diagnosis: "K50.90", hcpcs: "Q5103", units: "40",
            dose: "400 mg")
        let text = order.yaml.replacing("every: 28 days", with: "every: 8 weeks")
        let reference = try await practice.open(practice.write("o.yaml", text))
        try await practice.must(
            "evidence", "add", reference,
            "prior_therapies={records: [{ingredient: azathioprine, duration: 6 months}], complete: true}", "--observed",
            "2026-11-20", "--as-of", Practice.monday)
        let screen = try await practice.precert("check", reference, "--as-of", Practice.monday).out
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(screen.contains("About azathioprine, duration 6 months: what is the drug class, and what is the in"))
        #expect(screen.contains("record 1 of the list on file has no drug_class, indication"))
        #expect(!screen.contains("Which drugs has the patient tried"), "the list is complete")
        let decision = try #require(try await decisions(reference, in: practice, asOf: Practice.monday).first)
        let blank = ((decision["at_submission"] as? [String: Any])?["blank_records"] as? [[String: Any]])?.first
        #expect(blank?["number"] as? Int == 1 && (blank?["question"] as? String)?.hasPrefix("About azathio") == true)
    }
}
