import Codes
import Diagnostics
import Testing

@Suite("ndc-malformed")
struct NDCMalformedTests {
    @Test(
        "refuses what has none of the shapes",
        arguments: [
            RuleCase("too short", .error, "64406-08-01", says: "4-4-2, 5-3-2 or 5-4-1") { $0.ndc = "64406-08-01" },
            RuleCase("twelve digits", .error, "644060008012") { $0.ndc = "644060008012" },
            RuleCase("a letter", .error, "64406-OO8-01") { $0.ndc = "64406-OO8-01" },
            RuleCase(silent: "5-3-2") { $0.ndc = "64406-008-01" },
            RuleCase(silent: "eleven digits") { $0.ndc = "64406000801" },
            RuleCase(silent: "ten digits in a row") { $0.ndc = "6440600801" },
            RuleCase(silent: "none") { $0.ndc = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("ndc-malformed") }
}
