import Codes
import Diagnostics
import Testing

@Suite("code-unknown")
struct CodeUnknownTests {
    @Test(
        "offers the drug's own code, else the nearest",
        arguments: [
            RuleCase("for a drug on file", .error, "J2328", "J2323 or Q5134", says: "natalizumab is J2323") {
                $0.hcpcs = "J2328"
            },
            RuleCase(
                "for a drug that is not", .error, "C9258",
                "C9257 or J9035 or Q5107 or Q5118",
                says: "codes that name the drug are"
            ) {
                $0.ask(for: "bevacizumab", "C9258")
            },
            RuleCase("with two digits swapped", .error, "J2233", "J2253 or J2323", says: "near it are") {
                $0.ask(for: "xyzumab", "J2233")
            },
            RuleCase("that is no code", .error, "TYSABRI", "J2323 or Q5134", says: "not a HCPCS code") {
                $0.hcpcs = "Tysabri"
            },
            RuleCase("after the loaded releases", .error, "J2328", "J2323 or Q5134", says: "no loaded release") {
                $0.hcpcs = "J2328"
                $0.dateOfService = day("2026-12-01")
            },
            RuleCase(silent: "of a kind that the table does not carry") { $0.hcpcs = "S9359" },
            RuleCase(silent: "in small letters, with blanks") { $0.hcpcs = " j2323 " },
        ] as [RuleCase])
    func cases(_ row: RuleCase) { row.check("code-unknown") }
}
