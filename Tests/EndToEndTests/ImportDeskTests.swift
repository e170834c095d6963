import Foundation
import PostgresClient
import Testing

@Suite("Imports are rehearsed, looked up and settled")
struct ImportDeskTests {
    private func practice() async throws -> (Practice, [String]) {
        let practice = try await Practice.open()
        var references: [String] = []
        for name in ["order", "order-second", "order-third"] {
            references.append(try await practice.send("\(name).yaml"))
        }
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        return (practice, references)
    }

    private func imported(_ practice: Practice, _ words: String...) async throws -> Answer {
        try await practice.precert(
            ["import", "status.csv", "--payer", "unitedhealthcare", "--format", "json", "--as-of", "2026-11-28"] + words
        )
    }

    @Test("A dry run says what the import will say, and writes nothing")
    func dryRun() async throws {
        let (practice, references) = try await practice()
        try practice.writeStatusFile(references)
        let before = try await practice.digest()
        let rehearsed = try await imported(practice, "--dry-run")
        #expect(try await practice.changes(since: before).isEmpty)
        let real = try await imported(practice)
        #expect(rehearsed.status == real.status)
        #expect(rehearsed.object["counts"] as? [String: Int] == real.object["counts"] as? [String: Int])
        let rows = try #require(rehearsed.object["rows"] as? [[String: Any]])
        #expect(NSArray(array: rows) == NSArray(array: real.object["rows"] as? [Any] ?? []))
        let screen = try await practice.precert(
            "import", "status.csv", "--payer", "unitedhealthcare", "--dry-run", "--as-of", "2026-11-28")
        #expect(screen.out.contains("imported before"))
    }

    @Test("A held row is shown without the patient's data, settled by a person, and the import says so afterwards")
    func settled() async throws {
        let (practice, references) = try await practice()
        try practice.writeStatusFile(references)
        let report = try await imported(practice)
        let batch = try #require(report.object["batch"] as? String)
        let listed = try await practice.must("import", "list", "--format", "json")
        #expect(listed.rows.first?["held"] as? Int == 1 && listed.rows.first?["rows"] as? Int == 4)

        let held = try await practice.must("quarantine", "list", "--format", "json")
        let number = try #require(held.rows.first?["no"] as? Int)
        let shown = try await practice.must("quarantine", "show", "\(number)", "--format", "json")
        #expect(shown.object["said_kind"] != nil)
        for key in ["said_raw", "said_member_id", "said_born"] { #expect(shown.object[key] == nil, "\(key)") }
        let named = try await practice.must("quarantine", "show", "\(number)", "--names", "a test", "--format", "json")
        #expect(named.object["said_raw"] != nil)
        #expect(
            try await practice.count("select count(*) from precert.access_log where quarantine_no = \(number)") == 1)

        let before = try await practice.digest()
        let wrong = try await practice.precert(
            "quarantine", "resolve", "\(number)", "--request", references[2], "--reason", "a test", "--as-of",
            "2026-11-28")
        #expect([0, 5].contains(wrong.status), "\(wrong.err)")
        if wrong.status == 5 { #expect(try await practice.changes(since: before).isEmpty) }

        let unasked = try await practice.precert("quarantine", "discard", "\(number)", "--reason", "a test")
        #expect(unasked.status == 64 && unasked.err.contains("will be disregarded for good"))
        if wrong.status == 5 {
            let discarded = try await practice.must(
                "quarantine", "discard", "\(number)", "--reason", "another clinic's patient", "--yes")
            #expect(discarded.out.contains("discarded \(number)"))
        }
        #expect(try await practice.must("quarantine", "list").out.contains("nothing is held"))
        let twice = try await practice.precert(
            "quarantine", "discard", "\(number)", "--reason", "again", "--yes")
        #expect(twice.status == 5 && twice.err.contains("settled by"))
        let again = try await practice.must("import", "show", String(batch.prefix(8)))
        #expect(again.out.contains("4 rows") && again.out.contains("applied"))
        #expect(try await practice.must("audit", "verify").status == 0)
    }
}
