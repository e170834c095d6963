import Codes
import Diagnostics
import Testing

@Suite("npi-check-digit")
struct NPICheckDigitTests {
    @Test(
        "says whose NPI and what is wrong",
        arguments: [
            RuleCase("a swapped pair", .error, "1234567983", says: "site's NPI 1234567983 has a check digit") {
                $0.billingNPI = "1234567983"
            },
            RuleCase("nine digits", .error, "124531959", says: "prescriber's NPI 124531959 is not ten digits") {
                $0.renderingNPI = "124531959"
            },
            RuleCase("a wrong first digit", .error, "9234567893", says: "begin with 1 or 2") {
                $0.billingNPI = "9234567893"
            },
            RuleCase(silent: "none written") {
                $0.billingNPI = nil
                $0.renderingNPI = nil
            },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("npi-check-digit") }
}
