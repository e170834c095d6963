import Codes
import Diagnostics
import Testing

@Suite("The HCPCS table")
struct HCPCSTableTests {
    let table = LoadedCodes.book.hcpcs

    @Test("carries every code with the facts that the guard rests on")
    func content() throws {
        #expect(table.all.count == 2251)
        #expect(table.all.filter { $0.unit != nil }.count > 1250)
        #expect(table.all.filter { $0.lastDate == nil }.count == 1995)
    }

    @Test(
        "knows the unit of a code",
        arguments: [
            ("J2323", "1 mg"), ("J2329", "1 mg"), ("Q5134", "1 mg"), ("J2357", "5 mg"), ("J1745", "10 mg"),
            ("J0490", "10 mg"), ("J1459", "500 mg"), ("J0135", "20 mg"), ("J3365", "250000 unit"),
            ("J9213", "3000000 unit"),
            ("J9039", "1 mcg"),
        ])
    func unit(code: String, unit: String) {
        #expect(table.lookup(code, on: day("2024-01-01")).entry?.unit?.description == unit)
    }

    @Test(
        "answers by the date of service",
        arguments: [
            ("J2323", "2008-01-01", "in force"), ("J2323", "2007-12-31", "not yet"),
            ("J2329", "2023-07-01", "in force"), ("J2329", "2023-06-30", "perhaps not yet"),
            ("J1300", "2025-03-31", "in force"), ("J1300", "2025-04-01", "no longer"),
            ("Q5109", "2025-12-31", "in force"), ("Q5109", "2026-01-01", "no longer"),
            ("J0135", "2024-12-31", "in force"), ("J0135", "2025-01-01", "no longer"),
            (" j2323 ", "2026-04-01", "in force"), ("J2999", "2026-04-01", "unknown"),
            ("96413", "2026-04-01", "not carried"), ("S9359", "2026-04-01", "not carried"),
            ("0651T", "2026-04-01", "not carried"), ("J232", "2026-04-01", "malformed"),
            ("natalizumab", "2026-04-01", "malformed"), ("", "2026-04-01", "malformed"),
            ("Ж2323", "2026-04-01", "malformed"),
        ])
    func standing(code: String, date: String, expected: String) {
        let answer = table.lookup(code, on: day(date))
        let word =
            switch answer.standing {
            case .inForce: "in force"
            case .notYetInForce: "not yet"
            case .perhapsNotYetInForce: "perhaps not yet"
            case .noLongerInForce: "no longer"
            case .unknown: "unknown"
            case .notCarried: "not carried"
            case .malformed: "malformed"
            }
        #expect(word == expected)
    }

    @Test("says that a date after its last quarter is not loaded, and that an ended code has ended all the same")
    func coverage() {
        #expect(table.lookup("J2323", on: day("2026-06-30")).coverage == .loaded)
        #expect(table.lookup("J2323", on: day("2026-07-01")).coverage == .after(table.release))
        #expect(
            table.lookup("J2323", on: day("2026-12-01")).coverage.remark?.hasPrefix("not loaded after 2026-06-30")
                == true)
        #expect(table.lookup("J1300", on: day("2026-12-01")).coverage == .loaded)
    }

    static let header = "code,unit,first_date,last_date,first_release,last_release,descriptor\n"

    @Test(
        "names the line of a row that cannot be read",
        arguments: [
            ("J2323,1 mg,2008-01-01,,2020-01,2026-04\n", "6 fields"),
            ("J23,1 mg,2008-01-01,,a,b,c\n", "not a HCPCS code"),
            ("J2323,1 mgs,2008-01-01,,a,b,c\n", "not a unit"), ("J2323,1 mg,2008-02-30,,a,b,c\n", "a date must be"),
            ("J2323,1 mg,2008-01-01,,a,b,\"c\n", "a quote that is not closed"),
            ("J2323,1 mg,2008-01-01,soon,a,b,c\n", "a date must be"),
        ])
    func badRows(row: String, message: String) throws {
        let good = "J0490,10 mg,2012-01-01,,2020-01,2026-04,\"Injection, belimumab\"\n"
        let error = #expect(throws: InvalidSource.self) { try self.read(Self.header + good + row) }
        let first = try #require(error?.diagnostics.first)
        #expect(first.location == SourceLocation(file: "t.csv", line: 3, column: 1))
        #expect(first.message.contains(message))
    }

    @Test("refuses a code that stands twice, another table, and an empty file")
    func badFiles() throws {
        let row = "J2323,1 mg,2008-01-01,,2020-01,2026-04,x\n"
        #expect(throws: InvalidSource.self) { try self.read(Self.header + row + row) }
        #expect(throws: InvalidSource.self) { try self.read("code,name\n11,office\n") }
        #expect(throws: InvalidSource.self) { try self.read("") }
    }

    @Test("accepts a byte order mark and Windows line ends")
    func tolerance() throws {
        let text = "\u{FEFF}" + Self.header + "J2323,1 mg,2008-01-01,,2020-01,2026-04,\"a, \"\"b\"\"\"\n"
        let table = try read(text.replacing("\n", with: "\r\n"))
        #expect(table.lookup("J2323", on: day("2026-05-01")).entry?.descriptor == "a, \"b\"")
    }

    private func read(_ text: String) throws -> HCPCSTable {
        try HCPCSTable(csv: Array(text.utf8), file: "t.csv", release: table.release)
    }
}
