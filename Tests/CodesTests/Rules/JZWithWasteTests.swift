import Codes
import Diagnostics
import Testing

@Suite("jz-with-waste")
struct JZWithWasteTests {
    @Test(
        "finds the contradiction with the order, and with the containers",
        arguments: [
            RuleCase("with discarded units", .error, "JZ", "JW on a second line", says: "8 units are") {
                $0.askForInfliximab()
                $0.modifiers = ["JZ"]
                $0.discardedUnits = 8
            },
            RuleCase("415 mg from 100 mg vials", .warning, "JZ", "42 and 8 JW", says: "not whole containers") {
                $0.askForInfliximab()
                $0.modifiers = ["jz"]
            },
            RuleCase(silent: "an exact fit") { $0.modifiers = ["JZ"] },
            RuleCase(silent: "an exact fit of two sizes") {
                $0.ask(for: "belimumab", "J0490", dose: "520 mg", units: 52)
                $0.modifiers = ["JZ"]
            },
            RuleCase(silent: "no JZ") { $0.askForInfliximab() },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("jz-with-waste") }
}
