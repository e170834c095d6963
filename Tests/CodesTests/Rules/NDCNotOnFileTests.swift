import Codes
import Diagnostics
import Testing

@Suite("ndc-not-on-file")
struct NDCNotOnFileTests {
    @Test(
        "says that it was not checked, never that it is valid",
        arguments: [
            RuleCase(
                "of a code with an NDC on file", .warning, "99999-0999-99", "64406-0008-01", says: "not in the table"
            ) {
                $0.ndc = "99999-999-99"
            },
            RuleCase("of a code without", .warning, "99999-0999-99", says: "was not checked") {
                $0.ask(for: "Tyruko", "Q5134")
                $0.ndc = "99999-999-99"
            },
            RuleCase(silent: "on file") { $0.ndc = "64406-0008-01" },
            RuleCase(silent: "malformed") { $0.ndc = "1" },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("ndc-not-on-file") }
}
