import Codes
import Diagnostics
import Testing

@Suite("administration-route-mismatch")
struct AdministrationRouteMismatchTests {
    @Test(
        "holds the administration against the drug code",
        arguments: [
            RuleCase("SC code with an infusion", .error, "96413", "96372", says: "J3357 is Stelara given SC") {
                $0.ask(for: "Stelara", "J3357")
                $0.route = .subcutaneous
                $0.administration = ["96413"]
            },
            RuleCase("IV code with an injection", .error, "96372", "96413 or 96415", says: "J3358 is Stelara given IV")
            {
                $0.ask(for: "Stelara", "J3358")
                $0.administration = ["96372"]
            },
            RuleCase(
                "a route that is only general knowledge", .warning, "96372", "96413 or 96415",
                says: "(unverified)"
            ) {
                $0.ask(for: "ublituximab", "J2329")
                $0.administration = ["96372"]
            },
            RuleCase(
                "a code of both routes, by the order", .error, "96365", "96369 or 96370", says: "the order says SC"
            ) {
                $0.ask(for: "Tremfya", "J1628")
                $0.route = .subcutaneous
                $0.administration = ["96365"]
            },
            RuleCase(silent: "infusion by either family") { $0.administration = ["96365", "96413"] },
            RuleCase(silent: "a number that is not looked at") { $0.administration = ["99213"] },
            RuleCase(silent: "SC code with an injection") {
                $0.ask(for: "Stelara", "J3357")
                $0.route = .subcutaneous
                $0.administration = ["96372"]
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("administration-route-mismatch") }
}
