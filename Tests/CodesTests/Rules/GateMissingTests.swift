import Codes
import Diagnostics
import Testing

@Suite("gate-missing")
struct GateMissingTests {
    @Test(
        "asks for the programme of the product",
        arguments: [
            RuleCase(
                "Tysabri without TOUCH", .warning, "jcv_antibody", "touch", says: "TOUCH Prescribing Program; when"
            ) {
                $0.gates = ["jcv_antibody"]
            },
            RuleCase("Tyruko without its own", .warning, "touch", "tyruko_rems", says: "(unverified)") {
                $0.hcpcs = "Q5134"
                $0.gates = ["touch"]
            },
            RuleCase(silent: "in place") { $0.gates = ["touch"] },
            RuleCase("on a continuation too", .warning, "", "touch") {
                $0.begins = false
                $0.gates = []
            },
            RuleCase(silent: "a drug without one") {
                $0.ask(for: "Ocrevus", "J2350")
                $0.gates = []
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("gate-missing") }
}
