import Foundation
import Testing

@Suite("Requests of several lines")
struct SeveralLinesTests {
    /// Two products of one drug, and two diagnoses.
    static var order: String {
        let one = OrderText(kind: "restart", diagnosis: "G35.A, K50.013").yaml
            .replacing("\nplan:", with: "\n  weight_kg: 71.5\n  height_cm: 168\n  weighed_on: 2026-11-20\nplan:")
        let head = one.prefix(upTo: one.firstRange(of: "\nservice:")?.lowerBound ?? one.endIndex)
        return head + """

            services:
              - hcpcs: J2323
                units: 300
                dose: 300 mg
                every: 28 days
                route: intravenous
                doses: 7
                ndc: 64406-008-01
                discarded_units: 0
                administration: ["96365"]
                gates: [touch, jcv_antibody]
              - {hcpcs: Q5134, units: 300, dose: 300 mg, every: 1 month, route: intravenous}
            planned_first_dose: 2026-12-08
            """
    }

    @Test("Every screen and the packet show all lines and diagnoses, and the patient's weight to whom may see it")
    func shown() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open(practice.write("two.yaml", Self.order))
        let list = try await practice.must("list")
        #expect(list.out.contains("J2323 +1"))
        let rows = try await practice.must("list", "--format", "csv").out
        #expect(rows.contains("J2323,300,2,"), "\(rows)")
        #expect(try await practice.must("worklist").out.contains("J2323 +1"))

        let screen = try await practice.must("show", reference).out
        for words in [
            "Service line 1", "Service line 2", "300 units of J2323", "300 units of Q5134", "every 1 month",
            "NDC 64406-008-01", "0 units discarded", "given under 96365", "in place: touch, jcv_antibody",
            "G35.A (primary), K50.013", "restart",
        ] { #expect(screen.contains(words), "\(words)") }
        #expect(!screen.contains("71.5"))
        let named = try await practice.must("show", reference, "--names", "a test").out
        #expect(named.contains("71.5 kg on 2026-11-20, 168 cm"))
        let document = try await practice.shown(reference)
        #expect((document["lines"] as? [[String: Any]])?.map { $0["hcpcs"] as? String } == ["J2323", "Q5134"])
        #expect((document["lines"] as? [[String: Any]])?.last?["every_months"] as? Int == 1)
        #expect((document["patient"] as? [String: Any])?["weight_kg"] == nil)

        try await practice.must("submit", reference, "--override", "a test", "--as-of", Practice.monday)
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let folder = practice.folder + "/outgoing/unitedhealthcare"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let packet = try String(contentsOfFile: "\(folder)/\(name)/packet.txt", encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for words in [
            "Line 1 of 2", "HCPCS J2323", "Line 2 of 2", "HCPCS Q5134", "Weight 71.5 kg on 2026-11-20, height 168 cm",
            "restart, standard review", "(primary) Diagnosis K50.013", "every 1 month",
        ] { #expect(packet.contains(words), "\(words)") }
    }

    @Test("What is recorded of one line says nothing of the other, and a fact about a line must name its line")
    func saidOfOneLine() async throws {
        let practice = try await Practice.open()
        // The same code twice, at two intervals.
        let order = Self.order.replacing("Q5134", with: "J2323").replacing("kind: restart", with: "kind: initial")
        let reference = try await practice.open(practice.write("two.yaml", order))
        func add(_ words: String...) async throws -> Answer {
            try await practice.precert(
                ["evidence", "add", reference] + words + ["--observed", "2026-11-20", "--as-of", Practice.monday])
        }
        func isAsked(ofLine number: Int) async throws -> Bool {
            let answer = try await practice.precert("check", reference, "--format", "json", "--as-of", Practice.monday)
            let document = try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any]
            let decisions = try #require(document?["decisions"] as? [[String: Any]])
            let decision = try #require(decisions.first { ($0["lines"] as? [Int])?.contains(number) == true })
            let evaluation = (decision["at_submission"] as? [String: Any])?["evaluation"] as? [String: Any]
            let missing = try #require(evaluation?["missing"] as? [[String: Any]])
            return missing.contains { $0["fact"] as? String == "dose_within_label" }
        }

        // 300 mg every 28 days are in the drug facts; every month is for the prescriber to say.
        #expect(try await isAsked(ofLine: 1) == false)
        #expect(try await isAsked(ofLine: 2))
        #expect(
            try await practice.precert("check", reference, "--as-of", Practice.monday).out.contains(
                "dose_within_label=… --line … --observed"))

        let before = try await practice.digest()
        let unclear = try await add("dose_within_label=true")
        #expect(
            unclear.status == 5 && unclear.err.contains("said of one service line, and the request has 2; say which"))
        let none = try await add("dose_within_label=true", "--line", "3")
        #expect(none.status == 5 && none.err.contains("no line 3: the request has 2 service lines"))
        let whole = try await add("ms_form=rrms", "--line", "1")
        #expect(whole.status == 5 && whole.err.contains("ms_form is said of the request as a whole"))
        #expect(try await practice.changes(since: before).isEmpty)

