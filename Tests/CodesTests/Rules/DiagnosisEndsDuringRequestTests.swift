import Codes
import Diagnostics
import Testing

@Suite("diagnosis-ends-during-request")
struct DiagnosisEndsDuringRequestTests {
    @Test(
        "finds the day on which the diagnosis becomes a heading",
        arguments: [
            RuleCase(
                "G35 over 2025-09-30", .warning, "G35",
                "G35.A or G35.B0 or G35.B1 or G35.B2 or G35.C0 or G35.C1 or G35.C2 or G35.D",
                says: "doses from 2025-10-20 on need another code"
            ) {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-09-22")
                $0.doses = 7
            },
            RuleCase(silent: "all doses before it") {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-09-02")
                $0.doses = 2
            },
            RuleCase(silent: "the first dose after it, which is another rule's") {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-10-01")
                $0.doses = 2
            },
            RuleCase(silent: "a code that stays") { $0.doses = 13 },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("diagnosis-ends-during-request") }
}
