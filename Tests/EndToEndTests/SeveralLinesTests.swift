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