        #expect(try await add("dose_within_label=false", "--line", "1").status == 0)
        #expect(try await isAsked(ofLine: 2), "what is said of line 1 does not answer for line 2")
        #expect(try await add("dose_within_label=true", "--line", "2").status == 0)
        #expect(try await isAsked(ofLine: 2) == false)
        let file = try practice.write(
            "facts.yaml",
            "- {fact: dose_within_label, line: 1, value: true, observed_on: 2026-11-20, source: attestation}")
        try await practice.must("evidence", "add", reference, "--from", file, "--as-of", Practice.monday)
        let rows = try await practice.must("evidence", "list", reference, "--format", "csv").out
        #expect(rows.split(whereSeparator: \.isNewline).count == 4, "\(rows)")
        // An amendment of the one line leaves what was said of the other.
        try await practice.must(
            "amend", reference, "--line", "2", "--every", "28 days", "--reason", "a test", "--as-of", Practice.monday)
        let kept = try await practice.must("evidence", "list", reference, "--format", "json").rows
        #expect(kept.filter { $0["current"] as? Bool == true }.map { $0["line"] as? Int } == [1])
        #expect(try await practice.must("audit", "verify").status == 0)
    }

    @Test("What a payer says of one code moves the request only by a person's word, and never as an approval of all")
    func decided() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open(practice.write("two.yaml", Self.order))
        try await practice.must("submit", reference, "--override", "a test", "--as-of", Practice.monday)
        try await practice.must("worker", "--once", "--as-of", Practice.monday)

        let before = try await practice.digest()
        let unclear = try await practice.precert(
            "decide", reference, "approved-in-part", "--number", "A-1", "--as-of", "2026-11-25")
        #expect(unclear.status == 5 && unclear.err.contains("J2323, Q5134; which one was approved?"))
        let whose = try await practice.precert(
            "decide", reference, "approved", "--number", "A-1", "--units", "2100", "--as-of", "2026-11-25")
        #expect(whose.status == 5 && whose.err.contains("whose are the units?"))
        let denied = try await practice.precert(
            "decide", reference, "denied", "--code", "J2323", "--as-of", "2026-11-25")
        #expect(denied.status == 64)
        #expect(try await practice.changes(since: before).isEmpty)

        let one = try await practice.must(
            "decide", reference, "approved", "--code", "q5134", "--number", "A-1", "--from", "2026-11-25", "--to",
            "2027-05-31", "--units", "2100", "--as-of", "2026-11-25")
        #expect(one.out.contains("Q5134 only"))
        #expect(try await practice.state(reference) == "approved_in_part")
        let approvals = try await practice.shown(reference)["authorizations"] as? [[String: Any]]
        #expect(approvals?.map { $0["hcpcs"] as? String } == ["Q5134"])
        let other = try await practice.must(
            "decide", reference, "approved", "--code", "J2323", "--number", "A-2", "--from", "2026-11-25", "--to",
            "2027-04-30", "--as-of", "2026-11-25")
        #expect(other.out.contains("J2323 only"))
        #expect(try await practice.state(reference) == "approved")
        let ending = try await practice.must("expiring", "--within", "365d", "--as-of", "2026-11-26").out
        #expect(ending.contains("A-1") && ending.contains("A-2"))
    }
}
