import Codes
import Diagnostics
import Testing

@Suite("diagnosis-unknown")
struct DiagnosisUnknownTests {
    @Test(
        "offers what exists near it",
        arguments: [
            RuleCase(
                "below a heading", .error, "G35.1",
                "G35.A or G35.B0 or G35.B1 or G35.B2 or G35.C0 or G35.C1 or G35.C2 or G35.D",
                says: "above it is G35, Multiple sclerosis"
            ) {
                $0.diagnoses = ["G35.1"]
            },
            RuleCase("below a billable code", .error, "G35.AB", "G35.A", says: "above it is G35.A") {
                $0.diagnoses = ["G35.A", "g35ab"]
            },
            RuleCase("nothing near", .error, "XYZ", says: "no loaded release") { $0.diagnoses = ["XYZ"] },
            RuleCase("no code", .error, "relapsing MS", says: "not written as an ICD-10-CM code") {
                $0.diagnoses = ["relapsing MS"]
            },
            RuleCase(silent: "no diagnosis") { $0.diagnoses = [] },
            RuleCase(silent: "a heading") { $0.diagnoses = ["G35"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("diagnosis-unknown") }
}
