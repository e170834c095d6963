import Codes
import Diagnostics
import Testing

@Suite("jw-with-jz")
struct JWWithJZTests {
    @Test(
        "finds the contradiction on one line",
        arguments: [
            RuleCase("both", .error, "JW, JZ", "JW or JZ", says: "second line with JW") {
                $0.modifiers = ["jz", "JW"]
            },
            RuleCase(silent: "JW") { $0.modifiers = ["JW"] },
            RuleCase(silent: "JZ") { $0.modifiers = ["JZ", "KX"] },
            RuleCase(silent: "neither") { $0.modifiers = [] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("jw-with-jz") }
}
