import CivilTime
import Testing

@Suite("Civil dates") struct CivilDateTests {
    @Test("day numbers go both ways over four centuries")
    func roundTrip() {
        for number in stride(from: -60_000, through: 90_000, by: 1) {
            #expect(CivilDate(dayNumber: number).dayNumber == number)
        }
        #expect(CivilDate(iso: "1970-01-01")?.dayNumber == 0)
        #expect(CivilDate(iso: "2026-11-24")?.isoWeekday == 2)
    }

    @Test(
        "impossible dates and other spellings are refused",
        arguments: [
            "2026-02-30", "2025-02-29", "2026-13-01", "26-01-01", "2026-1-01", "2026-01-01T00:00", "", "0000-01-01",
        ])
    func refused(text: String) { #expect(CivilDate(iso: text) == nil) }

    @Test(
        "months are calendar months",
        arguments: [
            ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-11-24", 6, "2027-05-24"),
            ("2026-03-31", -1, "2026-02-28"), ("2026-12-15", 1, "2027-01-15"), ("2026-01-15", -1, "2025-12-15"),
            // Nobody writes such days, but counting on for long enough gets there.
            ("9999-12-31", 2, "10000-02-29"), ("0001-01-15", -1, "0000-12-15"),
        ])
    func months(from: String, months: Int, expected: String) {
        #expect(CivilDate(iso: from)?.adding(months: months).description == expected)
    }
}
