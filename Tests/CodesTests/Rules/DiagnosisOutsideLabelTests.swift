import Codes
import Diagnostics
import Testing

@Suite("diagnosis-outside-label")
struct DiagnosisOutsideLabelTests {
    @Test(
        "refuses only what contradicts a verified label, and warns of the rest",
        arguments: [
            RuleCase(
                "primary progressive MS with natalizumab", .error, "G35.B0", "G35.A or G35.C1",
                says: "outside the labelled indication of natalizumab"
            ) {
                $0.diagnoses = ["G35.B0"]
            },
            RuleCase(
                "its heading with ublituximab", .error, "G35.B", "G35.A or G35.C1",
                says: "outside the labelled indication of ublituximab"
            ) {
                $0.ask(for: "Briumvi", "J2329", "G35.B")
            },
            RuleCase(silent: "primary progressive MS with ocrelizumab") { $0.ask(for: "Ocrevus", "J2350", "G35.B1") },
            RuleCase(
                "MS of no kind named", .warning, "G35.D", "G35.A or G35.C1",
                says: "does not by itself show relapsing forms"
            ) {
                $0.diagnoses = ["G35.D"]
            },
            RuleCase(
                "the code of before October 2025, whose children nobody could write yet", .warning, "G35",
                says: "labelled for; the chart must show it"
            ) {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-09-30")
            },
            RuleCase(
                "another disease", .warning, "J45.50", "G35.A or G35.C1 or K50",
                says: "outside the labelled indications"
            ) {
                $0.diagnoses = ["J45.50"]
            },
            RuleCase(
                "against a label that is not verified", .warning, "G35.A",
                "J45.4 or J45.5 or J33 or L50.1 or L50.8 or Z91.01", says: "(unverified)"
            ) {
                $0.ask(for: "omalizumab", "J2357")
            },
            RuleCase(silent: "a labelled code beside another") { $0.diagnoses = ["I10", "K50.013"] },
            RuleCase(silent: "a heading of labelled codes, which is reported as such") { $0.diagnoses = ["G35"] },
            RuleCase(silent: "no diagnosis") { $0.diagnoses = [] },
            RuleCase(silent: "a drug not on file") { $0.drug = "bloodletting" },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("diagnosis-outside-label") }

    @Test("only warns of a contradiction when the label fact is not verified")
    func unverifiedContradiction() throws {
        let book = try CodeBook(manifest: LoadedCodes.bytes("codes.yaml"), file: "codes.yaml") { name in
            let bytes = try LoadedCodes.bytes(name)
            guard name == "drugs.yaml" else { return bytes }
            return Array(
                String(decoding: bytes, as: UTF8.self).replacing("verified: true", with: "verified: false").utf8)
        }
        let found = CodeGuard(book: book).findings(for: order { $0.diagnoses = ["G35.B0"] })
            .filter { $0.ruleID == "diagnosis-outside-label" }
        #expect(found.map(\.severity) == [.warning])
        #expect(try #require(found.first).message.contains("(unverified)"))
    }
}
