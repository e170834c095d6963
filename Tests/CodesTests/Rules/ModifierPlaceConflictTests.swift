import Codes
import Diagnostics
import Testing

@Suite("modifier-place-conflict")
struct ModifierPlaceConflictTests {
    @Test(
        "finds hospital modifiers where no hospital is",
        arguments: [
            RuleCase("PO in an office", .error, "PO", "no PO, or place of service 19 or 22", says: "11 (office)") {
                $0.modifiers = ["PO"]
            },
            RuleCase("PN at home", .error, "PN", "no PN, or place of service 19 or 22") {
                $0.modifiers = ["pn"]
                $0.placeOfService = "12"
            },
            RuleCase("JG in an office", .warning, "JG", "no JG, or place of service 19 or 22", says: "(unverified)") {
                $0.modifiers = ["JG"]
            },
            RuleCase("TB in an independent clinic", .warning, "TB", "no TB, or place of service 19 or 22") {
                $0.modifiers = ["TB"]
                $0.placeOfService = "49"
            },
            RuleCase(silent: "PO in an off-campus hospital department") {
                $0.modifiers = ["PO"]
                $0.placeOfService = "19"
            },
            RuleCase(silent: "TB in a hospital") {
                $0.modifiers = ["TB"]
                $0.placeOfService = "22"
            },
            RuleCase(silent: "JZ in an office") { $0.modifiers = ["JZ"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("modifier-place-conflict") }
}
