import Codes
import Diagnostics
import Testing

@Suite("units-include-waste")
struct UnitsIncludeWasteTests {
    @Test(
        "splits whole vials into given and discarded units",
        arguments: [
            RuleCase("415 mg from 100 mg vials", .warning, "50", "42 and 8 JW", says: "42 given and 8 discarded") {
                $0.ask(for: "infliximab", "J1745", dose: "415 mg", units: 50)
            },
            RuleCase("680 mg from vials of 120 and 400 mg", .warning, "72", "68 and 4 JW", says: "whole vials") {
                $0.ask(for: "belimumab", "J0490", dose: "680 mg", units: 72)
            },
            RuleCase(silent: "only what is given") { $0.ask(for: "infliximab", "J1745", dose: "415 mg", units: 42) },
            RuleCase(silent: "an exact fit") { $0.units = 300 },
            RuleCase(silent: "more than the whole vials") {
                $0.ask(for: "infliximab", "J1745", dose: "415 mg", units: 51)
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("units-include-waste") }
}
