import Codes
import Diagnostics
import Testing

@Suite("route-code-mismatch")
struct RouteCodeMismatchTests {
    @Test(
        "names the code of the route written",
        arguments: [
            RuleCase("ustekinumab IV with the SC code", .error, "IV", "J3358", says: "J3357 is Stelara given SC") {
                $0.ask(for: "Stelara", "J3357")
            },
            RuleCase("ocrelizumab SC with the IV code", .error, "SC", "J2351", says: "the order says SC") {
                $0.ask(for: "ocrelizumab", "J2350")
                $0.route = .subcutaneous
            },
            RuleCase("a route that is only general knowledge", .warning, "SC", "IV", says: "(unverified)") {
                $0.ask(for: "ublituximab", "J2329")
                $0.route = .subcutaneous
            },
            RuleCase(silent: "no route written") { $0.route = nil },
            RuleCase(silent: "a code of both routes") {
                $0.ask(for: "guselkumab", "J1628")
                $0.route = .subcutaneous
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("route-code-mismatch") }
}
