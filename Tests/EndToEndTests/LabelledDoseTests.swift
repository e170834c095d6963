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
}
