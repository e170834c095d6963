import CivilTime
import Diagnostics
import Foundation
import Testing

@testable import Exchange

@Suite("Status file") struct StatusFileTests {
    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(iso: text)) }

    @Test("reads an approval, a pend, a denial and a row without our number")
    func reads() throws {
        let file = try StatusFile.read(
            try Fixture.exchange("unitedhealthcare-status.csv"), file: "s.csv",
            mapping: try Fixture.mapping("unitedhealthcare"))
        #expect(file.faults == [])
        #expect(file.facts.rowsRead == 4)
        #expect(file.facts.unusedColumns == ["Submitter"])
        let records = file.records
        #expect(records.map(\.kind) == [.approved, .pended, .denied, .received])
        #expect(records.map(\.line) == [2, 3, 4, 6])
        let approval = records[0]
        #expect(approval.trace == "PA-1001")
        #expect(approval.payerReference == "A265500101")
        #expect(approval.authorizationNumber == "A265500101")
        #expect(approval.memberID?.value == "900000101")
        #expect(approval.born?.value == (try day("1984-03-09")))
        #expect(approval.from == (try day("2026-12-01")))
        #expect(approval.to == (try day("2027-05-31")))
        #expect(approval.unitsApproved == "2100")
        #expect(approval.unitsBasis == .hcpcsUnits)
        #expect(approval.asOf?.description == "2026-11-25T14:03:00")
        #expect(records[1].informationDue == (try day("2026-12-09")))
        #expect(records[1].reasonText?.value == "MRI report, \"within 12 months\"")
        #expect(records[1].authorizationNumber == nil)
        #expect(records[2].reasonCode == "D12")
        #expect(records[2].reasonText?.value == "Step therapy\nnot shown")
        #expect(records[2].to == nil)
        #expect(records[3].trace == nil)
        #expect(records[3].hcpcs == "J2323")
        #expect(records[3].reasonCode == nil)
    }

    @Test("reads two number columns, a units basis by word and the closing line")
    func readsSecondPayer() throws {
        let file = try StatusFile.read(
            try Fixture.exchange("bcbs-north-dakota-status.csv"), file: "s.csv",
            mapping: try Fixture.mapping("bcbs_north_dakota"))
        #expect(file.faults == [])
        #expect(file.facts.delimiter == UInt8(ascii: ";"))
        #expect(file.records.map(\.authorizationNumber) == ["004455667", nil])
        #expect(file.records.map(\.unitsBasis) == [.hcpcsUnits, nil])
        #expect(file.records[0].asOf?.description == "2026-11-25T09:15:00-06:00")
    }

    @Test("each row that cannot be read has its own reason, and the rest goes on")
    func faults() throws {
        let file = try StatusFile.read(
            try Fixture.exchange("unitedhealthcare-faults.csv"), file: "s.csv",
            mapping: try Fixture.mapping("unitedhealthcare"))
        #expect(
            file.faults.map(\.reason) == [
                .unmappedStatus, .impossibleDate, .raggedRow, .damagedNumber, .damagedNumber, .wrongPayer, .missingKey,
                .missingStatus, .fromAfterTo, .badUnits, .badCode, .badDate, .strayQuote, .badNumber, .damagedNumber,
                .damagedNumber, .emptyRow,
            ])
        #expect(file.faults.map(\.rowNumber) == Array(1...17))
        #expect(file.faults.map(\.line) == Array(2...18))
        #expect(file.faults[0].column == "Status")
        #expect(file.rows.count == file.facts.rowsRead)
        let last = try #require(file.records.first)
        #expect(last.payerReference == "00123")
        #expect(last.memberID?.value == "900000101")
        #expect(last.unitsApproved == "300")
    }

    @Test("no message, description or dump of a row shows the row's values")
    func redacted() throws {
        let file = try StatusFile.read(
            try Fixture.exchange("unitedhealthcare-faults.csv"), file: "s.csv",
            mapping: try Fixture.mapping("unitedhealthcare"))
        for fault in file.faults {
            #expect(!fault.message.contains("900000101"))
            #expect(!fault.message.contains("Aproved"))
            var dumped = ""
            dump(fault, to: &dumped)
            #expect(!dumped.contains("900000101"))
            #expect(!"\(fault)".contains("900000101"))
        }
        var dumped = ""
        dump(file.records, to: &dumped)
        #expect(!dumped.contains("900000101"))
    }

    @Test(
        "a date that two formats read differently is no date",
        arguments: [
            ("03/04/2026", RowFault.Reason.ambiguousDate), ("13/04/2026", nil), ("05/05/2026", nil),
            ("31/31/2026", .impossibleDate), ("3/4/26", .badDate), ("2026-02-29", .impossibleDate), ("2026-12-01", nil),
        ])
    func dates(text: String, expected: RowFault.Reason?) throws {
        let mapping = try mapping(dates: "[us, day_first, iso]")
        let rows = try read("Ref,Status,From\nA,Approved,\(text)\n", mapping)
        #expect(rows.first?.fault?.reason == expected)
    }

    @Test(
        "reads each date format",
        arguments: [
            ("iso", "2026-12-01"), ("us", "12/1/2026"), ("us", "12-01-2026"), ("day_first", "1.12.2026"),
            ("compact", "20261201"), ("excel_serial", "46357"), ("iso", "2026-12-01T00:00:00"),
            ("us", "12/01/2026 12:00:00 AM"),
        ])
    func formats(format: String, text: String) throws {
        let rows = try read("Ref,Status,From\nA,Approved,\(text)\n", try mapping(dates: "[\(format)]"))
        #expect(rows.first?.record?.from?.description == "2026-12-01")
    }

    @Test(
        "refuses a file that was cut off or does not fit its mapping",
        arguments: [
            ("Ref,Status\nA,Approved", "no line end"), ("Ref,Status\nA,Approved\n", "number of rows is missing"),
            ("Ref,Status\nTOTAL,1\n", "says 1 rows, the file has 0"), ("Ref,Status\nTOTAL,0\nA,Approved\n", "below"),
            ("Ref,Status\nTOTAL,x\n", "does not say"), ("Ref,Stats\n", "which may be meant"),
            ("Ref,Status,Case Status\n", "two columns for status"), ("Foo,Status\n", "find a request by"),
            ("Re\"f,Status\n", "damaged"),
        ])
    func refuses(text: String, words: String) throws {
        let mapping = try mapping(more: "final_newline: required\ntrailer: {first_cell: Total, count_cell: 2}")
        let error = try #require(throws: InvalidSource.self) { try read(text, mapping) }
        #expect(error.description.contains(words))
        #expect(error.description.hasPrefix("s.csv:"))
    }

    @Test(
        "reads the same whatever the encoding and the line ends",
        arguments: ["utf-8", "mark", "utf-16", "cp1252", "crlf"])
    func encodings(kind: String) throws {
        let mapping = try Fixture.mapping("bcbs_north_dakota")
        let text = String(decoding: try Fixture.exchange("bcbs-north-dakota-status.csv"), as: UTF8.self)
            .replacing("Relapse dates", with: "Rückfall")
        let bytes: [UInt8]
        switch kind {
        case "mark": bytes = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        case "utf-16": bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case "cp1252": bytes = text.unicodeScalars.map { UInt8($0.value) }
        case "crlf": bytes = Array(text.replacing("\n", with: "\r\n").utf8)
        default: bytes = Array(text.utf8)
        }
        let plain = try StatusFile.read(Array(text.utf8), file: "s.csv", mapping: mapping)
        #expect(plain.records.last?.reasonText?.value == "Rückfall")
        #expect(try StatusFile.read(bytes, file: "s.csv", mapping: mapping).rows == plain.rows)
    }

    @Test("reads the same whatever the chunks", arguments: [1, 7, 64, 100_000])
    func chunks(size: Int) throws {
        let mapping = try Fixture.mapping("unitedhealthcare")
        for name in ["unitedhealthcare-status.csv", "unitedhealthcare-faults.csv"] {
            let bytes = try Fixture.exchange(name)
            let whole = try StatusFile.read(bytes, file: "s.csv", mapping: mapping)
            var reader = StatusReader(mapping: mapping, encoding: .utf8, file: "s.csv")
            var rows: [StatusRow] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                try reader.feed(Array(bytes[start..<min(start + size, bytes.count)])) { rows.append($0) }
            }
            let facts = try reader.finish { rows.append($0) }
            #expect(rows == whole.rows)
            #expect(facts == whole.facts)
        }
    }

    @Test("a file without a header is refused, and its first row not shown")
    func headerless() throws {
        let bytes = Array("UHC,A1,PA-1,Canary,Approved\n".utf8)
        let error = try #require(throws: InvalidSource.self) {
            try StatusFile.read(bytes, file: "s.csv", mapping: try Fixture.mapping("unitedhealthcare"))
        }
        #expect(!error.description.contains("Canary"))
        #expect(error.description.contains("no column for status"))
    }

    @Test("a record survives being encoded and decoded")
    func codable() throws {
        let file = try StatusFile.read(
            try Fixture.exchange("unitedhealthcare-status.csv"), file: "s.csv",
            mapping: try Fixture.mapping("unitedhealthcare"))
        let data = try JSONEncoder().encode(file.records)
        #expect(try JSONDecoder().decode([StatusRecord].self, from: data) == file.records)
    }

    @Test("the example files speak about the example orders")
    func examples() throws {
        for (name, payer, orders) in [
            ("unitedhealthcare-status", "unitedhealthcare", ["order", "order-second", "order-third"]),
            ("bcbs-north-dakota-status", "bcbs_north_dakota", ["order-ublituximab"]),
        ] {
            let bytes = try Fixture.bytes("Examples/\(name).csv.in")
            let file = try StatusFile.read(bytes, file: "s.csv", mapping: try Fixture.mapping(payer))
            #expect(file.faults == [])
            for (record, orderName) in zip(file.records, orders) {
                let order = try OrderFile.parse(try Fixture.bytes("Examples/\(orderName).yaml"), file: "o.yaml")
                #expect(order.payer.value == payer)
                #expect(record.trace?.hasPrefix("@TRACE") == true)
                #expect(record.memberID == order.patient.memberID.value)
                #expect(record.born == order.patient.born.value)
                #expect(record.hcpcs == order.services[0].hcpcs.value)
            }
            if payer == "unitedhealthcare" {
                #expect(file.records.map(\.kind) == [.approved, .pended, .denied, .approved])
            }
        }
    }

    private func read(_ text: String, _ mapping: StatusMapping) throws -> [StatusRow] {
        try StatusFile.read(Array(text.utf8), file: "s.csv", mapping: mapping).rows
    }

    private func mapping(dates: String = "[iso]", more: String = "") throws -> StatusMapping {
        let text = """
            mapping: p/x
            payer: p
            version: 1
            format: csv
            time_zone: UTC
            dates: \(dates)
            columns: {reference: Ref, status: [Status, Case Status], from: From}
            statuses: {approved: Approved}
            \(more)
            """
        return try StatusMapping.parse(Array(text.utf8), file: "m.yaml")
    }
}

extension StatusRow {
    var record: StatusRecord? { if case .record(let record) = self { record } else { nil } }
    var fault: RowFault? { if case .fault(let fault) = self { fault } else { nil } }
}
