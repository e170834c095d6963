import Codes
import Diagnostics
import Testing

@Suite("doses-above-label")
struct DosesAboveLabelTests {
    @Test(
        "counts the doses of a form that only begins a therapy",
        arguments: [
            RuleCase(
                "seven infusions of ustekinumab", .warning, "7", "at most 1",
                says: "the label gives 1, for induction (unverified)"
            ) {
                $0.ask(for: "Stelara", "J3358", "K50.90")
                $0.doses = 7
            },
            RuleCase(silent: "one") {
                $0.ask(for: "Stelara", "J3358", "K50.90")
                $0.doses = 1
            },
            RuleCase("four infusions of risankizumab", .warning, "4", "at most 3") {
                $0.ask(for: "Skyrizi", "J2327", "K50.90")
                $0.doses = 4
            },
            RuleCase(silent: "a cycle that may be repeated") {
                $0.ask(for: "Vyvgart", "J9332", "G70.00")
                $0.doses = 8
            },
            RuleCase(silent: "a label that is not all on file") {
                $0.ask(for: "Rituxan", "J9312", "M31.30")
                $0.doses = 6
            },
            RuleCase(silent: "a therapy that goes on") { $0.doses = 13 },
            RuleCase(silent: "no number of doses") { $0.doses = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("doses-above-label") }
}
