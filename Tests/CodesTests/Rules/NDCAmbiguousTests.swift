import Codes
import Diagnostics
import Testing

@Suite("ndc-ambiguous")
struct NDCAmbiguousTests {
    @Test(
        "shows the three readings of ten digits, and chooses none",
        arguments: [
            RuleCase(
                "natalizumab's", .error, "6440600801", "06440-6008-01 or 64406-0008-01 or 64406-0080-01",
                says: "on file: 64406-0008-01 is Tysabri"
            ) {
                $0.ndc = "6440600801"
            },
            RuleCase("none on file", .error, "1234567890", "01234-5678-90 or 12345-0678-90 or 12345-6789-00") {
                $0.ndc = "1234567890"
            },
            RuleCase(silent: "with hyphens") { $0.ndc = "64406-008-01" },
            RuleCase(silent: "eleven digits") { $0.ndc = "64406000801" },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("ndc-ambiguous") }
}
