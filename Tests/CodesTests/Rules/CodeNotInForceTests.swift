import Codes
import Diagnostics
import Testing

@Suite("code-not-in-force")
struct CodeNotInForceTests {
    @Test(
        "goes by the date of service and offers what was in force, in its own units",
        arguments: [
            RuleCase(
                "J1300 after its last day", .error, "J1300", "J1299 or Q5151 or Q5152",
                says: "J1299 (Soliris, 2 mg: 450 units for 900 mg)"
            ) {
                $0.ask(for: "eculizumab", "J1300", dose: "900 mg")
                $0.dateOfService = day("2025-04-01")
            },
            RuleCase(silent: "J1300 on its last day") {
                $0.ask(for: "eculizumab", "J1300")
                $0.dateOfService = day("2025-03-31")
            },
            RuleCase(
                "an ended code after the loaded releases", .error, "J1300", "J1299 or Q5151 or Q5152",
                says: "no later than 2025-03-31"
            ) {
                $0.ask(for: "eculizumab", "J1300")
                $0.dateOfService = day("2026-12-01")
            },
            RuleCase("before its first day", .error, "J2323", says: "in force from 2008-01-01") {
                $0.dateOfService = day("2007-12-31")
            },
            RuleCase("before it was first seen", .warning, "Q5134", "J2323", says: "not known") {
                $0.hcpcs = "Q5134"
                $0.dateOfService = day("2024-03-31")
            },
            RuleCase(silent: "an unknown code") { $0.hcpcs = "J2328" },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("code-not-in-force") }
}
