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
            RuleCase("modifiers after 2020", .warning, "JZ, KX", says: "not loaded after 2020-12-31") {
                $0.modifiers = ["JZ", "KX", "Y7"]
            },
            RuleCase("a place after the list", .warning, "11", says: "not loaded after 2026-12-31") {
                $0.hcpcs = "J2328"
                $0.diagnoses = []
                $0.dateOfService = day("2027-01-04")
            },
            RuleCase(silent: "on the last day") { $0.dateOfService = day("2026-06-30") },
            RuleCase(silent: "codes that are unknown anyway") {
                $0.hcpcs = "J2328"
                $0.diagnoses = ["XYZ"]
                $0.dateOfService = day("2026-12-01")
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("code-not-loaded") }
}
