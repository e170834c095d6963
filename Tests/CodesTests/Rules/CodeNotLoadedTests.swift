import Codes
import Diagnostics
import Testing

@Suite("code-not-loaded")
struct CodeNotLoadedTests {
    @Test(
        "warns and never says valid",
        arguments: [
            RuleCase("HCPCS after its last quarter", .warning, "J2323", says: "not loaded after 2026-06-30") {
                $0.dateOfService = day("2026-07-01")
            },
            RuleCase(
                "diagnoses before the release, all in one", .warning, "K50.00, I10",
                says: "not loaded before 2025-10-01"
            ) {
                $0.diagnoses = ["K50.00", "I10", "G35"]
                $0.dateOfService = day("2025-09-30")
            },
            RuleCase("a kind that is not carried", .warning, "S9359", says: "was not checked") { $0.hcpcs = "S9359" },
            RuleCase(silent: "on the last day") { $0.dateOfService = day("2026-06-30") },
            RuleCase(silent: "codes that are unknown anyway") {
                $0.hcpcs = "J2328"
                $0.diagnoses = ["XYZ"]
                $0.dateOfService = day("2026-12-01")
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("code-not-loaded") }
}
