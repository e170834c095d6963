import Codes
import Diagnostics
import Testing

@Suite("discarded-units-mismatch")
struct DiscardedUnitsMismatchTests {
    @Test(
        "gives what is left of the containers, and never bills more than was opened",
        arguments: [
            RuleCase(silent: "42 given and 8 discarded of five 100 mg vials") {
                $0.askForInfliximab()
                $0.discardedUnits = 8
            },
            RuleCase(
                "9, which makes 51", .error, "9", "8",
                says:
                    "42 units + 8 JW, total 50 (5 x 100 mg), not 9 discarded; 42 + 9 = 51 would be more"
            ) {
                $0.askForInfliximab()
                $0.discardedUnits = 9
            },
            RuleCase("none said, and some are", .error, "0", "8") {
                $0.askForInfliximab()
                $0.discardedUnits = 0
            },
            RuleCase("some of an exact fit", .error, "10", "0", says: "300 units JZ") { $0.discardedUnits = 10 },
            RuleCase(silent: "none of an exact fit") { $0.discardedUnits = 0 },
            RuleCase(
                "the smallest waste of several sizes", .warning, "12", "2",
                says: "1 x 400 mg + 1 x 120 mg, sizes unverified"
            ) {
                $0.ask(for: "belimumab", "J0490", dose: "500 mg", units: 50)
                $0.discardedUnits = 12
            },
            RuleCase(silent: "nothing said") { $0.askForInfliximab() },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("discarded-units-mismatch") }
}
