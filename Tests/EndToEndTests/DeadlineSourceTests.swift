import Foundation
import PostgresClient
import Testing

@Suite("Whose dates they are")
struct DeadlineSourceTests {
    private func deadlines(_ practice: Practice, _ reference: String) async throws -> [String: [String: Any]] {
        let rows = try await practice.shown(reference)["deadlines"] as? [[String: Any]] ?? []
        return Dictionary(
            rows.filter { $0["status"] as? String == "open" }.map { ($0["name"] as? String ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private func rule(_ deadline: [String: Any]?, _ key: String = "rule") -> [String: Any] {
        deadline?[key] as? [String: Any] ?? [:]
    }

    @Test("A clock of the payer's module names the payer, its source and whether that was seen")
    func payer() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let decision = rule(try await deadlines(practice, reference)["decision"])
        #expect(decision["bound_by"] as? String == "UnitedHealthcare")
        #expect(decision["length"] as? String == "15 calendar days")
        #expect((decision["source"] as? String)?.hasPrefix("https://") == true)
        #expect(decision["verified"] as? Bool == true)
        let screen = try await practice.must("show", reference).out
        #expect(screen.contains("UnitedHealthcare's rule, 15 calendar days (https://"))
        #expect(screen.contains("practice default, 2 business days"), "the acknowledgement's")
    }

    @Test("A notice is shown with the end it warns of, and a default says that it is one")
    func notice() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try await practice.must(
            "decide", reference, "denied", "--reason-code", "D12", "--on", "2026-11-26", "--as-of", "2026-11-26")
        let running = try await deadlines(practice, reference)
        let notice = running["appeal-notice"]
        #expect((notice?["due"] as? String)?.hasPrefix("2027-04-25") == true)
        #expect((notice?["ends"] as? String)?.hasPrefix("2027-05-26") == true, "the end of 25 May in Minnesota")
        #expect(notice?["ends"] as? String == running["appeal"]?["due"] as? String)
        #expect(running["appeal"]?["ends"] == nil || running["appeal"]?["ends"] is NSNull)
        #expect(rule(notice)["bound_by"] as? String == "practice default")
        #expect(rule(notice, "notice_rule")["length"] as? String == "30 calendar days")
        let screen = try await practice.must("show", reference).out
        #expect(screen.contains("notice 2027-04-25, ends 2027-05-25"))
        #expect(screen.contains("practice default, 180 calendar days (29 CFR 2560.503-1(h)(3)(i)"))

        // Peer-to-peer: five days, with a notice two days before.
        let run = try await practice.must("alerts", "run", "--format", "json", "--as-of", "2026-11-30T15:00:00Z").rows
        #expect(run.first?["due_on"] as? String == "2026-11-29")
        #expect(run.first?["ends_on"] as? String == "2026-12-01")
        let alerts = try await practice.must("alerts", "list", "--format", "json").rows
        let closing = alerts.first { ($0["title"] as? String)?.contains("peer-to-peer") == true }
        #expect(closing?["due_on"] as? String == "2026-11-29")
        #expect(closing?["ends_on"] as? String == "2026-12-01")
        let work = try await practice.must("worklist", "--format", "json", "--as-of", "2026-11-30").rows
        #expect(work.first?["due_on"] as? String == "2026-11-29")
        #expect(work.first?["ends_on"] as? String == "2026-12-01")
        let shown = try await practice.shown(reference)["alerts"] as? [[String: Any]] ?? []
        #expect((shown.first?["ends"] as? String)?.hasPrefix("2026-12-02") == true)
    }

    @Test("A date that the payer gave names the event that carried it; without one the default's clock is named")
    func givenDates() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try await practice.must(
            "decide", reference, "pended", "--due", "2026-12-20", "--on", "2026-11-26", "--as-of", "2026-11-26")
        let given = try await deadlines(practice, reference)
        let asked = try #require(try await practice.shown(reference)["timeline"] as? [[String: Any]]).last
        #expect(given["information"]?["date_from_event"] as? Int == asked?["seq"] as? Int)
        #expect(rule(given["information"]).isEmpty)
        #expect((given["information-notice"]?["ends"] as? String)?.hasPrefix("2026-12-21") == true)
        #expect(rule(given["information-notice"], "notice_rule")["clock"] as? String == "information-notice")
        #expect(try await practice.must("show", reference).out.contains("the date given with event"))

        try await practice.must("record", reference, "information.sent", "--as-of", "2026-11-27")
        try await practice.must(
            "decide", reference, "pended", "--reason", "more", "--on", "2026-11-28", "--as-of", "2026-11-28")
        let counted = try await deadlines(practice, reference)
        #expect(counted["information"]?["date_from_event"] as? Int == nil, "last month's date says nothing")
        #expect(rule(counted["information"])["length"] as? String == "45 calendar days")
    }

    @Test("A renewal's day is shown with the approval's end, and what a rule said then is kept when it changes")
    func renewal() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try await practice.must(
            "decide", reference, "approved", "--number", "A1", "--from", "2026-12-01", "--to", "2027-05-31", "--on",
            "2026-11-26", "--as-of", "2026-11-26")
        try await practice.must("worker", "--once", "--as-of", "2026-12-02")
        let renewal = try await deadlines(practice, reference)["renewal"]
        #expect((renewal?["due"] as? String)?.hasPrefix("2027-04-01") == true)
        #expect((renewal?["ends"] as? String)?.hasPrefix("2027-06-01") == true)
        #expect(
            try await practice.must("show", reference).out.contains(
                "60 calendar days, before the date given with event"))

        try await practice.administerHere(
            "select precert.publish_payer('*', 'Other defaults', 'America/New_York', '{}', (select jsonb_agg("
                + "jsonb_build_object('clock', clock, 'urgency', urgency, 'amount', 1, 'unit', 'hours', 'source', 'other',"
                + " 'verified', true)) from precert.clock_rule where payer_id = '*' and is_current))")
        let kept = try await deadlines(practice, reference)["renewal"]
        #expect(rule(kept)["length"] as? String == "60 calendar days")
        #expect(rule(kept)["source"] as? String == "practice default")
    }
}
