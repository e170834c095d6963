import Codes
import Diagnostics
import Testing

@Suite("diagnosis-not-in-force")
struct DiagnosisNotInForceTests {
    @Test(
        "offers what could be billed on the date",
        arguments: [
            RuleCase("a child of G35 before it came", .error, "G35.A", "G35", says: "exists from 2025-10-01") {
                $0.dateOfService = day("2025-09-30")
            },
            RuleCase("a grandchild", .error, "G35.C1", "G35", says: "on that date it was G35 (Multiple sclerosis)") {
                $0.diagnoses = ["G35.C1"]
                $0.dateOfService = day("2025-01-15")
            },
            RuleCase(silent: "on its first day") { $0.dateOfService = day("2025-10-01") },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("diagnosis-not-in-force") }
}
