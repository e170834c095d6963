import Codes
import Diagnostics
import Foundation
import Testing

@Suite("The code guard")
struct CodeGuardTests {
    @Test("says nothing about an order that is right")
    func silence() { #expect(heard(order()) == []) }

    @Test("names both errors and both right values of J2329, 30 units for natalizumab 300 mg")
    func seedCase() throws {
        let found = LoadedCodes.codeGuard.findings(
            for: order {
                $0.hcpcs = "J2329"
                $0.units = 30
                $0.gates.append("tyruko_rems")
            })
        #expect(found.map(\.ruleID) == ["drug-code-mismatch", "unit-dose-tenfold"])
        #expect(found.allSatisfy { $0.severity == .error })
        #expect(found.map(\.expected) == ["J2323 or Q5134", "300"])
        #expect(
            found.map(\.message) == [
                "J2329 is ublituximab-xiiy (Briumvi), 1 mg a unit, not natalizumab; "
                    + "natalizumab is J2323 (Tysabri, 1 mg) or Q5134 (Tyruko, 1 mg)",
                "300 mg of natalizumab is 300 units of J2323 (1 mg each); 30 is ten times too few",
            ])
    }

    @Test("lets an order pass whose date lies after the loaded releases, with a warning for each table")
    func afterTheLoadedReleases() throws {
        let found = LoadedCodes.codeGuard.findings(for: order { $0.dateOfService = day("2026-12-01") })
        #expect(
            found.map { "\($0.severity.rawValue) \($0.ruleID)" } == [
                "warning code-not-loaded", "warning code-not-loaded",
            ])
        #expect(found.map(\.field) == [.hcpcs, .diagnoses])
        #expect(
            try #require(found.first).message.contains(
                "not loaded after 2026-06-30 (HCPCS Level II, April 2026 quarter"))
        #expect(try #require(found.last).message.contains("not loaded after 2026-09-30 (ICD-10-CM FY2026"))
    }

    @Test("still refuses G35 after the loaded releases, offers its children and chooses none")
    func headingAfterTheLoadedReleases() {
        let found = findings(
            "diagnosis-not-billable",
            order {
                $0.diagnoses = ["G35"]
                $0.dateOfService = day("2026-12-01")
            })
        #expect(found.map(\.severity) == [.error])
        #expect(
            found.first?.offers.map(\.code) == [
                "G35.A", "G35.B0", "G35.B1", "G35.B2", "G35.C0", "G35.C1", "G35.C2", "G35.D",
            ])
    }

    @Test("has a distinct id and a summary for every rule")
    func rules() {
        let ids = CodeGuard.rules.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(CodeGuard.rules.allSatisfy { !$0.summary.isEmpty })
    }

    @Test("writes a finding as JSON under stable names")
    func json() throws {
        let finding = try #require(findings("diagnosis-not-billable", order { $0.diagnoses = ["G35.B"] }).first)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(finding)) as? [String: Any]
        #expect(object?["rule"] as? String == "diagnosis-not-billable")
        #expect(object?["severity"] as? String == "error")
        #expect(object?["field"] as? String == "diagnoses")
        #expect((object?["offers"] as? [[String: String]])?.first?["code"] == "G35.B0")
        #expect(
            object?.keys.sorted() == [
                "expected", "field", "found", "message", "offers", "released", "rule", "severity", "source", "trust",
            ])
    }
}
