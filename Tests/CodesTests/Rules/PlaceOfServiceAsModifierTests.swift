import Codes
import Diagnostics
import Testing

@Suite("pos-as-modifier")
struct PlaceOfServiceAsModifierTests {
    @Test(
        "sends the place of service to its own field",
        arguments: [
            RuleCase("the page's -POS", .error, "POS", says: "\"POS\" is no modifier") { $0.modifiers = ["-POS"] },
            RuleCase(
                "with its digits", .error, "POS11", "place of service 11", says: "11 is a place of service (office)"
            ) { $0.modifiers = ["pos 11"] },
            RuleCase("the digits alone", .error, "19", "place of service 19", says: "off-campus outpatient hospital") {
                $0.modifiers = ["JZ", "19"]
            },
            RuleCase(silent: "digits that are a CPT modifier as well") { $0.modifiers = ["25", "59", "22"] },
            RuleCase(silent: "modifiers about a place") { $0.modifiers = ["PO", "PN"] },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("pos-as-modifier") }
}
