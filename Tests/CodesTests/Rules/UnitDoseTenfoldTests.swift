import Codes
import Diagnostics
import Testing

@Suite("unit-dose-tenfold")
struct UnitDoseTenfoldTests {
    @Test(
        "names the factor and the right units",
        arguments: [
            RuleCase("ten times too few", .error, "30", "300", says: "30 is ten times too few") { $0.units = 30 },
            RuleCase("ten times too many", .error, "3000", "300", says: "ten times too many") { $0.units = 3000 },
            RuleCase("a hundred times too few", .error, "3", "300", says: "a hundred times too few") { $0.units = 3 },
            RuleCase("a thousand times too many", .error, "300000", "300", says: "a thousand times") {
                $0.units = 300_000
            },
            RuleCase(
                "milligrams written for units of 10 mg", .error, "400", "40", says: "40 units of J1745 (10 mg each)"
            ) {
                $0.ask(for: "Remicade", "J1745", dose: "400 mg", units: 400)
            },
            RuleCase(silent: "the right units") { $0.units = 300 },
            RuleCase(silent: "wrong units of another kind") { $0.units = 299 },
            RuleCase(silent: "no units") { $0.units = 0 },
            RuleCase(silent: "no dose") {
                $0.units = 30
                $0.dose = nil
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("unit-dose-tenfold") }
}
