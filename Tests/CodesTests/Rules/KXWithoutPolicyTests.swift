import Codes
import Diagnostics
import Testing

@Suite("kx-without-policy")
struct KXWithoutPolicyTests {
    @Test(
        "asks which policy wants it",
        arguments: [
            RuleCase("no policy asks", .warning, "KX", "no KX", says: "no loaded policy asks for it") {
                $0.modifiers = ["KX"]
            },
            RuleCase(silent: "a policy asks") {
                $0.modifiers = ["KX"]
                $0.modifiersAskedFor = ["KX"]
            },
            RuleCase(silent: "no KX") { $0.modifiers = ["JZ"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("kx-without-policy") }
}
