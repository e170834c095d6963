import CivilTime
import Diagnostics
import Payers
import Testing

@Suite("Clocks") struct ClockTests {
    private func rule(_ amount: Int, _ unit: String) throws -> ClockRule {
        let text = "clocks:\n  - {clock: decision, urgency: any, amount: \(amount), unit: \(unit), source: x}\n"
        return try #require(try ClockTable.parsePracticeDefaults(text.utf8, file: "c.yaml").rules.first)
    }

    private func failure(_ text: String) -> String {
        do {
            _ = try ClockTable.parsePracticeDefaults(text.utf8, file: "c.yaml")
            return "accepted"
        } catch { return error.description }
    }

    @Test("the payer's row comes before the practice's, and one for the urgency before one for any")
    func precedence() throws {
        let catalog = try Shipped.catalog()
        let date = try day("2026-11-24")
        let decision = try #require(
            catalog.clockRule("decision", payer: "unitedhealthcare", urgency: .urgent, on: date))
        #expect(decision.origin == .payer("unitedhealthcare"))
        #expect(decision.description == "72 hours")
        let other = try #require(catalog.clockRule("decision", payer: "bcbs_north_dakota", urgency: .urgent, on: date))
        #expect(other.origin == .practice)
        #expect(other.source == "practice default")
        #expect(catalog.clockRule("no-such-clock", payer: "unitedhealthcare", urgency: .urgent, on: date) == nil)
    }

    @Test("a row holds only between its dates")
    func effectiveDates() throws {
        let text = """
            clocks:
              - {clock: decision, urgency: any, amount: 10, unit: calendar_days, until: 2026-12-31, source: x}
              - {clock: decision, urgency: any, amount: 7, unit: calendar_days, from: 2027-01-01, source: x}
            """
        let table = try ClockTable.parsePracticeDefaults(text.utf8, file: "c.yaml")
        #expect(table.rule(for: "decision", urgency: .standard, on: try day("2026-12-31"))?.amount == 10)
        #expect(table.rule(for: "decision", urgency: .standard, on: try day("2027-01-01"))?.amount == 7)
    }

    @Test("business days pass over weekends and holidays, forwards and backwards")
    func businessDays() throws {
        let holidays = try Shipped.holidays()
        // Thanksgiving is 2026-11-26; the Friday after it is no federal holiday.
        let two = try rule(2, "business_days")
        #expect(two.end(from: try day("2026-11-25"), holidays: holidays) == .endOfDay(try day("2026-11-30")))
        #expect(
            two.end(from: try day("2026-11-30"), backwards: true, holidays: holidays)
                == .endOfDay(try day("2026-11-25")))
        #expect(two.end(from: try day("2028-12-29"), holidays: holidays) == .holidaysNotLoaded(year: 2029))
    }

    @Test("calendar days, months and hours")
    func otherUnits() throws {
        let holidays = try Shipped.holidays()
        #expect(
            try rule(15, "calendar_days").end(from: day("2026-12-01"), holidays: holidays)
                == .endOfDay(day("2026-12-16")))
        #expect(
            try rule(4, "months").end(from: day("2026-10-31"), holidays: holidays) == .endOfDay(day("2027-02-28")))
        #expect(try rule(72, "hours").end(from: day("2026-10-31"), holidays: holidays) == .hours(72))
        #expect(try rule(72, "hours").end(from: day("2026-10-31"), backwards: true, holidays: holidays) == .hours(-72))
    }

    @Test("wrong rows are refused with their place")
    func refusals() {
        let row = "  - {clock: a, urgency: any, amount: 1, unit: hours, source: x}\n"
        #expect(failure("clocks:\n\(row)\(row)").contains("c.yaml:3:5: error: the clock \"a\" has two rows"))
        #expect(
            failure("clocks:\n" + row.replacing("hours", with: "hour")).contains(
                "c.yaml:2:47: error: unknown value \"hour\"; did you mean \"hours\"?"))
        #expect(failure("clocks:\n" + row.replacing("amount: 1", with: "amount: 0")).contains("from 1 to 9999"))
        #expect(failure("clocks:\n" + row.replacing(", source: x", with: "")).contains("\"source\" is missing"))
    }

    @Test("the observed federal holidays")
    func holidays() throws {
        let calendar = try Shipped.holidays()
        #expect(calendar.holidays.count == 44)
        for (date, isBusinessDay) in [
            ("2026-07-03", false), ("2026-07-04", false), ("2027-12-24", false), ("2027-12-31", false),
            ("2026-11-27", true), ("2028-01-17", false), ("2026-11-24", true),
        ] {
            #expect(calendar.isBusinessDay(try day(date)) == isBusinessDay, "\(date)")
        }
        #expect(calendar.isBusinessDay(try day("2029-01-02")) == nil)
    }

    @Test("clocks are checked against the workflow's names")
    func crossCheck() throws {
        let catalog = try Shipped.catalog()
        let place = SourceLocation(file: "clocks.yaml", line: 1, column: 1)
        let names = Set(catalog.practiceClocks.rules.map(\.clock)).sorted()
        #expect(catalog.check(workflowClocks: names, calendars: ["us-federal"], practiceFile: place).isEmpty)
        let problems = catalog.check(
            workflowClocks: names.filter { $0 != "decision" } + ["decisions"], calendars: [], practiceFile: place)
        #expect(problems.contains { $0.message.contains("no clock \"decision\"; did you mean \"decisions\"?") })
        #expect(
            problems.contains {
                $0.message.contains("\"decisions\" of the workflow has no row for standard and urgent")
            })
        #expect(problems.contains { $0.message.contains("no holiday calendar is called \"us-federal\"") })
    }
}
