import Diagnostics
import Foundation
import Testing

@testable import Exchange

@Suite("Status mapping") struct StatusMappingTests {
    private static let good = """
        mapping: p/x
        payer: p
        version: 1
        format: csv
        time_zone: UTC
        dates: [iso]
        columns: {reference: Ref, status: Status}
        statuses: {approved: Approved}
        """

    @Test("the mappings that come with Precert are sound", arguments: ["unitedhealthcare", "bcbs_north_dakota"])
    func shipped(payer: String) throws {
        let mapping = try Fixture.mapping(payer)
        #expect(mapping.payer == payer)
        #expect(mapping.columns[.sender]?.isRequired == true)
        for kind in StatusKind.allCases { #expect(mapping.statuses.values.contains(kind)) }
    }

    @Test("the example in the guide is a mapping, and reads what the guide says")
    func guide() throws {
        let guide = String(decoding: try Fixture.bytes("docs/import-mapping.md"), as: UTF8.self)
        let start = try #require(guide.range(of: "```yaml\n")).upperBound
        let end = try #require(guide.range(of: "```", range: start..<guide.endIndex)).lowerBound
        let mapping = try StatusMapping.parse(Array(guide[start..<end].utf8), file: "guide.yaml")
        #expect(mapping.delimiter == UInt8(ascii: ";"))
        #expect(mapping.columns[.authorization]?.digits == 9...11)
        for reason in RowFault.Reason.allCases { #expect(guide.contains("`\(reason.rawValue)`")) }
        for kind in StatusKind.allCases { #expect(guide.contains("`\(kind.rawValue)`")) }
        for basis in UnitsBasis.allCases { #expect(guide.contains("`\(basis.rawValue)`")) }
        for format in StatusDateFormat.allCases { #expect(guide.contains("`\(format.rawValue)`")) }
        let text =
            "Daily list\nPlan;Case Number;Member ID;Status;Expires\nEXP;C1;123456789;certified;12/31/9999\nTOTAL;1\n"
        let rows = try StatusFile.read(Array(text.utf8), file: "s.csv", mapping: mapping).rows
        #expect(rows.first?.record?.kind == .approved)
        #expect(rows.first?.record?.to == nil)
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("version: 1", "version: 0", "m.yaml:3:10", "count from 1"),
            ("format: csv", "format: xls", "m.yaml:4:9", "unknown value"),
            ("mapping: p/x", "mapping: q/x", "m.yaml:1:10", "p/<layout>"),
            ("time_zone: UTC", "time_zone: Central", "m.yaml:5:12", "America/Chicago"),
            ("dates: [iso]", "dates: [iso, uk]", "m.yaml:6:14", "unknown value \"uk\""),
            ("dates: [iso]", "dates: []", "m.yaml:6:8", "at least one"),
            ("reference: Ref, ", "", "m.yaml:7:10", "find a request by"),
            ("reference: Ref", "refrence: Ref", "m.yaml:7:11", "did you mean \"reference\""),
            ("reference: Ref", "reference: Status", "m.yaml:7:", "a name of"),
            ("reference: Ref", "reference: Ref, units: Units", "m.yaml:7:10", "units without a basis"),
            ("reference: Ref", "reference: {names: Ref, digits: [9, 3]}", "m.yaml:7:43", "digits"),
            ("{approved: Approved}", "{approved: Yes, denied: ['yes ']}", "m.yaml:8:36", "stands under"),
            ("{approved: Approved}", "{aproved: Approved}", "m.yaml:8:12", "did you mean \"approved\""),
            ("payer: p", "payer: p\ndelimiter: pipe", "m.yaml:3:12", "unknown value"),
            ("payer: p", "payer: p\nskip_lines: 101", "m.yaml:3:13", "0 to 100"),
            ("payer: p", "payer: p\ntrailer: {first_cell: T, count_cell: 1}", "m.yaml:3:38", "second cell"),
            ("payer: p", "", "m.yaml:1:1", "\"payer\" is missing"),
        ])
    func wrong(part: String, replacement: String, place: String, words: String) throws {
        let text = StatusMappingTests.good.replacing(part, with: replacement)
        let error = try #require(throws: InvalidSource.self) {
            try StatusMapping.parse(Array(text.utf8), file: "m.yaml")
        }
        let found = error.diagnostics.contains {
            $0.location.description.hasPrefix(place) && $0.message.contains(words)
        }
        #expect(found, "\(error)")
    }
}
