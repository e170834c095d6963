import Foundation
import PostgresClient
import Testing

@Suite("Recording steps by hand")
struct RecordTests {
    /// A request that stands where the payer's word put it.
    private func decided(_ words: String..., in practice: Practice) async throws -> String {
        let reference = try await practice.send("order-second.yaml")
        let answer = try await practice.precert(
            ["decide", reference] + words + ["--on", "2026-11-26", "--as-of", "2026-11-27"])
        guard answer.status == 0 else { throw Unexpected(answer: answer, doing: "decide") }
        return reference
    }

    private func timeline(_ practice: Practice, _ reference: String) async throws -> [[String: Any]] {
        try await practice.shown(reference)["timeline"] as? [[String: Any]] ?? []
    }

    @Test("Without an event it lists what the state allows and what each needs")
    func list() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("pended", "--due", "2026-12-10", in: practice)
        let before = try await practice.digest()
        let listed = try await practice.must("record", reference, "--format", "json").rows
        #expect(listed.compactMap { $0["event"] as? String } == ["information.sent", "note.recorded"])
        #expect(listed[0]["to_state"] as? String == "in_review")
        #expect((listed[0]["takes"] as? String)?.contains("--date decision-due=DATE") == true)
        #expect(listed[1]["needs"] as? String == "--note TEXT")
        #expect(try await practice.changes(since: before).isEmpty)

