import Codes
import Diagnostics
import Testing

@Suite("interval-below-label")
struct IntervalBelowLabelTests {
    @Test(
        "warns of doses that follow each other too fast",
        arguments: [
            RuleCase("every two weeks", .warning, "14 days", "28 days or more", says: "more often than the label") {
                $0.everyDays = 14
            },
            RuleCase(silent: "every six weeks") { $0.everyDays = 42 },
            RuleCase(silent: "every month") {
                $0.everyDays = nil
                $0.everyMonths = 1
            },
            RuleCase("every month where the label says six", .warning, "month", "168 days or more") {
                $0.ask(for: "Ocrevus", "J2350", dose: "600 mg")
                $0.everyDays = nil
                $0.everyMonths = 1
            },
            RuleCase("a dose by weight", .warning, "28 days", "56 days or more", says: "every 56 days") {
                $0.askForInfliximab()
                $0.everyDays = 28
                $0.doses = 8
            },
            RuleCase(silent: "induction, as many doses as it has") {
                $0.askForInfliximab()
                $0.everyDays = 14
                $0.doses = 3
            },
            RuleCase("a continuation has no induction", .warning, "14 days", "56 days or more") {
                $0.askForInfliximab()
                $0.everyDays = 14
                $0.doses = 3
                $0.begins = false
            },
            RuleCase(
                "by the use: ankylosing spondylitis", .warning, "28 days", "42 days or more", says: "every 42 days"
            ) {
                $0.askForInfliximab()
                $0.diagnoses = ["M45.9"]
                $0.everyDays = 28
                $0.doses = 9
            },
            RuleCase(silent: "a dose that the label does not give") {
                $0.dose = Dose("600 mg")
                $0.everyDays = 1
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("interval-below-label") }
}
