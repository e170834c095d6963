import Codes
import Diagnostics
import Testing

@Suite("weight-missing")
struct WeightMissingTests {
    @Test(
        "asks for what the label doses by",
        arguments: [
            RuleCase("a dose by weight", .warning, "", "weight_kg", says: "5 mg/kg or 5 mg to 10 mg a kilogram") {
                $0.drug = "infliximab"
                $0.hcpcs = "J1745"
                $0.diagnoses = ["K50.90"]
                $0.gates = []
                $0.dose = Dose("415 mg")
                $0.units = 42
                $0.everyDays = 56
            },
            RuleCase(silent: "with the weight") {
                $0.drug = "infliximab"
                $0.hcpcs = "J1745"
                $0.diagnoses = ["K50.90"]
                $0.gates = []
                $0.dose = Dose("415 mg")
                $0.units = 42
                $0.everyDays = 56
                $0.weight = Amount("83")
            },
            RuleCase("a dose by surface", .warning, "", "weight_kg and height_cm", says: "375 mg/m2 (unverified)") {
                $0.drug = "Rituxan"
                $0.hcpcs = "J9312"
                $0.diagnoses = ["M31.30"]
            },
            RuleCase("the height alone", .warning, "", "height_cm") {
                $0.drug = "Rituxan"
                $0.hcpcs = "J9312"
                $0.diagnoses = ["M31.30"]
                $0.weight = Amount("83")
            },
            RuleCase(silent: "another use of the drug, which is fixed") {
                $0.drug = "Rituxan"
                $0.hcpcs = "J9312"
                $0.diagnoses = ["M05.9"]
            },
            RuleCase(silent: "a fixed dose") { $0.weight = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("weight-missing") }
}