        try await practice.must("withdraw", reference, "--yes")
        let final = try await practice.must("record", reference)
        #expect(!final.out.contains("information.sent"))
    }

    @Test("Information that was sent is on record, and the clock that waited for it says nothing false")
    func informationSent() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("pended", "--due", "2026-12-10", in: practice)
        let command = [
            "record", reference, "information.sent", "--on", "2026-12-08", "--reference", "fax 4711", "--as-of",
            "2026-12-09", "--format", "json",
        ]
        let sent = try await practice.precert(command)
        #expect(sent.status == 0)
        #expect(sent.object["outcome"] as? String == "recorded")
        #expect(sent.object["state"] as? String == "in_review")

        let before = try await practice.digest()
        for day in ["2026-12-09", "2026-12-11"] {
            let again = try await practice.precert(command.map { $0 == "2026-12-09" ? day : $0 })
            #expect(again.status == 0)
            #expect(again.object["outcome"] as? String == "already recorded")
        }
        #expect(try await practice.changes(since: before).isEmpty)

        try await practice.must("worker", "--once", "--as-of", "2026-12-12")
        let events = try await timeline(practice, reference)
        #expect(!events.contains { $0["event"] as? String == "information.lapsed" })
        #expect(events.last { $0["event"] as? String == "information.sent" }?["reference"] as? String == "fax 4711")
        #expect((events.last?["occurred"] as? String)?.hasPrefix("2026-12-08") == true)
        #expect(try await practice.state(reference) == "in_review")
    }

    @Test("What was sent in time and told too late mends what the clock said")
    func toldTooLate() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("pended", "--due", "2026-12-10", in: practice)
        try await practice.must("worker", "--once", "--as-of", "2026-12-12")
        #expect(try await practice.state(reference) == "information_late")
        try await practice.must(
            "record", reference, "information.sent", "--on", "2026-12-08", "--as-of", "2026-12-12")
        #expect(try await practice.state(reference) == "in_review")
    }

    @Test("An appeal says what it ends and the payer's rules, asks, and only then is recorded")
    func appeal() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("denied", "--reason-code", "D12", in: practice)
        let before = try await practice.digest()
        let command = ["record", reference, "appeal.filed", "--on", "2026-12-01", "--as-of", "2026-12-01"]
        let unasked = try await practice.precert(command)
        #expect(unasked.status == 64)
        #expect(unasked.err.contains("--yes"))
        #expect(try await practice.changes(since: before).isEmpty)

        let filed = try await practice.precert(command + ["--yes"])
        #expect(filed.status == 0)
        #expect(filed.err.contains("warning: At many payers an appeal ends the chance of a peer-to-peer call"))
        #expect(filed.err.contains("UnitedHealthcare on peer_to_peer: Only before an appeal is filed"))
        #expect(filed.err.contains("UnitedHealthcare on appeal: "))
        #expect(filed.err.contains("[https://"), "each rule has its source")
        #expect(try await practice.state(reference) == "appeal_first")
        let late = try await practice.precert("record", reference, "peer_to_peer.requested", "--as-of", "2026-12-02")
        #expect(late.status == 4)
        #expect(late.err.contains("possible now: appeal.overturned, appeal.upheld"))

        let filedTwice = try await practice.precert(command)
        #expect(filedTwice.status == 0, "what is on record is not asked about")
        #expect(filedTwice.out.contains("already recorded"))
    }

    @Test("A denial goes through peer-to-peer and an appeal to the payer's last word")
    func wholeWay() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("denied", "--reason-code", "D12", in: practice)
        let steps: [(event: String, more: [String], state: String)] = [
            ("peer_to_peer.requested", ["--reference", "P-1"], "peer_to_peer"),
            ("peer_to_peer.upheld", ["--reason", "not a preferred product"], "peer_to_peer_upheld"),
            ("appeal.filed", ["--date", "decision-due=2026-12-30", "--yes"], "appeal_first"),
            ("appeal.upheld", ["--date", "appeal-due=2027-02-01"], "appeal_first_upheld"),
            ("external_review.requested", ["--yes"], "external_review"),
            ("external_review.overturned", [], "approved_preliminary"),
        ]
        for (day, step) in steps.enumerated() {
            let answer = try await practice.precert(
                ["record", reference, step.event, "--as-of", "2026-12-0\(day + 1)"] + step.more)
            #expect(answer.status == 0, "\(step.event): \(answer.err)")
            #expect(try await practice.state(reference) == step.state)
            if step.event == "appeal.filed" {
                let deadlines = try await practice.shown(reference)["deadlines"] as? [[String: Any]] ?? []
                let decision = deadlines.first {
                    $0["name"] as? String == "decision" && $0["status"] as? String == "open"
                }
                #expect((decision?["due"] as? String)?.hasPrefix("2026-12-31") == true, "the day's end in Minnesota")
            }
        }
        #expect(try await practice.must("audit", "verify").status == 0)
    }

    @Test("An extension is another approval, and the old end passes without a word")
    func extended() async throws {
        let practice = try await Practice.open()
        let reference = try await decided(
            "approved", "--number", "A1", "--from", "2026-12-01", "--to", "2027-05-31", "--units", "2100", in: practice)
        try await practice.must("worker", "--once", "--as-of", "2026-12-02")
        let unready = try await practice.precert("record", reference, "authorization.extended", "--units", "900")
        #expect(unready.status == 64)
        #expect(unready.err.contains("needs --date authorization-end=DATE"))
        try await practice.must(
            "record", reference, "authorization.extended", "--date", "authorization-end=2027-08-31", "--units", "3000",
            "--as-of", "2027-05-20")
        try await practice.must("worker", "--once", "--as-of", "2027-06-02")
        #expect(try await practice.state(reference) != "expired")
        let approvals = try await practice.shown(reference)["authorizations"] as? [[String: Any]] ?? []
        #expect(approvals.map { $0["valid_to"] as? String } == ["2027-05-31", "2027-08-31"])
        #expect(approvals.last?["units"] as? String == "3000")
        let expiring = try await practice.must("expiring", "--format", "json", "--as-of", "2027-06-10").rows
        #expect(expiring.map { $0["valid_to"] as? String } == ["2027-08-31"])
        try await practice.must("worker", "--once", "--as-of", "2027-09-02")
        #expect(try await practice.state(reference) == "expired")
    }

    @Test("What cannot be recorded is refused with the reason, and changes nothing")
    func refusals() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("pended", "--due", "2026-12-10", in: practice)
        let before = try await practice.digest()
        let cases: [(words: [String], status: Int32, says: String)] = [
            (["information.send"], 3, "did you mean information.sent?"),
            (["partial.accepted"], 4, "possible now: information.sent, note.recorded"),
            (["payer.denied"], 4, "precert decide"),
            (["information.lapsed"], 4, "the clock brings it"),
            (["order.corrected"], 64, "needs --reason TEXT"),
            (["information.sent", "--units", "3"], 64, "takes no --units"),
            (["information.sent", "--date", "decision-du=2027-01-01"], 64, "did you mean decision-due?"),
            (["information.sent", "--date", "tomorrow"], 64, "--date"),
            (["information.sent", "--on", "2026-12-20"], 5, "after today"),
            (["information.sent", "--on", "2026-11-01"], 5, "before the request was opened"),
            (["note.recorded", "--note", " "], 64, "--note needs words"),
            (["--reason", "none"], 64, "which event"),
        ]
        for (words, status, says) in cases {
            let answer = try await practice.precert(["record", reference] + words + ["--as-of", "2026-12-09"])
            #expect(answer.status == status, "\(words)")
            #expect(answer.err.contains(says), "\(words): \(answer.err)")
            #expect(answer.out.isEmpty)
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test(
        "What is written with a step stays out of history and of screens under initials, and cannot be changed unseen")
    func words() async throws {
        let practice = try await Practice.open()
        let reference = try await decided("pended", in: practice)
        try await practice.must(
            "record", reference, "note.recorded", "--note", "Marker called", "--as-of", "2026-12-01")
        try await practice.must("record", reference, "note.recorded", "--note", "Marker again", "--as-of", "2026-12-01")
        for format in ["table", "json"] {
            let plain = try await practice.must("show", reference, "--format", format)
            #expect(!plain.out.contains("Marker"))
            let full = try await practice.must("show", reference, "--names", "call back", "--format", format)
            #expect(full.out.contains("Marker called") && full.out.contains("Marker again"))
        }
        #expect(try await practice.count("select count(*) from precert.event where event::text like '%Marker%'") == 0)

        try await practice.must("audit", "verify")
        try await practice.administerHere(
            "update precert.recorded_step set words = '{\"note\": \"Other\"}' where words->>'note' = 'Marker again'")
        let verified = try await practice.precert("audit", "verify")
        #expect(verified.status == 1)
        #expect(verified.everything.contains("the words of a step are not what was recorded"))
    }
}
