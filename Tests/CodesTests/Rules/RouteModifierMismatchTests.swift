import Codes
import Diagnostics
import Testing

@Suite("route-modifier-mismatch")
struct RouteModifierMismatchTests {
    @Test(
        "holds JA and JB against the route",
        arguments: [
            RuleCase("JB on an infusion", .error, "JB", "JA", says: "JB says that the drug is given SC") {
                $0.modifiers = ["JB"]
            },
            RuleCase("JA under the skin", .error, "JA", "JB") {
                $0.modifiers = ["JA"]
                $0.route = .subcutaneous
            },
            RuleCase("JA into a muscle", .error, "JA", "no JA") {
                $0.modifiers = ["JA"]
                $0.route = .intramuscular
            },
            RuleCase(silent: "JA on an infusion") { $0.modifiers = ["JA"] },
            RuleCase(silent: "no route") {
                $0.modifiers = ["JB"]
                $0.route = nil
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("route-modifier-mismatch") }
}
