import Codes
import Diagnostics
import Testing

@Suite("drug-unknown")
struct DrugUnknownTests {
    @Test(
        "names the nearest drug, and lets a drug pass that the code itself names",
        arguments: [
            RuleCase("a mistyped ingredient", .error, "natalizumb", "natalizumab", says: "did you mean") {
                $0.drug = "natalizumb"
            },
            RuleCase("a mistyped brand", .error, "Tysabry", "Tysabri", says: "did you mean") { $0.drug = "Tysabry" },
            RuleCase("nothing near", .error, "bloodletting", says: "not on file") { $0.drug = "bloodletting" },
            RuleCase("no drug at all", .error, "", says: "not on file") { $0.drug = " " },
            RuleCase("two drugs", .error, "Tysabri / Ocrevus", says: "not on file") { $0.drug = "Tysabri / Ocrevus" },
            RuleCase("without facts, but named by its code", .warning, "bevacizumab", says: "only the descriptor") {
                $0.ask(for: "bevacizumab", "C9257")
            },
            RuleCase(silent: "a brand") { $0.drug = "tysabri" },
            RuleCase(silent: "a brand with its ingredient") { $0.drug = "Tysabri (natalizumab)" },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("drug-unknown") }
}
