import Codes
import Diagnostics
import Testing

@Suite("diagnosis-not-billable")
struct DiagnosisNotBillableTests {
    @Test(
        "offers the codes below a heading and chooses none",
        arguments: [
            RuleCase(
                "G35 from 2025-10-01", .error, "G35",
                "G35.A or G35.B0 or G35.B1 or G35.B2 or G35.C0 or G35.C1 or G35.C2 or G35.D",
                says: "not billable since 2025-10-01"
            ) {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-10-01")
            },
            RuleCase(silent: "G35 through 2025-09-30") {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2025-09-30")
            },
            RuleCase(
                "with the meaning of each", .error, "G35.B", "G35.B0 or G35.B1 or G35.B2",
                says: "G35.B1 (Active primary progressive multiple sclerosis)"
            ) {
                $0.diagnoses = ["g35b"]
            },
            RuleCase(
                "the direct children where there are many below", .error, "K50", "a billable code below K50",
                says: "K50.9 (Crohn's disease, unspecified)"
            ) {
                $0.diagnoses = ["K50"]
            },
            RuleCase(silent: "a billable code") { $0.diagnoses = ["G35.A", "K50.00"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("diagnosis-not-billable") }
}
