import CivilTime
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Tables") struct TableTests {
    static let columns: [Table.Column] = [
        .init("request", "Request", priority: .essential),
        .init("drug", "Drug", minimumWidth: 10, wraps: true),
        .init("note", "Note", priority: .low, minimumWidth: 6),
        .init("units", "Units", alignment: .right),
    ]

    /// A terminal so wide, without colour.
    static func screen(_ width: Int) -> Terminal {
        Terminal(isTerminal: true, windowWidth: width, environment: ["NO_COLOR": "1"])
    }

    static func sample() throws -> Table {
        var table = Table(columns, whenEmpty: "No requests.")
        table.append(.text("PA-7K2M"), .text("natalizumab for infusion"), .text("waits for the clinic"), .number(300))
        table.append(.text("PA-9"), .text("ublituximab-xiiy"), .none, .number("1.50"))
        return table
    }

    @Test("aligns columns and ends no line in a blank")
    func wide() throws {
        #expect(
            try Self.sample().text(on: Terminal(isTerminal: false)) == """
                REQUEST  DRUG                      NOTE                  UNITS
                PA-7K2M  natalizumab for infusion  waits for the clinic    300
                PA-9     ublituximab-xiiy                                 1.50

                """)
    }

    @Test("narrows the least important column first, then wraps")
    func narrow() throws {
        let terminal = Self.screen(44)
        #expect(
            try Self.sample().text(on: terminal)
                == """
                REQUEST  DRUG                  NOTE    UNITS
                PA-7K2M  natalizumab for       waits…    300
                         infusion
                PA-9     ublituximab-xiiy               1.50

                """)
    }

    @Test("leaves optional columns out where they do not fit, the last first, before any row becomes a block")
    func optional() throws {
        var table = Table(
            [
                .init("request", "Request", priority: .essential), .init("reason", "Reason", minimumWidth: 12),
                .init("drug", "Drug", priority: .optional), .init("owner", "Owner", priority: .optional),
            ], whenEmpty: "")
        table.append(.text("PA-7K2M"), .text("waits for the clinic"), .text("natalizumab"), .text("ana"))
        func titles(_ width: Int) -> String {
            table.text(on: Self.screen(width)).split(separator: "\n").first.map(String.init) ?? ""
        }
        #expect(titles(60).contains("OWNER") && titles(60).contains("DRUG"))
        #expect(!titles(40).contains("OWNER") && titles(40).contains("DRUG"))
        #expect(table.text(on: Self.screen(24)) == "REQUEST  REASON\nPA-7K2M  waits for the…\n")
        #expect(table.json().contains("owner"), "programs are told everything")
    }

    @Test("never writes a line that is wider than the terminal", arguments: [20, 24, 30, 33, 37, 40, 47, 60, 80, 200])
    func fits(width: Int) throws {
        let text = try Self.sample().text(on: Self.screen(width))
        for line in text.split(separator: "\n") { #expect(line.displayWidth <= width) }
        #expect(text.contains("PA-7K2M"))
    }

    @Test("makes each row a block where even the narrowest columns do not fit")
    func blocks() throws {
        #expect(
            try Self.sample().text(on: Self.screen(30)) == """
                Request  PA-7K2M
                Drug     natalizumab for
                         infusion
                Note     waits for the clinic
                Units    300

                Request  PA-9
                Drug     ublituximab-xiiy
                Units    1.50

                """)
    }

    @Test("says a friendly line when there are no rows, and an empty list to programs")
    func empty() {
        let table = Table(Self.columns, whenEmpty: "No requests.")
        #expect(table.text(on: Terminal(isTerminal: false)) == "No requests.\n")
        #expect(table.json() == "[]\n")
        #expect(table.csv(raw: false) == "request,drug,note,units\r\n")
    }

    @Test("aligns wide characters by the columns they take")
    func wideCharacters() {
        var table = Table([.init("name", "Name"), .init("end", "End")], whenEmpty: "")
        table.append(.text("治療"), .text("x"))
        table.append(.text("abcd"), .text("y"))
        #expect(table.text(on: Terminal(isTerminal: false)) == "NAME  END\n治療  x\nabcd  y\n")
    }

    @Test("keeps escape sequences of a payer's file off the screen")
    func escapes() {
        var table = Table([.init("a", "A")], whenEmpty: "")
        table.append(.text("\u{1B}]0;x\u{7}"))
        #expect(!table.text(on: Self.screen(80)).contains("\u{1B}"))
    }

    @Test("leaves columns for programs, and unimportant empty ones, out of the screen only")
    func programColumns() {
        var table = Table(
            [.init("a", "A"), .init("b", "B", isForPrograms: true), .init("c", "C", priority: .low)], whenEmpty: "")
        table.append(.text("x"), .text("y"), .none)
        #expect(table.text(on: Terminal(isTerminal: false)) == "A\nx\n")
        #expect(table.json() == "[\n  {\"a\": \"x\", \"b\": \"y\", \"c\": null}\n]\n")
        #expect(table.csv(raw: false) == "a,b,c\r\nx,y,\r\n")
    }
}

