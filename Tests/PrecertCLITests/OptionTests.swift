import ArgumentParser
import CivilTime
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Lapses and dates") struct DateOptionTests {
    @Test(
        "reads days, weeks and calendar months",
        arguments: [
            ("90d", "2026-05-01"), ("6w", "2026-03-14"), ("3m", "2026-04-30"), ("0d", "2026-01-31"),
            ("1m", "2026-02-28"),
        ])
    func lapse(text: String, expected: String) throws {
        let start = try #require(CivilDate(iso: "2026-01-31"))
        #expect(try #require(Lapse(text)).after(start).description == expected)
    }

    @Test(
        "refuses what is no lapse",
        arguments: ["", "d", "90", "-5d", "+5d", "5y", "5 d", "1.5d", "99999999999999999999d", "36526d", "1201m", "٣d"])
    func noLapse(text: String) { #expect(Lapse(text) == nil) }

    @Test(
        "reads a day as a person writes it",
        arguments: [
            ("2026-12-01", "2026-12-01"), ("today", "2026-11-24"), ("tomorrow", "2026-11-25"), ("+30d", "2026-12-24"),
            ("+2w", "2026-12-08"), ("+3m", "2027-02-24"),
        ])
    func day(text: String, expected: String) throws {
        let today = try #require(CivilDate(iso: "2026-11-24"))
        #expect(try #require(DateArgument(text)).date(from: today).description == expected)
    }

    @Test(
        "refuses what is no day",
        arguments: ["", "2026-02-30", "12/01/2026", "Tomorrow ", "+d", "30d", "yesterday", "2026-12-1"])
    func noDay(text: String) { #expect(DateArgument(text) == nil) }

    @Test(
        "reads an instant with its zone",
        arguments: [
            ("2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z"), ("2026-12-01T15:00Z", "2026-12-01T15:00:00Z"),
            ("2026-12-01T09:00-06:00", "2026-12-01T15:00:00Z"), ("2026-12-01T00:30:15+01:00", "2026-11-30T23:30:15Z"),
        ])
    func instant(text: String, expected: String) throws {
        #expect(InstantText.full(try #require(InstantText.parse(text))) == expected)
    }

    @Test(
        "refuses an instant without a zone or with an impossible time",
        arguments: [
            "2026-12-01T15:00:00", "2026-12-01T24:00Z", "2026-12-01T15:60Z", "2026-12-01T1:00Z", "2026-12-01 15:00Z",
            "2026-13-01T15:00Z", "2026-12-01T15:00+15:00", "2026-12-01T15:00Zulu", "T", "2026-12-01T+1:+2Z",
        ])
    func noInstant(text: String) { #expect(InstantText.parse(text) == nil) }

    @Test("shows instants before 1970 on the right day, and infinite ones at all") func early() {
        #expect(InstantText.full(Date(timeIntervalSince1970: -1)) == "1969-12-31T23:59:59Z")
        #expect(InstantText.full(Date(timeIntervalSince1970: .infinity)) == "9999-12-31T23:59:59Z")
        #expect(InstantText.full(Date(timeIntervalSince1970: -.infinity)) == "0001-01-01T00:00:00Z")
        #expect(InstantText.short(Date(timeIntervalSince1970: -0.5)) == "1969-12-31 23:59Z")
    }
}

@Suite("--as-of") struct AsOfTests {
    let now = Date(timeIntervalSince1970: 1_795_532_400)  // 2026-11-24T15:00:00Z

    @Test(
        "means noon UTC of a day, and exactly what an instant says",
        arguments: [
            ("2026-12-01", "2026-12-01T12:00:00Z"), ("2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z"),
            ("today", "2026-11-24T15:00:00Z"),
        ])
    func absolute(text: String, expected: String) throws {
        #expect(InstantText.full(try #require(AsOf(text)).instant(now: now)) == expected)
    }

    @Test("counts +30d and tomorrow from the day on the wall", arguments: [("tomorrow", 1), ("+30d", 30), ("+1w", 7)])
    func relative(text: String, days: Int) throws {
        let today = SystemClock.civilDate(at: now)
        let instant = try #require(AsOf(text)).instant(now: now)
        #expect(instant == SystemClock.noon(of: today.adding(days: days)))
    }

    @Test("noon UTC lies on the day meant, from Hawaii to Maine", arguments: [-10, -8, -6, -5, -4])
    func zones(hours: Int) throws {
        let day = try #require(CivilDate(iso: "2026-12-01"))
        let local = SystemClock.noon(of: day).addingTimeInterval(Double(hours) * 3600)
        #expect(InstantText.full(local).hasPrefix("2026-12-01T"))
    }

    @Test(
        "refuses what is no time, or far outside of anybody's life",
        arguments: ["", "noon", "0001-01-01", "9999-12-31"])
    func refused(text: String) {
        #expect(AsOf(text) == nil)
        #expect(throws: (any Error).self) { try AsOfOption.parse(["--as-of", text]) }
    }

    @Test("is the clock's time when nobody says one") func absent() throws {
        let option = try AsOfOption.parse([])
        #expect(option.date == nil)
        #expect(abs(option.now.timeIntervalSinceNow) < 60)
    }
}

@Suite("Options") struct SharedOptionTests {
    @Test("reads the formats by name, and no other") func formats() throws {
        #expect(try OutputOptions.parse([]).format == .table)
        #expect(try OutputOptions.parse(["--format", "csv", "--raw"]).raw)
        #expect(throws: (any Error).self) { try OutputOptions.parse(["--format", "xml"]) }
    }

    @Test("renders the same table in the format asked for") func renders() throws {
        let table = try TableTests.sample()
        let terminal = Terminal(isTerminal: false)
        #expect(try OutputOptions.parse([]).text(table, on: terminal) == table.text(on: terminal))
        #expect(try OutputOptions.parse(["--format", "json"]).text(table, on: terminal) == table.json())
        #expect(try OutputOptions.parse(["--format", "csv"]).text(table, on: terminal) == table.csv(raw: false))
    }

    @Test(
        "says who it was: --as, else PRECERT_ACTOR, else the login name",
        arguments: [
            (["--as", "r.lee"], ["PRECERT_ACTOR": "env"], "r.lee"), ([], ["PRECERT_ACTOR": "env"], "env"),
            ([], [:], "login"), ([], ["PRECERT_ACTOR": ""], "login"),
        ] as [([String], [String: String], String)])
    func actor(arguments: [String], environment: [String: String], expected: String) throws {
        let option = try ActorOption.parse(arguments)
        #expect(try option.resolved(environment: environment, loginName: "login") == expected)
    }

    @Test("takes no actor that history could not show", arguments: ["", " ", "a\u{1B}b", "a\nb"])
    func badActor(name: String) throws {
        #expect(throws: (any Error).self) { try ActorOption.parse(["--as", name]) }
        let option = try ActorOption.parse([])
        if !name.isEmpty {
            #expect(throws: CLIFailure.self) {
                try option.resolved(environment: ["PRECERT_ACTOR": name], loginName: "x")
            }
        }
        #expect(throws: CLIFailure.self) { try option.resolved(environment: [:], loginName: nil) }
    }

    @Test("asks before what cannot be undone, and takes only a yes", arguments: ["y", "yes", "YES"])
    func confirmed(answer: String) throws {
        try ConfirmOption.parse([]).confirm("Really?", canAsk: true) { answer }
    }

    @Test("changes nothing on any other answer", arguments: ["n", "", "yess", nil] as [String?])
    func declined(answer: String?) throws {
        let failure = #expect(throws: CLIFailure.self) {
            try ConfirmOption.parse([]).confirm("Really?", canAsk: true) { answer }
        }
        #expect(failure?.status == .negative)
    }

    @Test("refuses when there is nobody to ask, unless --yes was said") func nobody() throws {
        let failure = #expect(throws: CLIFailure.self) {
            try ConfirmOption.parse([]).confirm("Really?", canAsk: false) { "y" }
        }
        #expect(failure?.status == .usage)
        #expect(failure?.hint?.contains("--yes") == true)
        try ConfirmOption.parse(["--yes"]).confirm("Really?", canAsk: false) { nil }
    }
}
