import Diagnostics
import Testing

@testable import Codes

/// CMS's text file in fixed columns; every line here is made up, in the layout that CMS describes.
@Suite("CMS's alphanumeric file in fixed columns")
struct ContractorRecordTests {
    /// One record, with something in each column that is not read, so that a slice that is off by one shows.
    static func line(
        _ code: String, _ sequence: Int, _ record: Int, _ long: String, short: String = "", added: String = "",
        ended: String = "", isTrimmed: Bool = false
    ) -> String {
        func field(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.unicodeScalars.count)
        }
        let number = String(sequence)
        var text =
            (code.count == 2 ? "   " : "") + code + String(repeating: "0", count: 5 - number.count) + number
            + "\(record)" + field(long, 80)
        guard record == 3 || record == 7 else { return isTrimmed ? text : field(text, 320) }
        text += field(short, 28) + "51525354A" + field("", 42) + "1861S10AAT" + field("", 24) + field("J1999", 25)
        text += "D" + field("", 22) + "0123" + "O1E" + "Z" + "1    " + "007"
        text += field(added, 8) + "20260701" + field(ended, 8) + "N"
        return isTrimmed ? text : field(text, 320)
    }

    static func release(trimmed: Bool = false, _ more: [String] = []) -> String {
        var lines: [String] = []
        for code in LoadedCodes.book.hcpcs.all.sorted(by: { $0.code < $1.code })
        where code.lastDate == nil && code.code != "Q9999" {
            lines.append(
                line(
                    code.code, 100, 3, "short", short: "short", ended: code.code == "J2323" ? "20260731" : "",
                    isTrimmed: trimmed))
        }
        lines += [
            line(
                "J2999", 100, 3, "Injection, examplimab, for a long description that fills every one of its eighty",
                short: "Examplimab", added: "20260701", isTrimmed: trimmed),
            line("J2999", 200, 4, "columns, 2.5 mg", isTrimmed: trimmed),
            line("A4550", 100, 3, "Surgical trays", short: "Trays", added: "19860101", isTrimmed: trimmed),
            line("96413", 100, 3, "of the AMA", short: "of the AMA", added: "20060101", isTrimmed: trimmed),
            line("96413", 200, 4, "of the AMA", isTrimmed: trimmed),
        ]
        for modifier in LoadedCodes.book.modifiers.all where modifier.lastDate == nil {
            lines.append(
                line(modifier.code, 100, 7, String(modifier.meaning.prefix(20)), short: "x", isTrimmed: trimmed))
        }
        lines += [
            line("Y9", 100, 7, "A new", short: "new", added: "20260701", isTrimmed: trimmed),
            line("Y9", 200, 8, "modifier", isTrimmed: trimmed),
        ]
        return (lines + more).joined(separator: "\r\n") + "\r\n"
    }

    @Test(
        "is merged like the workbook: 320 columns, or with the blanks at the end of its lines gone",
        arguments: [false, true])
    func codes(trimmed: Bool) throws {
        let load = try CodeLoadTests.load(.hcpcs, Self.release(trimmed: trimmed))
        #expect(load.layout == "CMS's alphanumeric file in fixed columns")
        #expect(load.changes.added == ["J2999"])
        #expect(load.changes.ended == ["J2323 on 2026-07-31", "Q9999 by 2026-06-30"])
        #expect(load.changes.skipped == 1)
        let new = try #require(try CodeLoadTests.book(load).hcpcs.lookup("J2999", on: day("2026-07-01")).entry)
        #expect(
            new.descriptor
                == "Injection, examplimab, for a long description that fills every one of its eighty columns, 2.5 mg")
        #expect(new.unit?.description == "2.5 mg")
        #expect(new.firstDate == day("2026-07-01"))
        #expect(!String(decoding: load.files[0].bytes, as: UTF8.self).contains("of the AMA"))
    }

    @Test("has the modifiers as records 7 and 8; CPT's numbers stay as they are on file")
    func modifiers() throws {
        let load = try CodeLoadTests.load(.modifiers, Self.release())
        #expect(load.layout == "CMS's alphanumeric file in fixed columns")
        #expect(load.changes.added == ["Y9"])
        #expect(load.changes.ended == [])
        let modifiers = try CodeLoadTests.book(load).modifiers
        #expect(modifiers["Y9"]?.meaning == "A new modifier")
        #expect(modifiers["Y9"]?.firstDate == day("2026-07-01"))
        #expect(modifiers["25"] == LoadedCodes.book.modifiers["25"])
    }

    @Test("is Latin-1 where it is no UTF-8, and its columns stay in place")
    func latin() throws {
        let line = Self.line("J2996", 100, 3, "Injection, caf?, 3 mg", short: "x", added: "20260701")
        let bytes = Array(Self.release([line]).utf8).map { $0 == UInt8(ascii: "?") ? 0xE9 : $0 }
        let code = try #require(try HCPCSReleaseFile(bytes, file: "x").codes.last)
        #expect(code.descriptor == "Injection, café, 3 mg")
        #expect(code.first == day("2026-07-01"))
    }

    @Test(
        "is refused with line and column",
        arguments: [
            (line("J2996", 100, 5, "x"), 11, "3, 4, 7 or 8"),
            (line("J29A6", 100, 3, "x"), 1, "a letter and four digits"),
            (line("J2996", 100, 3, "x", added: "20261301"), 269, "no date"),
            (line("J2996", 100, 3, "x", ended: "x"), 285, "no date"), (line("J2997", 200, 4, "x"), 1, "goes on"),
            (line("J2999", 100, 3, "x"), 1, "stands twice"), (line("J2996", 100, 3, "x") + "y", 321, "320"),
            ("J2996001", 11, "3, 4, 7 or 8"),
        ])
    func wrong(row: String, column: Int, words: String) throws {
        let text = Self.release([row])
        let error = try #require(throws: InvalidSource.self) { try HCPCSReleaseFile(Array(text.utf8), file: "new.txt") }
        let last = text.split(separator: "\r\n").count
        #expect(error.diagnostics.map(\.location.description) == ["new.txt:\(last):\(column)"], "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test(
        "is told from a CSV by its first line",
        arguments: [
            ("J2999001003Injection, x, 1 mg", true), ("   Y9001007A new one", true), ("\u{FEFF}J2999001003x", true),
            ("HCPC,SEQNUM,RECID,LONG DESCRIPTION", false), ("J2999,00100,3,x,x", false), ("J2999001003", false),
            ("HCPCS Code,Short Descriptor", false), ("", false), ("J2999001005Injection", false),
        ])
    func isLine(text: String, isOne: Bool) { #expect(ContractorRecord.isLine(Array(text.utf8)[...]) == isOne) }
}
