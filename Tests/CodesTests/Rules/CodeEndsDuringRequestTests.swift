import Codes
import Diagnostics
import Testing

@Suite("code-ends-during-request")
struct CodeEndsDuringRequestTests {
    @Test(
        "finds the day on which the code changes under the doses",
        arguments: [
            RuleCase(
                "J1300 over 2025-03-31", .error, "J1300", "J1299",
                says:
                    "5 of the 7 doses, from 2025-04-07 on, come after it; they are J1299 (2 mg a unit instead of 10 mg): "
                    + "450 units for 900 mg instead of 90, 5 times as many"
            ) {
                $0.ask(for: "Soliris", "J1300", dose: "900 mg", units: 90)
                $0.everyDays = 14
                $0.doses = 7
                $0.dateOfService = day("2025-03-10")
            },
            RuleCase(silent: "all doses before it") {
                $0.ask(for: "Soliris", "J1300", dose: "900 mg")
                $0.everyDays = 14
                $0.doses = 2
                $0.dateOfService = day("2025-03-10")
            },
            RuleCase(silent: "the last dose on the last day") {
                $0.ask(for: "Soliris", "J1300")
                $0.everyDays = 14
                $0.doses = 2
                $0.dateOfService = day("2025-03-17")
            },
            RuleCase("in months", .error, "J1300", "J1299", says: "1 of the 2 doses, from 2025-04-10 on") {
                $0.ask(for: "Soliris", "J1300", dose: "900 mg")
                $0.everyDays = nil
                $0.everyMonths = 1
                $0.doses = 2
                $0.dateOfService = day("2025-03-10")
            },
            RuleCase(silent: "the first dose after it, which is another rule's") {
                $0.ask(for: "Soliris", "J1300")
                $0.doses = 2
                $0.dateOfService = day("2025-04-10")
            },
            RuleCase(silent: "a code that goes on") { $0.doses = 13 },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("code-ends-during-request") }
}
