import Codes
import Diagnostics
import Testing

@Suite("dose-outside-label")
struct DoseOutsideLabelTests {
    @Test(
        "warns of a dose or an interval that the label does not give",
        arguments: [
            RuleCase("twice the dose", .warning, "600 mg", "300 mg", says: "no labelled dose of natalizumab") {
                $0.dose = Dose("600 mg")
            },
            RuleCase("every two weeks", .warning, "14", "28 or more", says: "more often than the label") {
                $0.everyDays = 14
            },
            RuleCase(silent: "every six weeks") { $0.everyDays = 42 },
            RuleCase(silent: "the dose in grams") { $0.dose = Dose("0.3 g") },
            RuleCase(silent: "a dose by weight") {
                $0.drug = "infliximab"
                $0.hcpcs = "J1745"
                $0.dose = Dose("415 mg")
            },
            RuleCase("by an unverified label", .warning, "7 mg", "8 mg", says: "(unverified)") {
                $0.drug = "Krystexxa"
                $0.hcpcs = "J2507"
                $0.dose = Dose("7 mg")
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("dose-outside-label") }
}
