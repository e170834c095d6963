import Foundation
import Testing

@Suite("A dose within the label")
struct LabelledDoseTests {
    private func order(every: String, member: String) -> String {
        """
        payer: bcbs_north_dakota
        kind: initial
        urgency: standard
        patient: {family: Testperson, given: Juniper, born: 1991-05-17, member_id: "\(member)"}
        plan: {funding: fully_insured, state: ND}
        prescriber: {name: Dr. Example, npi: "1999999901", specialty: gastroenterology}
        site: {name: Example Infusion Center, npi: "1999999919", place_of_service: "11"}
        drug: vedolizumab
        diagnoses: [K50.00]
        service: {hcpcs: J3380, units: 300, dose: 300 mg, every: \(every), route: intravenous, doses: 6}
        planned_first_dose: 2026-12-15
        """
    }

    @Test("the interval counts as well as the amount, in days and in months")
    func interval() async throws {
        let practice = try await Practice.open()
        for (every, member, verdict) in [
            ("56 days", "YQZ900000401", "met"), ("1 month", "YQZ900000402", "unknown"),
        ] {
            let file = try practice.write("vedolizumab.yaml", order(every: every, member: member))
            let reference = try await practice.open(file)
            let answer = try await practice.precert("check", reference, "--as-of", Practice.monday)
            let line = answer.out.split(separator: "\n").first { $0.contains("Dose, frequency and route as the label") }
            #expect(line?.split(separator: " ").first.map(String.init) == verdict, "\(every)")
        }
    }

    @Test("a single dose is labelled where the label has one such dose, and nowhere else; nobody says how often")
    func once() async throws {
        let practice = try await Practice.open()
        for (member, dose, verdict) in [("900000421", "150 mg", "met"), ("900000422", "300 mg", "unknown")] {
            let order = OrderText(
                payer: "hcsc", kind: "initial", memberID: member, drug: "ublituximab", hcpcs: "J2329",
                units: String(dose.dropLast(3)), dose: dose)
            let text = order.yaml.replacing("every: 28 days", with: "every: once").replacing(
                "doses: 7", with: "doses: 1")
            let reference = try await practice.open(practice.write("once.yaml", text))
            let document = try await practice.precert(
                "check", reference, "--format", "json", "--as-of", Practice.monday)
            #expect(document.out.contains("\"value\" : \"true\"") == (verdict == "met"), "\(dose)")
            let shown = try await practice.must("show", reference).out
            #expect(shown.contains("ublituximab \(dose) once: \(dose.dropLast(3)) units of J2329"))
            try await practice.must("submit", reference, "--override", "a test", "--as-of", Practice.monday)
        }
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let outgoing = practice.folder + "/outgoing"
        let texts = try FileManager.default.subpathsOfDirectory(atPath: outgoing).filter { $0.hasSuffix("packet.txt") }
            .map { try String(contentsOfFile: "\(outgoing)/\($0)", encoding: .utf8) }
        #expect(texts.count == 2)
        for text in texts { #expect(text.contains("mg once, intravenous") && text.contains("1 dose\n")) }
    }

    @Test("where a policy limits the interval, a single dose has none: the dose before it is asked for")
    func intervalOfOne() async throws {
        let practice = try await Practice.open()
        let order = OrderText(
            payer: "cigna", kind: "initial", drug: "infliximab", diagnosis: "K50.90", hcpcs: "Q5103", units: "40",
            dose: "400 mg")
        let text = order.yaml.replacing("every: 28 days", with: "every: once").replacing("doses: 7", with: "doses: 1")
        let reference = try await practice.open(practice.write("once.yaml", text))
        func screen() async throws -> String {
            try await practice.precert("check", reference, "--as-of", Practice.monday).out
                .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let words = "How many days will lie between the patient's last dose of this drug and this one?"
        let open = try await screen()
        #expect(open.contains("A single dose is ordered. \(words)"))
        #expect(open.contains("unknown After week 6 no more often than every eight weeks"))
        try await practice.must(
            "evidence", "add", reference, "dose_interval=60", "--observed", "2026-11-20", "--as-of", Practice.monday)
        let answered = try await screen()
        #expect(answered.contains("met After week 6 no more often than every eight weeks 60"))
        #expect(!answered.contains(words))
    }
}
