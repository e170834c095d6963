import CivilTime
import Engine
import Foundation
import Payers
import PostgresClient
import TestSupport
import Testing

/// `precert.clock_due` against `ClockRule.end` on random days, rules and zones.
@Suite("Clocks in Swift and SQL") struct ClockAgreementTests {
    private static let zones = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "UTC"]
    private static let clockNames = (0..<6).map { "clock-\($0)" }
    private static let units = ClockRule.Unit.allCases

    private struct Case: Encodable {
        let payer: Int
        let clock: String
        let urgency: String
        let from: String
        let direction: Int
    }

    @Test("run out on the same day, forwards and backwards, in 1,000 cases") func agree() async throws {
        var random = SeededRandom(seed: 20_261_124)
        let holidays = try Rules.holidays()
        let practice = try Self.table(isPractice: true, random: &random)
        let payers = try Self.zones.map { _ in try Self.table(isPractice: false, random: &random) }
        let years = (holidays.years.lowerBound + 1)...(holidays.years.upperBound - 1)
        let first = try #require(CivilDate(year: years.lowerBound, month: 1, day: 1))
        let last = try #require(CivilDate(year: years.upperBound, month: 12, day: 31))
        let instants = (0..<1000).map { _ in
            Date(
                timeIntervalSince1970: Double(
                    Int.random(in: first.dayNumber * 86_400..<last.dayNumber * 86_400, using: &random)))
        }
        let cases = instants.map { instant in
            Case(
                payer: Int.random(in: 0..<Self.zones.count, using: &random), clock: random.pick(Self.clockNames),
                urgency: random.pick(["standard", "urgent"]), from: instant.formatted(.iso8601),
                direction: random.pick([1, -1]))
        }
        let found = try await withEmptyPractice { world in
            let engine = world.engine(at: Practice.opening)
            try await engine.publishHolidays(Rules.json(holidays))
            _ = try await engine.publishPayer(
                "*", name: "Practice", timeZone: "UTC", module: PostgresJSON("{}"), clocks: Rules.json(practice))
            for (index, table) in payers.enumerated() {
                _ = try await engine.publishPayer(
                    "p\(index)", name: "P", timeZone: Self.zones[index], module: PostgresJSON("{}"),
                    clocks: Rules.json(table))
            }
            return try await world.transaction(at: Practice.opening) { session in
                try session.query(
                    """
                    select to_char(precert.clock_due(p.payer_id, x->>'clock', x->>'urgency', (x->>'from')::timestamptz,
                        (x->>'direction')::integer) at time zone p.time_zone, 'YYYY-MM-DD HH24:MI:SS')
                    from jsonb_array_elements(\(PostgresJSON(encoding: cases))) with ordinality v (x, n)
                    join precert.payer p on p.payer_id = 'p' || (x->>'payer')
                    order by n
                    """
                ).map { try $0.decode(String.self) }
            }
        }
        try #require(found.count == cases.count)
        for (index, one) in cases.enumerated() {
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = try #require(TimeZone(identifier: Self.zones[one.payer]))
            let day = try #require(CivilDate(iso: Self.text(instants[index], calendar).prefix(10)))
            let urgency = try #require(ClockRule.Urgency(rawValue: one.urgency))
            let rule = try #require(
                payers[one.payer].rule(for: one.clock, urgency: urgency, on: day)
                    ?? practice.rule(for: one.clock, urgency: urgency, on: day))
            let isBackwards = one.direction < 0
            let expected =
                switch rule.end(from: day, backwards: isBackwards, holidays: holidays) {
                case .hours(let hours): Self.text(instants[index] + Double(hours) * 3600, calendar)
                case .endOfDay(let end): "\(end) \(isBackwards ? "00:00:00" : "23:59:59")"
                case .holidaysNotLoaded(let year): "no holidays for \(year)"
                }
            #expect(found[index] == expected, "case \(index): \(rule) from \(one.from) in \(Self.zones[one.payer])")
        }
    }

    private static func text(_ instant: Date, _ calendar: Calendar) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: instant)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) "
            + [parts.hour, parts.minute, parts.second].map(two).joined(separator: ":")
    }

    /// The practice has a row that always holds for each clock; payers have some, for some urgencies and days.
    private static func table(isPractice: Bool, random: inout SeededRandom) throws -> ClockTable {
        var text = "clocks:\n"
        for clock in clockNames {
            if isPractice { text += row(clock, "any", "", &random) }
            for urgency in ["standard", "urgent"] where random.chance(1, in: 3) {
                text += row(clock, urgency, ", until: 2027-03-31", &random)
                if random.chance(1, in: 2) { text += row(clock, urgency, ", from: 2027-04-01", &random) }
            }
            if !isPractice, random.chance(1, in: 3) { text += row(clock, "any", ", from: 2026-07-01", &random) }
        }
        if !text.contains("{") { text += row(clockNames[0], "any", "", &random) }
        return try ClockTable.parsePracticeDefaults(text.utf8, file: "clocks.yaml")
    }

    private static func row(_ clock: String, _ urgency: String, _ days: String, _ random: inout SeededRandom) -> String
    {
        let unit = random.pick(units)
        let amount = Int.random(in: 1...(unit == .months ? 9 : 45), using: &random)
        return
            "  - {clock: \(clock), urgency: \(urgency), amount: \(amount), unit: \(unit.rawValue), source: test\(days)}\n"
    }
}