@Suite("JSON") struct TableJSONTests {
    static func typed() throws -> Table {
        var table = Table(
            [
                .init("z_text", "T"), .init("number", "N"), .init("date", "D"), .init("instant", "I"),
                .init("flag", "F"), .init("missing", "M"),
            ], whenEmpty: "")
        table.append(
            .text("say \"hi\"\n\u{1}\\ é"), .number("300.00"), .date(CivilDate(iso: "2026-12-01")),
            .instant(Date(timeIntervalSince1970: 1_796_137_200.9)), .boolean(true), .none)
        return table
    }

    @Test("writes sorted fields, numbers to the digit, and null for what is missing")
    func stable() throws {
        #expect(
            try Self.typed().json() == #"""
                [
                  {"date": "2026-12-01", "flag": true, "instant": "2026-12-01T15:00:00Z", "missing": null, "number": 300.00, "z_text": "say \"hi\"\n\u0001\\ é"}
                ]

                """#)
    }

    @Test(
        "takes as a number only what JSON takes as one",
        arguments: [
            ("0", true), ("-1.5", true), ("1e10", true), ("1E-2", true), ("300.00", true), ("007", false), ("", false),
            ("-", false), ("1.", false), (".5", false), ("NaN", false), ("1e", false), ("+1", false), ("1 ", false),
            ("٣", false),
        ])
    func numbers(text: String, isNumber: Bool) {
        #expect(JSONText.isNumber(text) == isNumber)
        #expect(Cell.number(text).json == (isNumber ? text : "\"\(text)\""))
    }

    @Test("is read back by a JSON decoder") func readBack() throws {
        struct Row: Decodable { let z_text: String, number: Double, missing: String?, flag: Bool }
        let rows = try JSONDecoder().decode([Row].self, from: Data(Self.typed().json().utf8))
        #expect(rows.first?.z_text == "say \"hi\"\n\u{1}\\ é")
        #expect(rows.first?.number == 300)
    }

    @Test("gives nested documents snake_case names, sorted") func document() throws {
        struct Document: Encodable { let plannedOn: CivilDate, at: Date }
        let document = Document(
            plannedOn: try #require(CivilDate(iso: "2026-12-01")), at: Date(timeIntervalSince1970: 0))
        #expect(
            try JSONDocument.text(document) == """
                {
                  "at" : "1970-01-01T00:00:00Z",
                  "planned_on" : "2026-12-01"
                }

                """)
    }
}

@Suite("CSV") struct TableCSVTests {
    @Test(
        "quotes what needs quotes",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
            ("a\r\nb", "\"a\r\nb\""), (" a", "\" a\""), ("", ""), ("\"\"", "\"\"\"\"\"\""),
        ])
    func quotes(text: String, expected: String) { #expect(CSVText.field(text) == expected) }

    @Test("disarms formulas in text", arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\r\nx"])
    func formulas(text: String) {
        var table = Table([.init("a", "A")], whenEmpty: "")
        table.append(.text(text))
        #expect(table.csv(raw: false) == "a\r\n\(CSVText.field("'" + text))\r\n")
        #expect(table.csv(raw: true) == "a\r\n\(CSVText.field(text))\r\n")
    }

    @Test("leaves typed numbers and dates as they are") func typed() throws {
        var table = Table([.init("a", "A"), .init("b", "B"), .init("c", "C")], whenEmpty: "")
        table.append(.number(-5), .date(CivilDate(iso: "2026-12-01")), .none)
        table.append(.number("=cmd()"), .boolean(false), .text("x=1"))
        #expect(table.csv(raw: false) == "a,b,c\r\n-5,2026-12-01,\r\n'=cmd(),false,x=1\r\n")
    }
}
