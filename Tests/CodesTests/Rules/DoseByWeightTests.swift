import Codes
import Diagnostics
import Testing

@Suite("dose-by-weight")
struct DoseByWeightTests {
    @Test(
        "compares the dose with the label's for the patient",
        arguments: [
            RuleCase(silent: "5 mg/kg for 83 kg") { $0.askForInfliximab(weight: "83") },
            RuleCase(silent: "rounded up to whole vials") {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("500 mg")
            },
            RuleCase(silent: "a tenth less") {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("375 mg")
            },
            RuleCase(
                "half of it", .warning, "200 mg", "415 mg to 830 mg", says: "5 mg/kg x 83 kg = 415 mg"
            ) {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("200 mg")
            },
            RuleCase(
                "ten times as much", .warning, "4150 mg", "415 mg to 830 mg", says: "4150 mg is ten times as much"
            ) {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("4150 mg")
            },
            RuleCase(
                "a tenth", .warning, "41.5 mg", "415 mg to 830 mg", says: "41.5 mg is a tenth of it"
            ) {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("41.5 mg")
            },
            RuleCase(silent: "a range, at its upper end") {
                $0.askForInfliximab(weight: "83")
                $0.dose = Dose("830 mg")
            },
            RuleCase(silent: "no weight") {
                $0.askForInfliximab()
                $0.dose = Dose("4000 mg")
            },
            RuleCase(silent: "a fixed dose") { $0.weight = Amount("83") },
            RuleCase(
                "a weight band", .warning, "260 mg", "390 mg", says: "390 mg at 83 kg, that is = 390 mg (unverified)"
            ) {
                $0.ask(for: "Stelara", "J3358", "K50.90", dose: "260 mg")
                $0.weight = Amount("83")
            },
            RuleCase(silent: "the last kilogram of a band") {
                $0.ask(for: "Stelara", "J3358", "K50.90", dose: "260 mg")
                $0.weight = Amount("55")
            },
            RuleCase("a gram beyond it", .warning, "260 mg", "390 mg") {
                $0.ask(for: "Stelara", "J3358", "K50.90", dose: "260 mg")
                $0.weight = Amount("55.001")
            },
            RuleCase(silent: "lighter than every band") {
                $0.ask(for: "Ultomiris", "J1303", "G70.00", dose: "1000 mg")
                $0.weight = Amount("39")
            },
            RuleCase(
                "body surface by Mosteller", .warning, "500 mg", "761.25 mg",
                says: "375 mg/m2 x 2.03 m2 (Mosteller) = 761.25 mg"
            ) {
                $0.ask(for: "Rituxan", "J9312", "M31.30", dose: "500 mg")
                $0.weight = Amount("83")
                $0.height = Amount("178")
            },
            RuleCase(silent: "a surface without a height") {
                $0.ask(for: "Rituxan", "J9312", "M31.30", dose: "500 mg")
                $0.weight = Amount("83")
            },
            RuleCase("more than the label's most", .warning, "960 mg", "480 mg to 800 mg", says: "at most 800 mg") {
                $0.ask(for: "Actemra", "J3262", "M05.9", dose: "960 mg")
                $0.weight = Amount("120")
            },
            RuleCase("bands of milligrams a kilogram", .warning, "100 mg", "200 mg", says: "10 mg/kg x 20 kg = 200 mg")
            {
                $0.ask(for: "Actemra", "J3262", "M08.09", dose: "100 mg")
                $0.weight = Amount("20")
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("dose-by-weight") }
}
