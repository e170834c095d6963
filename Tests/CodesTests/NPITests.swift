import Codes
import Testing

@Suite("An NPI")
struct NPITests {
    @Test("is accepted when its check digit fits", arguments: ["1234567893", "1245319599", "2000000002"])
    func valid(digits: String) throws { #expect(try NPI(digits).digits == digits) }

    @Test(
        "is refused with the reason",
        arguments: [
            ("123456789", NPI.Failure.notTenDigits), ("12345678933", .notTenDigits), ("123456789X", .notTenDigits),
            ("", .notTenDigits), ("3234567893", .firstDigit), ("1234567890", .checkDigit), ("1234567983", .checkDigit),
        ])
    func invalid(text: String, failure: NPI.Failure) { #expect(throws: failure) { try NPI(text) } }

    @Test("is refused after any single wrong digit but the first")
    func everyDigit() {
        let right = Array("1234567893")
        for position in 1..<10 {
            for digit in "0123456789" where digit != right[position] {
                var wrong = right
                wrong[position] = digit
                #expect(throws: NPI.Failure.checkDigit) { try NPI(String(wrong)) }
            }
        }
    }
}
