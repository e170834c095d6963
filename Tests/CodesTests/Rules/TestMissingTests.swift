import Codes
import Diagnostics
import Testing

@Suite("test-missing")
struct TestMissingTests {
    @Test(
        "names every test that is due before the first dose",
        arguments: [
            RuleCase(
                "none of natalizumab's", .warning, "touch", "jcv_antibody, brain_mri",
                says: "anti-JCV antibody [jcv_antibody]; brain MRI"
            ) {
                $0.gates = ["touch"]
            },
            RuleCase("one of them", .warning, "touch, brain_mri", "jcv_antibody") {
                $0.gates = ["touch", "brain_mri"]
            },
            RuleCase(silent: "all of them") { $0.gates = ["jcv_antibody", "brain_mri"] },
            RuleCase(silent: "a continuation") {
                $0.gates = []
                $0.begins = false
            },
            RuleCase(
                "one of an unverified label", .warning, "", "tuberculosis_screen",
                says: "[tuberculosis_screen] (unverified)"
            ) {
                $0.ask(for: "Stelara", "J3358")
                $0.gates = []
            },
            RuleCase("by the use: allergic asthma", .warning, "", "total_ige, aeroallergen_test") {
                $0.ask(for: "Xolair", "J2357", "J45.50")
                $0.gates = []
            },
            RuleCase(silent: "by the use: urticaria") {
                $0.ask(for: "Xolair", "J2357", "L50.1")
                $0.gates = []
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("test-missing") }
}
