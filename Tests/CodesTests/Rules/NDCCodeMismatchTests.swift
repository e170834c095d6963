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
            RuleCase(
                "the NDC of another brand under the code", .error, "55513-0710-01", "an NDC of Xgeva",
                says: "the NDC 55513-0710-01 is Prolia 60 mg, not Xgeva"
            ) {
                $0.ask(for: "Xgeva", "J0897")
                $0.ndc = "55513-710-01"
            },
            RuleCase(
                "the unbranded product's NDC with the brand", .error, "57894-0160-01", "an NDC of Remicade",
                says: "is unbranded infliximab 100 mg, not Remicade"
            ) {
                $0.ask(for: "Remicade", "J1745")
                $0.ndc = "57894-160-01"
            },
            RuleCase(silent: "either under the ingredient") {
                $0.ask(for: "infliximab", "J1745")
                $0.ndc = "57894-160-01"
            },
            RuleCase(silent: "Prolia's own") {
                $0.ask(for: "Prolia (denosumab)", "J0897")
                $0.ndc = "55513-710-21"
            },
            RuleCase("the subcutaneous product's NDC with the intravenous code", .error, "50242-0554-01", "J2351") {
                $0.ask(for: "ocrelizumab", "J2350")
                $0.ndc = "50242-554-01"
            },
            RuleCase(silent: "its own, 5-3-2") { $0.ndc = "64406-008-01" },
            RuleCase(silent: "its own, eleven digits") { $0.ndc = "64406000801" },
            RuleCase(silent: "one that is not on file") { $0.ndc = "99999-999-99" },
            RuleCase(silent: "ten digits in a row") { $0.ndc = "5024215001" },
            RuleCase("a brand's NDC with a biosimilar's code", .error, "57894-0030-01", "J1745") {
                $0.ask(for: "infliximab", "Q5103")
                $0.ndc = "57894-030-01"
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("ndc-code-mismatch") }
}
