import Codes
import Diagnostics
import Testing

@Suite("dose-outside-label")
struct DoseOutsideLabelTests {
    @Test(
        "warns of a dose that the label does not give",
        arguments: [
            RuleCase("twice the dose", .warning, "600 mg", "300 mg", says: "no labelled dose of natalizumab") {
                $0.dose = Dose("600 mg")
            },
            RuleCase(silent: "the dose in grams") { $0.dose = Dose("0.3 g") },
            RuleCase(silent: "a dose by weight") { $0.ask(for: "infliximab", "J1745", dose: "415 mg") },
            RuleCase(silent: "within a range") {
                $0.ask(for: "Xolair", "J2357", dose: "450 mg")
                $0.route = .subcutaneous
            },
            RuleCase("by an unverified label", .warning, "7 mg", "8 mg", says: "(unverified)") {
                $0.ask(for: "Krystexxa", "J2507", dose: "7 mg")
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("dose-outside-label") }
}
