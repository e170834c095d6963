import Codes
import Diagnostics
import Testing

@Suite("age-outside-label")
struct AgeOutsideLabelTests {
    @Test(
        "goes by the use that the diagnosis points to",
        arguments: [
            RuleCase("seventeen", .warning, "17", "18 or older", says: "the patient is 17") { $0.patientAge = 17 },
            RuleCase(silent: "eighteen") { $0.patientAge = 18 },
            RuleCase(silent: "no age") { $0.patientAge = nil },
            RuleCase(silent: "a child with Crohn disease on infliximab") {
                $0.ask(for: "Remicade", "J1745", "K50.00")
                $0.patientAge = 6
            },
            RuleCase(
                "a child with rheumatoid arthritis on infliximab", .warning, "6", "18 or older",
                says: "rheumatoid arthritis"
            ) {
                $0.ask(for: "Remicade", "J1745", "M05.79")
                $0.patientAge = 6
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("age-outside-label") }
}
