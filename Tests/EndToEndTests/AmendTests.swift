import Foundation
import PostgresClient
import Testing

@Suite("An order amended before it is sent")
struct AmendTests {
    /// A request that is ready to be sent, under an interval that was recorded as within the label by a person.
    private func ready(in practice: Practice) async throws -> String {
        let reference = try await practice.open("order-second.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
        try await practice.must(
            "evidence", "add", reference, "dose_within_label=true", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        #expect(try await practice.state(reference) == "ready")
        return reference
    }

    private func amend(_ practice: Practice, _ reference: String, _ words: String...) async throws -> Answer {
        try await practice.precert(
            ["amend", reference] + words + ["--reason", "slip of the pen", "--as-of", Practice.monday])
    }

    private func lines(_ practice: Practice, _ reference: String) async throws -> [[String: Any]] {
        try await practice.shown(reference)["lines"] as? [[String: Any]] ?? []
    }

    private static func withdrawn(_ answer: Answer) -> [String] {
        (answer.object["withdrawn"] as? [[String: Any]] ?? []).compactMap { $0["fact"] as? String }
    }

    @Test("is changed by one event that says what it was, and what spoke of it counts no more until it is said again")
    func amended() async throws {
        let practice = try await Practice.open()
        let reference = try await ready(in: practice)
        let before = try await practice.shown(reference)["timeline"] as? [[String: Any]] ?? []
        let answer = try await amend(practice, reference, "--every", "6 weeks", "--format", "json")
        #expect(answer.status == 0, "\(answer.err)")
        #expect(answer.object["outcome"] as? String == "amended")
        let changes = answer.object["changes"] as? [[String: Any]] ?? []
        #expect(changes.count == 1 && changes[0]["line"] as? Int == 1 && changes[0]["field"] as? String == "interval")
        #expect(changes.first?["was"] as? String == "28 days" && changes.first?["now"] as? String == "42 days")
        #expect(Self.withdrawn(answer) == ["dose_within_label"])
        #expect(answer.object["criteria_before"] as? String == "met")
        #expect(answer.object["criteria"] as? String == "unknown")
        #expect(answer.object["state"] as? String == "criteria_collection")

        let shown = try await practice.shown(reference)
        let events = shown["timeline"] as? [[String: Any]] ?? []
        #expect(events.count == before.count + 1)
        let last = try #require(events.last)
        #expect(last["event"] as? String == "order.amended" && last["reason"] as? String == "slip of the pen")
        #expect((last["changes"] as? [[String: Any]])?.first?["was"] as? String == "28 days")
        #expect((last["withdrawn"] as? [Int])?.count == 1)
        #expect(try await lines(practice, reference)[0]["every_days"] as? Int == 42)
        let screen = try await practice.must("show", reference).out.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        #expect(screen.contains("line 1: interval 28 days → 42 days"))
        #expect(screen.contains("withdrawn: dose_within_label (evidence "))

        let rows = try await practice.must("evidence", "list", reference, "--format", "json").rows
        let row = try #require(rows.last { $0["fact"] as? String == "dose_within_label" })
        #expect(row["current"] as? Bool == false && row["withdrawn_by"] as? Int == last["seq"] as? Int)
        let check = try await practice.precert("check", reference, "--as-of", Practice.monday)
        #expect(check.status == 1 && check.out.contains("dose_within_label"), "it is asked again")
        try await practice.must("audit", "verify")

        // In the same words: of the new order it is news.
        try await practice.must(
            "evidence", "add", reference, "dose_within_label=true", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        #expect(try await practice.state(reference) == "ready")
        try await practice.must("submit", reference, "--as-of", Practice.monday)
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let folder = practice.folder + "/outgoing/unitedhealthcare"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let packet = try String(contentsOfFile: "\(folder)/\(name)/packet.txt", encoding: .utf8)
        #expect(packet.contains("every 42 days") && !packet.contains("28 days"), "what is sent is the amended order")
        try await practice.must("audit", "verify")
    }

    @Test("The same command again changes nothing, and says so; so does one that says what the order says")
    func again() async throws {
        let practice = try await Practice.open()
        let reference = try await ready(in: practice)
        #expect(try await amend(practice, reference, "--doses", "6").status == 0)
        let before = try await practice.digest()
        let again = try await amend(practice, reference, "--doses", "6", "--every", "4 weeks", "--format", "json")
        #expect(again.status == 0 && again.object["outcome"] as? String == "unchanged")
        #expect(again.object["seq"] == nil)
        #expect(try await amend(practice, reference, "--doses", "6").out.contains("nothing changed"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A change on which no recorded fact rests keeps what was recorded, and the request stays ready")
    func kept() async throws {
        let practice = try await Practice.open()
        let reference = try await ready(in: practice)
        let answer = try await amend(practice, reference, "--site-name", "Other Infusion Center", "--format", "json")
        #expect(answer.status == 0, "\(answer.err)")
        #expect(Self.withdrawn(answer) == [])
        #expect(answer.object["criteria"] as? String == "met")
        #expect(answer.object["state"] as? String == "ready", "it was looked at again, and is")
    }

    @Test("--dry-run says all of it and writes nothing")
    func dryRun() async throws {
        let practice = try await Practice.open()
        let reference = try await ready(in: practice)
        let before = try await practice.digest()
        let answer = try await amend(practice, reference, "--every", "6 weeks", "--dry-run", "--format", "json")
        #expect(answer.status == 0, "\(answer.err)")
        #expect(answer.object["outcome"] as? String == "would_be_amended")
        #expect(Self.withdrawn(answer) == ["dose_within_label"])
        #expect(answer.object["criteria"] as? String == "unknown")
        #expect(answer.object["state"] as? String == "ready")
        let words = try await amend(practice, reference, "--every", "6 weeks", "--dry-run")
        #expect(words.out.contains("nothing was changed (--dry-run)"))
        #expect(words.out.contains("line 1: interval 28 days → 42 days"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test(
        "What the code guard, the reader or the command refuses is named by its option, and nothing is written",
        arguments: [
            (["--units", "30"], 5, "[unit-dose-tenfold"),
            (["--units", "lots"], 5, "--units: error: expected the billing"),
            (["--code", "J9999"], 5, "--code: error: "), (["--code", "j2323"], 5, "--code: error: not a HCPCS code"),
            (["--diagnosis", "G35"], 5, "--diagnosis: error: "), (["--drug", "Ocrevus"], 5, "is no name of it"),
            (["--ndc", "12"], 5, "[ndc-malformed"),
            (["--place-of-service", "office"], 5, "--place-of-service: error: "),
            (["--modifier", "JZ", "--modifier", "JW"], 5, "[jw-with-jz"),
            (["--weight", "71.5"], 5, "a weight needs its day"),
            (["--line", "2", "--units", "300"], 3, "has no service line 2"), ([], 64, "Say what is to be changed"),
            (["--line", "1", "--drug", "Tysabri"], 64, "--line goes with"),
            (["--site-npi", "1999999918"], 5, "--site-npi: error: "),
        ] as [([String], Int32, String)])
    func refused(words: [String], status: Int32, says: String) async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        let before = try await practice.digest()
        let answer = try await practice.precert(
            ["amend", reference] + words + ["--reason", "x", "--as-of", Practice.monday])
        #expect(answer.status == status, "\(answer.err)")
        #expect(answer.err.contains(says), "\(answer.err)")
        #expect(answer.out.isEmpty)
        #expect(try await practice.changes(since: before).isEmpty)
        if status == 5, words.first != "--drug" { #expect(answer.err.contains("nothing was changed")) }
    }

    @Test("A reason is needed")
    func reason() async throws {
        let practice = try await Practice.open()
        #expect(try await practice.precert("amend", "PA-1", "--units", "1").status == 64)
        #expect(try await practice.precert("amend", "PA-1", "--units", "1", "--reason", " ").status == 64)
    }

    @Test("Once it was sent it is refused, and what to do instead is said")
    func tooLate() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let before = try await practice.digest()
        let sent = try await amend(practice, reference, "--doses", "6")
        #expect(sent.status == 4)
        #expect(sent.err.contains("cannot be amended in the state"))
        #expect(sent.err.contains("the order as it was sent"))
        #expect(sent.err.contains("precert withdraw \(reference)"))
        #expect(try await amend(practice, reference, "--doses", "6", "--dry-run").status == 4)
        #expect(try await practice.changes(since: before).isEmpty)

        // Closed by the payer without a decision, it may come back into preparation, and then be amended.
        try await practice.must("decide", reference, "cancelled", "--on", "2026-11-25", "--as-of", "2026-11-25")
        let cancelled = try await amend(practice, reference, "--doses", "6")
        #expect(cancelled.status == 4 && cancelled.err.contains("order.corrected --reason TEXT"))
        try await practice.must(
            "record", reference, "order.corrected", "--reason", "six doses", "--as-of", "2026-11-25")
        let corrected = try await practice.precert(
            "amend", reference, "--doses", "6", "--reason", "six doses", "--as-of", "2026-11-25", "--format", "json")
        #expect(corrected.status == 0, "\(corrected.err)")
        #expect(corrected.object["state"] as? String == "intake")
        #expect((corrected.object["next"] as? String)?.hasSuffix("order.accepted") == true)
        try await practice.must("withdraw", reference, "--yes")
        let withdrawn = try await amend(practice, reference, "--doses", "5")
        #expect(withdrawn.status == 4 && withdrawn.err.contains("precert new"))
        let byHand = try await practice.precert("record", reference, "order.amended")
        #expect(byHand.status == 4, "it is no step to be recorded without its order")
        try await practice.must("audit", "verify")
    }

    @Test("Of several lines one is named, and an old error on another does not hinder")
    func severalLines() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open(practice.write("two.yaml", SeveralLinesTests.order))
        let unsaid = try await amend(practice, reference, "--doses", "6")
        #expect(unsaid.status == 64 && unsaid.err.contains("--line N, of 1: J2323, 2: Q5134"))
        let second = try await amend(practice, reference, "--line", "2", "--doses", "6", "--format", "json")
        #expect(second.status == 0, "\(second.err)")
        #expect((second.object["changes"] as? [[String: Any]])?.first?["line"] as? Int == 2)
        let now = try await lines(practice, reference)
        #expect(now[0]["doses"] as? Int == 7 && now[1]["doses"] as? Int == 6)

        // As if a release of codes had come since.
        try await practice.administerHere("update precert.service_line set units = 30 where line_no = 1")
        let old = try await amend(practice, reference, "--line", "2", "--doses", "5")
        #expect(old.status == 0 && old.err.contains("\(reference) line 1: error: "), "\(old.err)")
        let whole = try await amend(practice, reference, "--planned-first-dose", "2026-12-09")
        #expect(whole.status == 5, "what is about all lines needs all lines right")
        #expect(try await amend(practice, reference, "--line", "1", "--units", "300").status == 0)
    }

    @Test("The patient's weight stands in history's words only where names are shown")
    func privateParts() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open(practice.write("two.yaml", SeveralLinesTests.order))
        let answer = try await amend(practice, reference, "--weight", "80.25", "--weighed-on", "2026-11-22")
        #expect(answer.status == 0 && answer.out.contains("weight changed"))
        let shown = try await practice.must("show", reference)
        let json = try await practice.must("show", reference, "--format", "json")
        #expect(!(answer.everything + shown.out + json.out).contains("80.25"))
        #expect(shown.out.contains("weight changed (shown with --names)"))
        let named = try await practice.must("show", reference, "--names", "a test").out
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(named.contains("weight 71.5 kg → 80.25 kg"))
        #expect(try await practice.count("select count(*) from precert.event where payload::text like '%80.25%'") == 0)
    }

    @Test("A code for which the patient has another live request is refused")
    func secondLive() async throws {
        let practice = try await Practice.open()
        let first = try await practice.open(
            practice.write("a.yaml", OrderText(hcpcs: "Q5134", more: "").yaml))
        let second = try await practice.open(practice.write("b.yaml", OrderText().yaml))
        let answer = try await amend(practice, second, "--code", "Q5134")
        #expect(answer.status == 4 && answer.err.contains(first), "\(answer.err)")
    }

    @Test("A simulation does not count what was withdrawn before the request was sent")
    func simulated() async throws {
        let practice = try await Practice.open()
        let reference = try await ready(in: practice)
        #expect(try await amend(practice, reference, "--every", "6 weeks").status == 0)
        try await practice.must("submit", reference, "--override", "a test", "--as-of", Practice.monday)
        let answer = try await practice.must(
            "policy", "simulate", repositoryFile("Workflows/payers/unitedhealthcare/natalizumab.yaml"), "--format",
            "json")
        let simulation = try #require(answer.object["simulation"] as? [String: Any])
        let counts = (simulation["present"] as? [String: Any])?["counts"] as? [String: [String: Int]]
        #expect(counts?["unknown"]?["none"] == 1 && counts?["met"]?["none"] ?? 0 == 0, "\(answer.out)")
    }
}
