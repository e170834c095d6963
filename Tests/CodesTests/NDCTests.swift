import Codes
import Testing

@Suite("NDC")
struct NDCTests {
    @Test(
        "becomes 5-4-2 from each shape",
        arguments: [
            ("0074-5015-01", "00074-5015-01"), ("64406-008-01", "64406-0008-01"), ("12345-6789-1", "12345-6789-01"),
            ("64406-0008-01", "64406-0008-01"), ("64406000801", "64406-0008-01"), (" 64406-008-01 ", "64406-0008-01"),
        ])
    func certain(text: String, expected: String) throws {
        guard case .certain(let ndc) = NDC.read(text) else {
            Issue.record("\(NDC.read(text))")
            return
        }
        #expect(ndc.description == expected)
        #expect(ndc.digits == expected.filter { $0 != "-" })
    }

    @Test("is not guessed from ten digits in a row")
    func ambiguous() {
        guard case .ambiguous(let readings) = NDC.read("0074501501") else {
            Issue.record("\(NDC.read("0074501501"))")
            return
        }
        #expect(readings.map(\.description) == ["00074-5015-01", "00745-0015-01", "00745-0150-01"])
        #expect(readings.allSatisfy { $0.digits.count == 11 })
    }

    @Test(
        "is nothing in another shape",
        arguments: [
            "", "-", "1-2-3", "64406-0008-123", "4440-008-01", "644060008", "1234567890123", "٦٤٤٠٦-٠٠٨-٠١", "--",
        ])
    func malformed(text: String) {
        #expect(NDC.read(text) == .malformed)
    }
}
