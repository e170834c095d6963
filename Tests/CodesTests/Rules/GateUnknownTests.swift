import Codes
import Diagnostics
import Testing

@Suite("gate-unknown")
struct GateUnknownTests {
    @Test(
        "says when a word stands for nothing",
        arguments: [
            RuleCase("a slip", .warning, "toch", "touch", says: "did you mean touch?") { $0.gates.append("toch") },
            RuleCase("another drug's", .warning, "lemtrada_rems", says: "those on file are touch, tyruko_rems") {
                $0.gates.append("lemtrada_rems")
            },
            RuleCase("of a drug without any", .warning, "touch", says: "none are on file") {
                $0.ask(for: "Saphnelo", "J0491")
                $0.gates = ["touch"]
            },
            RuleCase(silent: "known words") { $0.gates = ["touch"] },
            RuleCase(silent: "none") { $0.gates = [] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("gate-unknown") }
}
