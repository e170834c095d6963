import CivilTime
import Codes
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("lint") struct LintTests {
    static let book = Result { try Repository.rules.codes() }

    private func report(_ text: String, today: String = "2026-05-01") throws -> LintReport {
        var report = LintReport()
        report.check(
            Array(text.utf8), file: "o.yaml", codes: try Self.book.get(), today: try #require(CivilDate(iso: today)))
        return report
    }

    private func example(_ change: (inout String) -> Void = { _ in }) throws -> String {
        var text = try String(contentsOf: Repository.url("Examples/order.yaml"), encoding: .utf8)
            .replacing("planned_first_dose: 2026-12-01", with: "planned_first_dose: 2026-05-04")
            .replacing("  doses: 7", with: "  doses: 2\n  gates: [touch, jcv_antibody, brain_mri]")
        change(&text)
        return text
    }

    @Test("finds nothing in an order that is right, and says how a dose is billed") func right() throws {
        let file = try #require(try report(try example()).files.first)
        #expect(file.findings.map(\.message) == [])
        #expect(file.billing.map(\.administered) == [300])
        #expect(file.billing.map(\.modifier) == ["JZ"])
    }

    @Test("names rule, place, value expected, source with its day and its trust") func finding() throws {
        let report = try report(try example { $0 = $0.replacing("units: 300", with: "units: 30") })
        let finding = try #require(report.files.first?.findings.first)
        #expect(report.hasErrors)
        #expect(finding.rule == "unit-dose-tenfold")
        #expect(finding.line == 31)
        #expect(finding.expected == "300")
        #expect(finding.trust == "verified")
        #expect(finding.released?.description == "2026-04-01")
        let json = try JSONDocument.text(report)
        for name in [
            "files", "file", "billing", "findings", "rule", "severity", "line", "expected", "trust", "released",
        ] {
            #expect(json.contains("\"\(name)\" :"), "\(name)")
        }
    }

    @Test("says each thing about the whole order once, and each thing about a line at its line") func lines() throws {
        let second = "- {hcpcs: J2323, units: 30, dose: 300 mg, every: 4 weeks}\nplanned_first_dose"
        let text = try example { text in
            text = text.replacing("service:\n  hcpcs", with: "services:\n- hcpcs")
                .replacing("planned_first_dose", with: second).replacing("[G35.A]", with: "[G35]")
        }
        let findings = try #require(try report(text).files.first).findings
        #expect(findings.filter { $0.rule == "diagnosis-not-billable" }.count == 1)
        #expect(findings.filter { $0.rule == "unit-dose-tenfold" }.map(\.line) == [38])
        // The gates of the first line are the patient's: the second does not ask again.
        #expect(findings.filter { $0.rule.hasSuffix("-missing") }.isEmpty)
    }

    @Test("holds the dose against the weight that the order names") func weight() throws {
        let text = try example { text in
            text = text.replacing("drug: natalizumab", with: "drug: infliximab")
                .replacing("[G35.A]", with: "[K50.90]").replacing("J2323", with: "J1745")
                .replacing("units: 300", with: "units: 42").replacing("dose: 300 mg", with: "dose: 415 mg")
                .replacing("every: 28 days", with: "every: 8 weeks")
                .replacing("born: 1984-03-09", with: "born: 1984-03-09\n  weight_kg: 30\n  weighed_on: 2026-05-01")
                .replacing("touch, jcv_antibody, brain_mri", with: "tuberculosis_screen, hepatitis_b_screen")
        }
        let file = try #require(try report(text).files.first)
        #expect(file.findings.map(\.rule) == ["dose-by-weight"])
        #expect(file.findings.first?.expected == "150 mg to 300 mg")
        #expect(file.billing.map(\.total) == [50])
    }

    @Test("makes findings of a file that is no order, and of dates that may be slips")
    func otherRules() throws {
        let broken = try #require(try report("payer: x\n").files.first)
        #expect(Set(broken.findings.map(\.rule)) == ["order-file"])
        let past = try #require(try report(try example(), today: "2026-05-05").files.first)
        #expect(past.findings.map(\.rule) == ["date-doubtful"])
        #expect(past.errors == 0)
    }

    @Test(
        "doubts a weight that is old, or of a day to come",
        arguments: [("2025-10-01", "days old"), ("2026-05-02", "yet to come"), ("2026-04-30", nil)])
    func weighing(day: String, words: String?) throws {
        let text = try example { text in
            text = text.replacing("born: 1984-03-09", with: "born: 1984-03-09\n  weight_kg: 83\n  weighed_on: \(day)")
        }
        let found = try #require(try report(text).files.first).findings
        #expect(found.map(\.rule) == (words == nil ? [] : ["date-doubtful"]))
        #expect(found.allSatisfy { $0.message.contains(words ?? "") })
    }

    @Test(
        "ends with 0 on warnings, with 5 on errors, with 3 where nothing is",
        arguments: [("order.yaml", Int32(0)), ("order-as-on-the-web-page.yaml", 5), ("absent.yaml", 3), ("", 5)])
    func exitCodes(name: String, expected: Int32) async {
        let path = Repository.url("Examples/\(name)").path
        let status = await PrecertProgram.run(PrecertCommand.self, arguments: ["lint", path, "--format", "csv"])
        #expect(status == expected)
    }
}
