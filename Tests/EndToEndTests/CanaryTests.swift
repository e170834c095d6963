import Foundation
import PostgresClient
import PrivateCluster
import Synchronization
import Testing

@Suite("What must not be shown")
struct CanaryTests {
    /// People that nobody else has: a hit in any output is a leak.
    private static let canary = OrderText(
        family: "Zyxmarker", given: "Qwvmarker", born: "1931-07-09", memberID: "987123654")
    private static let markers = [
        "zyxmarker", "qwvmarker", "1931-07-09", "07/09/1931", "987123654", "notemarker", "freemarker",
    ]

    @Test("Names, birth dates and member ids stay out of every output, error and log")
    func canaries() async throws {
        let practice = try await Practice.open()
        let transcript = Transcript(practice)
        let reference = try await job(transcript)
        try await faults(transcript, reference)
        for (command, answer) in transcript.answers {
            for marker in Self.markers {
                #expect(!answer.everything.lowercased().contains(marker), "\(command) shows \(marker)")
            }
        }
        let log = try String(contentsOfFile: practice.cluster.logFile, encoding: .utf8).lowercased()
        for marker in Self.markers { #expect(!log.contains(marker), "the server's log holds \(marker)") }

        // Where they are meant to be, they are.
        #expect(try practice.packetFile("packet.txt", to: "unitedhealthcare").contains("Zyxmarker"))
        try await access(practice, reference)
    }

    private func job(_ transcript: Transcript) async throws -> String {
        let practice = transcript.practice
        try practice.write("canary.yaml", Self.canary.yaml)
        try practice.write("note.txt", "Freemarker wrote this.")
        try practice.write(
            "facts.yaml",
            try practice.read("evidence-continuation.yaml").replacingOccurrences(
                of: "note: no relapse", with: "note: notemarker, no relapse"))
        let opened = try await transcript.run(
            "new", "canary.yaml", "--format", "json", "--as-of", Practice.monday)
        let reference = try #require(opened.object["request"] as? String)
        try await transcript.run("evidence", "add", reference, "--from", "facts.yaml", "--as-of", Practice.monday)
        try await transcript.run("document", "add", reference, "note.txt", "--title", "Note")
        try await transcript.run("check", reference, "--as-of", Practice.monday)
        try await transcript.run("check", reference, "--format", "json", "--as-of", Practice.monday)
        try await transcript.run("submit", reference, "--as-of", Practice.monday)
        try await transcript.run("worker", "--once", "--as-of", Practice.monday)
        let header = """
            Payer,Service Reference Number,Provider Reference,Member ID,Member DOB,Procedure Code,Status,Status Date,\
            Approved From,Approved To,Approved Units,Information Due,Reason Code,Reason
            """
        // Approved; then each way in which a row can be wrong, with the markers in it.
        let rows = [
            "UnitedHealthcare,A1,\(reference),987123654,07/09/1931,J2323,Approved,11/26/2026,12/01/2026,05/31/2027,2100,,,",
            "UnitedHealthcare,A2,PA-22222222,987123654,07/09/1931,J2323,Approved,11/26/2026,12/01/2026,05/31/2027,2100,,,",
            "UnitedHealthcare,A3,\(reference),987123655,07/09/1931,J2323,Denied,11/26/2026,,,,,D1,Zyxmarker",
            "UnitedHealthcare,A4,\(reference),987123654,07/10/1931,J2323,Denied,11/26/2026,,,,,D1,Qwvmarker",
            "UnitedHealthcare,A5,\(reference),987123654,07/09/1931,J2323,Zyxmarker,11/26/2026,,,,,,",
            "UnitedHealthcare,A6,\(reference),987123654,Zyxmarker,J2323,Approved,11/26/2026,,,,,,",
            "UnitedHealthcare,A7,\(reference),9.87123654E8,07/09/1931,J2323,Approved,11/26/2026,,,,,,",
            "UnitedHealthcare,A8,\(reference),987123654",
            "UnitedHealthcare,Zyx\"marker,\(reference),987123654,07/09/1931,J2323,Approved,11/26/2026,,,,,,",
        ]
        try practice.write("canary.csv", header + "\n" + rows.joined(separator: "\n") + "\n")
        for format in ["table", "json"] {
            try await transcript.run(
                "import", "canary.csv", "--payer", "unitedhealthcare", "--format", format, "--as-of", "2026-11-28")
        }
        try await transcript.run(
            "record", reference, "note.recorded", "--note", "Zyxmarker called, notemarker", "--as-of", "2026-12-02")
        try await transcript.run(
            "record", reference, "partial.accepted", "--note", "Zyxmarker agrees", "--as-of", "2026-12-02")
        try await transcript.run("worker", "--once", "--as-of", "2026-12-02")
        for listing in OutputTests.listings where !["doctor", "db"].contains(listing[0]) {
            for format in ["table", "json", "csv"] {
                let words = listing.map { $0 == "@" ? reference : $0 }
                try await transcript.run(words + ["--format", format, "--as-of", "2027-04-20"])
            }
        }
        let listed = try await transcript.run("list", "--format", "json")
        #expect(listed.rows.first?["patient"] as? String == "Q.Z.", "lists show initials")
        try await transcript.run("show", reference)
        try await transcript.run("show", reference, "--format", "json")
        return reference
    }

    private func faults(_ transcript: Transcript, _ reference: String) async throws {
        let practice = transcript.practice
        try await transcript.run("new", "canary.yaml", "--as-of", Practice.monday)
        try await transcript.run("decide", reference, "denied", "--reason-code", "D12", "--as-of", "2026-12-03")
        var orders: [String] = []
        for bad in [
            { (order: inout OrderText) in order.hcpcs = "J2329" }, { $0.units = "30" }, { $0.drug = "Zyxmab" },
            { $0.born = "1931-17-09" }, { $0.memberID = "" }, { $0.family = "[Zyxmarker]" }, { $0.given = "{a: b}" },
            { $0.more = "zyx: 987123654x" }, { $0.born = "Zyx marker 1931" }, { $0.payer = "nobody" },
            { $0.family = "\"Zyxmarker" }, { $0.family = "Zyxmarker: Qwvmarker" }, { $0.family = "&a Zyxmarker" },
            { $0.family = String(repeating: "Zyxmarker", count: 100) }, { $0.born = "2199-01-01" },
            { $0.memberID = String(repeating: "987123654", count: 50) },
        ] as [@Sendable (inout OrderText) -> Void] {
            var order = Self.canary
            bad(&order)
            orders.append(order.yaml)
        }
        let whole = Array(Self.canary.yaml.utf8)
        for tenth in 1...9 { orders.append(String(decoding: whole[..<(whole.count * tenth / 10)], as: UTF8.self)) }
        for order in orders {
            try practice.write("bad.yaml", order)
            try await transcript.run("new", "bad.yaml", "--as-of", Practice.monday)
            try await transcript.run("evidence", "add", reference, "--from", "bad.yaml", "--as-of", Practice.monday)
            try await transcript.run("import", "bad.yaml", "--payer", "unitedhealthcare")
        }
        try await transcript.run(
            "evidence", "add", reference, "--from", "canary.yaml", "--as-of", Practice.monday)
        try await transcript.run("document", "get", reference, "ffff", "-o", "out.txt")

        // The server itself fails in the middle: its messages and its log quote rows unless they are kept from it.
        try await practice.administerHere(
            """
            alter table precert.patient add constraint nobody_new check (family = '') not valid;
            alter table precert.evidence add constraint nothing_new check (fact = '') not valid;
            """)
        var other = Self.canary
        other.memberID = "9871236540"
        try practice.write("other.yaml", other.yaml)
        let failed = try await transcript.run("new", "other.yaml", "--as-of", Practice.monday)
        #expect(failed.status != 0)
        try practice.write(
            "more.yaml",
            "- fact: ms_form\n  value: spms_active\n  observed_on: 2026-11-11\n  source: chart\n  note: notemarker\n")
        try await transcript.run("evidence", "add", reference, "--from", "more.yaml", "--as-of", Practice.monday)
    }

    private func access(_ practice: Practice, _ reference: String) async throws {
        let before = try await practice.count("select count(*) from precert.access_log")
        let named = try await practice.precert("show", reference, "--names", "call to the payer")
        #expect(named.out.contains("Zyxmarker"))
        let sha = try await practice.text(
            "select encode(sha256, 'hex') from precert.request_document order by title limit 1")
        let got = try await practice.precert("document", "get", reference, sha, "-o", "note-again.txt")
        #expect(got.status == 0)
        #expect(try practice.read("note-again.txt") == "Freemarker wrote this.")
        #expect(try await practice.count("select count(*) from precert.access_log") == before + 2)
        let rows = try await practice.text("select row_to_json(a)::text from precert.access_log a").lowercased()
        #expect(rows.contains("call to the payer"))
        for marker in Self.markers { #expect(!rows.contains(marker)) }
    }
}

/// Runs a practice's commands and keeps what each printed.
private final class Transcript: Sendable {
    let practice: Practice
    private let kept = Mutex<[(command: String, answer: Answer)]>([])

    init(_ practice: Practice) { self.practice = practice }

    var answers: [(command: String, answer: Answer)] { kept.withLock { $0 } }

    @discardableResult
    func run(_ words: [String]) async throws -> Answer {
        let answer = try await practice.precert(words)
        kept.withLock { $0.append((words.joined(separator: " "), answer)) }
        return answer
    }

    @discardableResult
    func run(_ words: String...) async throws -> Answer { try await run(words) }
}
