import Codes
import Diagnostics
import Testing

@Suite("place-of-service-unknown")
struct PlaceOfServiceUnknownTests {
    @Test(
        "wants two digits that CMS lists",
        arguments: [
            RuleCase("unassigned digits", .error, "28", says: "such as 11 (office)") { $0.placeOfService = "28" },
            RuleCase("a name", .error, "Office", "11", says: "did you mean 11 (office)?") {
                $0.placeOfService = "Office"
            },
            RuleCase("one digit", .error, "1", "01", says: "did you mean 01") { $0.placeOfService = "1" },
            RuleCase("nothing written", .error, "", says: "no place of service") { $0.placeOfService = "" },
            RuleCase(silent: "home") { $0.placeOfService = " 12 " },
            RuleCase(silent: "left out") { $0.placeOfService = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("place-of-service-unknown") }
}
