import Codes
import Diagnostics
import Testing

@Suite("jw-without-administered")
struct JWWithoutAdministeredTests {
    @Test(
        "wants a line for what is given",
        arguments: [
            RuleCase("alone", .error, "JW", "a line of J2323 without JW", says: "says what is administered") {
                $0.modifiers = ["JW"]
            },
            RuleCase("beside a line of another code", .error, "JW", "a line of J2323 without JW") {
                $0.modifiers = ["JW"]
                $0.otherLines = [.init(hcpcs: "J3358", modifiers: [])]
            },
            RuleCase("beside another JW line", .error, "JW", "a line of J2323 without JW") {
                $0.modifiers = ["JW"]
                $0.otherLines = [.init(hcpcs: "J2323", modifiers: ["JW"])]
            },
            RuleCase(silent: "beside the line that is given") {
                $0.modifiers = ["JW"]
                $0.otherLines = [.init(hcpcs: "j2323", modifiers: [])]
            },
            RuleCase(silent: "with discarded units beside the given ones") {
                $0.modifiers = ["JW"]
                $0.discardedUnits = 8
            },
            RuleCase(silent: "no JW") { $0.modifiers = ["JZ"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("jw-without-administered") }
}
