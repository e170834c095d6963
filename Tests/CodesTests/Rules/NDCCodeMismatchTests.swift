import Codes
import Diagnostics
import Testing

@Suite("ndc-code-mismatch")
struct NDCCodeMismatchTests {
    @Test(
        "names the code of the product whose NDC it is",
        arguments: [
            RuleCase(
                "ocrelizumab's NDC", .error, "50242-0150-01", "J2350",
                says: "Ocrevus 300 mg, billed with J2350, not J2323"
            ) {
                $0.ndc = "50242-150-01"
            },
            RuleCase("an NDC that is not verified", .warning, "73150-0150-06", "J2329", says: "(unverified)") {
                $0.ndc = "73150-150-06"
            },
            RuleCase(silent: "its own, 5-3-2") { $0.ndc = "64406-008-01" },
            RuleCase(silent: "its own, eleven digits") { $0.ndc = "64406000801" },
            RuleCase(silent: "one that is not on file") { $0.ndc = "99999-999-99" },
            RuleCase(silent: "ten digits in a row") { $0.ndc = "5024215001" },
            RuleCase("a brand's NDC with a biosimilar's code", .error, "57894-0030-01", "J1745") {
                $0.drug = "infliximab"
                $0.hcpcs = "Q5103"
                $0.ndc = "57894-030-01"
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("ndc-code-mismatch") }
}
