import Codes
import Diagnostics
import Testing

@Suite("weight-missing")
struct WeightMissingTests {
    @Test(
        "asks for what the label doses by",
        arguments: [
            RuleCase("a dose by weight", .warning, "", "weight_kg", says: "5 mg/kg or 5 mg to 10 mg a kilogram") {
                $0.askForInfliximab()
            },
            RuleCase(silent: "with the weight") { $0.askForInfliximab(weight: "83") },
            RuleCase("a dose by surface", .warning, "", "weight_kg and height_cm", says: "375 mg/m2 (unverified)") {
                $0.ask(for: "Rituxan", "J9312", "M31.30")
            },
            RuleCase("the height alone", .warning, "", "height_cm") {
                $0.ask(for: "Rituxan", "J9312", "M31.30")
                $0.weight = Amount("83")
            },
            RuleCase(silent: "another use of the drug, which is fixed") { $0.ask(for: "Rituxan", "J9312", "M05.9") },
            RuleCase(silent: "a fixed dose") { $0.weight = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("weight-missing") }
}
