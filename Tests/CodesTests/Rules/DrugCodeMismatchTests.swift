import Codes
import Diagnostics
import Testing

@Suite("drug-code-mismatch")
struct DrugCodeMismatchTests {
    @Test(
        "names whose code it is and the drug's own",
        arguments: [
            RuleCase(
                "J2329 for natalizumab", .error, "J2329", "J2323 or Q5134",
                says: "ublituximab-xiiy (Briumvi), 1 mg a unit"
            ) { $0.hcpcs = "J2329" },
            RuleCase(
                "J2357 for tocilizumab", .error, "J2357", "J3262 or Q5133 or Q5135 or Q5156",
                says: "J2357 is omalizumab (Xolair), 5 mg a unit, not tocilizumab"
            ) {
                $0.ask(for: "tocilizumab", "J2357")
            },
            RuleCase(
                "the biosimilar's code for the brand", .error, "Q5134", "J2323", says: "another product than Tysabri"
            ) {
                $0.ask(for: "Tysabri", "Q5134")
            },
            RuleCase(
                "the reference code for a biosimilar", .error, "J1745", "Q5103",
                says: "Inflectra is Q5103 (Inflectra, 10 mg)"
            ) {
                $0.ask(for: "Inflectra", "J1745")
            },
            RuleCase("an unclassified code", .error, "J3590", "J2323 or Q5134", says: "\"Unclassified biologics\"") {
                $0.hcpcs = "J3590"
            },
            RuleCase("a CPT number", .error, "96413", "J2323 or Q5134", says: "natalizumab is J2323") {
                $0.hcpcs = "96413"
            },
            RuleCase("any code for a drug of two routes", .error, "J2329", "J2351", says: "Ocrevus Zunovo") {
                $0.ask(for: "ocrelizumab", "J2329")
                $0.route = .subcutaneous
            },
            RuleCase("without the drug's own code that ended", .error, "J2329", "J1299 or Q5151 or Q5152") {
                $0.ask(for: "eculizumab", "J2329")
            },
            RuleCase(silent: "an unclassified code before the product had its own") {
                $0.ask(for: "Avtozma", "J3590")
                $0.dateOfService = day("2025-08-01")
            },
            RuleCase("an unclassified code once it has", .error, "J3590", "Q5156", says: "Avtozma is Q5156") {
                $0.ask(for: "Avtozma", "J3590")
            },
            RuleCase(silent: "any product's code for the ingredient") { $0.hcpcs = "Q5134" },
            RuleCase(silent: "a brand with its own code") { $0.drug = "TYSABRI" },
            RuleCase(silent: "belimumab as J0490, where the page is right") { $0.ask(for: "belimumab", "J0490") },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("drug-code-mismatch") }
}
