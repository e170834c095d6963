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
                $0.drug = "Stelara"
                $0.hcpcs = "J3358"
                $0.diagnoses = ["K50.90"]
                $0.doses = 7
            },
            RuleCase(silent: "one") {
                $0.drug = "Stelara"
                $0.hcpcs = "J3358"
                $0.diagnoses = ["K50.90"]
                $0.doses = 1
            },
            RuleCase("four infusions of risankizumab", .warning, "4", "at most 3") {
                $0.drug = "Skyrizi"
                $0.hcpcs = "J2327"
                $0.diagnoses = ["K50.90"]
                $0.doses = 4
            },
            RuleCase(silent: "a cycle that may be repeated") {
                $0.drug = "Vyvgart"
                $0.hcpcs = "J9332"
                $0.diagnoses = ["G70.00"]
                $0.doses = 8
            },
            RuleCase(silent: "a label that is not all on file") {
                $0.drug = "Rituxan"
                $0.hcpcs = "J9312"
                $0.diagnoses = ["M31.30"]
                $0.doses = 6
            },
            RuleCase(silent: "a therapy that goes on") { $0.doses = 13 },
            RuleCase(silent: "no number of doses") { $0.doses = nil },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("doses-above-label") }
}
