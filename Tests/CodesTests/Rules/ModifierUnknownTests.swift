import Codes
import Diagnostics
import Testing

@Suite("modifier-unknown")
struct ModifierUnknownTests {
    @Test(
        "tells a wrong form and a wrong date from a code that is not on file",
        arguments: [
            RuleCase("three characters", .error, "JWX", says: "two characters") { $0.modifiers = ["JWX"] },
            RuleCase("not on file", .warning, "Y7", says: "October 2020") { $0.modifiers = ["y7"] },
            RuleCase("JZ before it came", .error, "JZ", says: "in force from 2023-01-01") {
                $0.modifiers = ["JZ"]
                $0.dateOfService = day("2022-12-31")
            },
            RuleCase("one that ended", .error, "JF", says: "ended on") { $0.modifiers = ["JF"] },
            RuleCase(silent: "written with a hyphen, in small letters") { $0.modifiers = ["-jw", "KX"] },
            RuleCase(silent: "a CPT number") { $0.modifiers = ["25", "76"] },
            RuleCase(silent: "a place of service, which has a rule of its own") { $0.modifiers = ["POS"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("modifier-unknown") }
}
