import Codes
import Diagnostics
import Testing

@Suite("unit-dose-mismatch")
struct UnitDoseMismatchTests {
    @Test(
        "names the right units, or why they were not checked",
        arguments: [
            RuleCase("one too few", .error, "299", "300", says: "300 units of J2323 (1 mg each), not 299") {
                $0.units = 299
            },
            RuleCase("a whole year's units", .error, "3900", "300", says: "would be 13 doses") { $0.units = 3900 },
            RuleCase("no units", .error, "0", "300", says: "bill nothing") { $0.units = 0 },
            RuleCase("fewer than none", .error, "-300", "300", says: "bill nothing") { $0.units = -300 },
            RuleCase("of a dose that is no whole number of them", .error, "41", "42", says: "rounded up from 41.5") {
                $0.ask(for: "infliximab", "J1745", dose: "415 mg", units: 41)
            },
            RuleCase("of omalizumab, 5 mg each", .error, "300", "60", says: "60 units of J2357 (5 mg each)") {
                $0.ask(for: "Xolair", "J2357")
                $0.route = .subcutaneous
            },
            RuleCase("of a dose in milliliters", .warning, "300", says: "cannot be counted") {
                $0.dose = Dose("15 ml")
            },
            RuleCase("of a code without a unit in the table", .warning, "90", says: "names no unit") {
                $0.ask(for: "Pyzchiva", "Q9996")
                $0.route = .subcutaneous
                $0.dose = Dose("90 mg")
                $0.units = 90
            },
            RuleCase("of an unclassified code", .warning, "1", says: "names no unit for J3590") {
                $0.ask(for: "Avtozma", "J3590", units: 1)
                $0.dateOfService = day("2025-08-01")
            },
            RuleCase(silent: "off by ten, which has a rule of its own") { $0.units = 30 },
            RuleCase(silent: "the dose in grams") { $0.dose = Dose("0.3 g") },
            RuleCase(silent: "no dose") { $0.dose = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("unit-dose-mismatch") }
}
