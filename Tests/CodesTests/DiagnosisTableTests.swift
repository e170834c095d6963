import CivilTime
import Codes
import Diagnostics
import Testing

@Suite("The diagnosis table")
struct DiagnosisTableTests {
    let table = LoadedCodes.book.diagnoses

    @Test("is whole, sorted and without doubles, as the search needs it")
    func order() { #expect(throws: Never.self) { try table.check() } }

    @Test(
        "finds a code with or without its dot, in any case", arguments: ["G35.A", "g35a", "G35A", " g35.a ", "G35.a"])
    func spelling(code: String) { #expect(table[code]?.description == "Relapsing-remitting multiple sclerosis") }

    @Test(
        "finds the first and the last code, codes with a letter in second place, and accents",
        arguments: [
            ("A00", "Cholera"), ("Z99.89", "Dependence on other enabling machines and devices"),
            ("U09.9", "Post COVID-19 condition, unspecified"),
            ("QA0", "Neurodevelopmental disorders related to specific genetic pathogenic variants"),
            ("A52.16", "Charcôt's arthropathy (tabetic)"),
        ])
    func edges(code: String, description: String) { #expect(table[code]?.description == description) }

    @Test(
        "has no entry for what does not exist",
        arguments: ["G35.1", "G35.AA", "ZZZ.999", "A00.00", "G3.5", "G35.", "1"])
    func absence(code: String) { #expect(table[code] == nil) }

    @Test(
        "gives the direct children only, also where the classification skips levels",
        arguments: [
            ("G35", ["G35.A", "G35.B", "G35.C", "G35.D"]), ("G35.B", ["G35.B0", "G35.B1", "G35.B2"]), ("G35.A", []),
            ("K50.01", ["K50.011", "K50.012", "K50.013", "K50.014", "K50.018", "K50.019"]),
            ("S02.0", ["S02.0XXA", "S02.0XXB", "S02.0XXD", "S02.0XXG", "S02.0XXK", "S02.0XXS"]), ("nonsense", []),
        ])
    func children(code: String, expected: [String]) { #expect(table.children(of: code).map(\.code) == expected) }

    @Test("counts all descendants of a chapter heading")
    func descendants() {
        let all = table.descendants(of: "K50")
        #expect(all.count == 36)
        #expect(all.filter(\.isBillable).count == 28)
    }

    @Test(
        "answers by the date of service",
        arguments: [
            ("G35", "2025-09-30", "billable"), ("G35", "2025-10-01", "heading since 2025-10-01"),
            ("G35", "2026-12-01", "heading since 2025-10-01"), ("G35.A", "2025-09-30", "not yet"),
            ("G35.A", "2025-10-01", "billable"), ("G35.B", "2026-01-01", "heading"),
            ("K50.00", "2026-01-01", "billable"),
            ("K50", "2026-01-01", "heading"), ("G35.11", "2026-01-01", "unknown, above it G35"),
            ("XYZ", "2026-01-01", "unknown"), ("G 3", "2026-01-01", "malformed"), ("", "2026-01-01", "malformed"),
        ])
    func billability(code: String, date: String, expected: String) {
        let word =
            switch table.billability(code, on: day(date)).standing {
            case .billable: "billable"
            case .notBillable(_, let last): "heading" + (last.map { " since \($0.adding(days: 1))" } ?? "")
            case .notYet: "not yet"
            case .unknown(let ancestor): "unknown" + (ancestor.map { ", above it \($0.code)" } ?? "")
            case .malformed: "malformed"
            }
        #expect(word == expected)
    }

    @Test(
        "says which dates it does not answer for",
        arguments: [
            ("K50.00", "2025-09-30", "not loaded before 2025-10-01"), ("K50.00", "2025-10-01", nil),
            ("K50.00", "2026-09-30", nil), ("K50.00", "2026-10-01", "not loaded after 2026-09-30"),
            ("G35", "2025-09-30", nil),
        ] as [(String, String, String?)])
    func coverage(code: String, date: String, remark: String?) {
        let found = table.billability(code, on: day(date)).coverage.remark
        #expect(found.map { String($0.prefix { $0 != "(" }) } == remark.map { $0 + " " })
    }

    @Test("refuses a file that is another table or cut short")
    func badFiles() {
        for text in ["", "code,name\n", "code\tbillable\tdescription\nA00\t0\tCho"] {
            #expect(throws: InvalidSource.self) { try read(text) }
        }
    }

    static let disorderly = [
        "unsorted": "B00\t0\tb\nA00\t0\ta\n", "twice": "A00\t0\ta\nA00\t0\ta\n", "no flag": "A00\t2\ta\n",
        "no description": "A00\t0\n", "no fields": "A00\n",
    ]

    @Test("finds disorder when asked to check", arguments: disorderly.keys.sorted())
    func disorder(kind: String) throws {
        let table = try read("code\tbillable\tdescription\n" + #require(Self.disorderly[kind]))
        #expect(throws: InvalidSource.self) { try table.check() }
    }

    @Test("holds an empty table without harm")
    func empty() throws {
        let table = try read("code\tbillable\tdescription\n")
        #expect(table["A00"] == nil)
        #expect(table.children(of: "A00") == [])
    }

    private func read(_ text: String) throws -> DiagnosisTable {
        try DiagnosisTable(tsv: Array(text.utf8), file: "t.tsv", release: table.release)
    }
}
