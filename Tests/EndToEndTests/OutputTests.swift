import Foundation
import PostgresClient
import Testing

@Suite("What commands print")
struct OutputTests {
    static let listings: [[String]] = [
        ["list"], ["worklist"], ["expiring"], ["alerts", "list"], ["alerts", "list", "--all"], ["alerts", "run"],
        ["evidence", "list", "@"], ["record", "@"], ["workflow", "list"], ["doctor"], ["audit", "verify"],
        ["db", "status"],
    ]

    /// A practice with a request in each corner: sent, approved, pended, denied, and one just opened.
    private func busyPractice() async throws -> (Practice, String) {
        let practice = try await Practice.open()
        let references = [
            try await practice.send("order.yaml", evidence: "evidence.yaml"),
            try await practice.send("order-second.yaml"), try await practice.send("order-third.yaml"),
        ]
        try practice.writeStatusFile(references)
        _ = try await practice.precert(
            "import", "status.csv", "--payer", "unitedhealthcare", "--as-of", "2026-11-28")
        try await practice.must("worker", "--once", "--as-of", "2026-12-02")
        return (practice, references[0])
    }

    @Test("Every listing is a table, valid JSON and valid CSV with the same rows, and has no escape bytes in a pipe")
    func formats() async throws {
        let (practice, reference) = try await busyPractice()
        for listing in Self.listings {
            let command = listing.map { $0 == "@" ? reference : $0 } + ["--as-of", "2026-12-02"]
            let takesTime = !["doctor", "db"].contains(listing[0])
            let words = takesTime ? command : listing
            let table = try await practice.precert(words)
            let json = try await practice.precert(words + ["--format", "json"])
            let csv = try await practice.precert(words + ["--format", "csv"])
            let plain = try await practice.precert(words, with: ["NO_COLOR": "1"])
            for answer in [table, json, csv, plain] {
                #expect(answer.status == 0, "\(listing): \(answer.err)")
                #expect(!answer.everything.utf8.contains(0x1B), "\(listing)")
                #expect(!answer.out.contains("Testperson"), "\(listing) shows initials only")
            }
            let parsed = try? JSONSerialization.jsonObject(with: Data(json.out.utf8))
            #expect(parsed != nil, "\(listing) is JSON")
            let records = try #require(csvRecords(csv.out), "\(listing) is CSV")
            #expect(Set(records.map(\.count)).count <= 1, "\(listing): each record has as many fields as the first")
            if let rows = parsed as? [[String: Any]] {
                #expect(records.count == rows.count + 1, "\(listing)")
                if let first = rows.first { #expect(Set(first.keys) == Set(records[0]), "\(listing)") }
            }
        }
    }

    @Test("Alerts have a line each at 80 columns, in their order, and everything where there is room")
    func alertWidths() async throws {
        let (practice, _) = try await busyPractice()
        let day = "2027-04-20"
        try await practice.must("alerts", "run", "--as-of", day)
        let words = ["alerts", "list", "--as-of", day]
        let rows = try await practice.precert(words + ["--format", "json"]).rows
        #expect(rows.count > 1)
        let lines = try await practice.precert(words, with: ["COLUMNS": "80"]).out.split(separator: "\n")
        #expect(lines.count == rows.count + 1 && lines.allSatisfy { $0.count <= 80 })
        let wide = try await practice.precert(words, with: ["COLUMNS": "160"]).out.split(separator: "\n")
        for (row, (line, long)) in zip(rows, zip(lines.dropFirst(), wide.dropFirst())) {
            for key in ["alert", "request", "due_on"] { #expect(line.contains(row[key] as? String ?? "-"), "\(key)") }
            #expect(line.contains((row["title"] as? String ?? "-").prefix(20)))
            for key in ["severity", "title"] { #expect(long.contains(row[key] as? String ?? "-"), "\(key)") }
        }
    }

    @Test("The worklist has a line a request at 80 columns, and everything where there is room")
    func worklistWidths() async throws {
        let (practice, _) = try await busyPractice()
        let rows = try await practice.must("worklist", "--format", "json", "--as-of", "2026-12-08").rows
        #expect(rows.count > 1)
        let lines = try await practice.precert(["worklist", "--as-of", "2026-12-08"], with: ["COLUMNS": "80"]).out
            .split(separator: "\n")
        #expect(lines.count == rows.count + 1)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.dropFirst().map { String($0.prefix(11)) } == rows.compactMap { $0["request"] as? String })
        for (line, row) in zip(lines.dropFirst(), rows) {
            #expect(line.contains(row["due_on"] as? String ?? "-"))
            #expect(line.contains(row["patient"] as? String ?? "-"))
            let reason = row["reason"] as? String ?? ""
            #expect(line.contains(reason.prefix(20)))
        }
        let wide = try await practice.must("worklist", "--as-of", "2026-12-08").out
        for row in rows {
            #expect(wide.contains(row["reason"] as? String ?? "-") && wide.contains(row["payer"] as? String ?? "-"))
        }
    }

    @Test("Counts are written as one says them")
    func counts() async throws {
        let practice = try await Practice.open()
        _ = try await practice.open("order.yaml")
        #expect(try await practice.must("audit", "verify").out.contains("2 events of 1 request verified"))
    }

    @Test("A reader that goes away early is no error, and the command does all it was asked")
    func closedOutput() async throws {
        let (practice, reference) = try await busyPractice()
        let evidence = "\(Program.path) show \(reference) | head -n 1"
        let shown = try await shell(practice, evidence)
        #expect(shown.status == 0)
        #expect(shown.out.split(separator: "\n").count == 1)
        #expect(shown.err.isEmpty)

        try practice.write("order-here.yaml", OrderText().yaml)
        let opened = try await shell(
            practice, "\(Program.path) new order-here.yaml --as-of \(Practice.monday) 2>/dev/null | true; echo $?")
        #expect(opened.status == 0)
        #expect(try await practice.count("select count(*) from precert.request") == 4)
    }

    @Test("Output that cannot be written is said, with a code that is not 0")
    func fullDisk() async throws {
        let practice = try await Practice.open()
        let answer = try await shell(practice, "\(Program.path) list > /dev/full")
        #expect(answer.status == 70)
        #expect(answer.err.contains("No space left on device"))
    }

    @Test("With standard output closed, what would have been printed lands in no other file")
    func noStandardOutput() async throws {
        let practice = try await Practice.open()
        _ = try await practice.open("order.yaml")
        let answer = try await shell(practice, "\(Program.path) list >&-")
        #expect(answer.status == 0)
    }

    @Test("--version prints a version, and every command explains itself")
    func help() async throws {
        let practice = try await Practice.open()
        let version = try await practice.precert("--version")
        #expect(version.status == 0)
        #expect(version.out.split(separator: ".").count == 3)

        var paths: [[String]] = [[]]
        var seen = 0
        while let path = paths.popLast() {
            let answer = try await practice.precert(path + ["--help"])
            #expect(answer.status == 0, "\(path)")
            #expect(answer.err.isEmpty, "\(path)")
            #expect(answer.out.contains("USAGE: precert"), "\(path)")
            seen += 1
            for command in Self.subcommands(in: answer.out) { paths.append(path + [command]) }
        }
        #expect(seen > 30, "the tree was walked")
    }

    @Test("What the issue promises as commands is there")
    func promisedCommands() async throws {
        let practice = try await Practice.open()
        let promised = """
            doctor|db start|db stop|db status|db migrate|workflow check|workflow graph|workflow publish|workflow list|\
            policy list|policy check|policy test|payer list|payer show|payer new|lint|new|show|list|worklist|check|\
            evidence add|evidence list|document add|document get|submit|import|decide|record|withdraw|expiring|alerts|\
            worker|audit verify
            """
        for command in promised.split(separator: "|") {
            let words = command.split(separator: " ").map(String.init)
            let answer = try await practice.precert(words + ["--help"])
            #expect(answer.status == 0, "\(command)")
            #expect(answer.out.contains("USAGE: precert \(command)"), "\(command)")
        }
    }

    /// The names that a help text lists below its headings of commands.
    private static func subcommands(in help: String) -> [String] {
        var names: [String] = []
        var isListing = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasSuffix("SUBCOMMANDS:") || line.hasSuffix(":") && !line.hasPrefix(" ") {
                isListing = line.contains("SUBCOMMANDS")
            } else if isListing, line.hasPrefix("  "), !line.hasPrefix("   ") {
                if let name = line.split(separator: " ").first, name != "See" { names.append(String(name)) }
            }
        }
        return names
    }

    private func shell(_ practice: Practice, _ line: String) async throws -> Answer {
        try await Program.start("/bin/sh", ["-c", line], in: practice.folder, environment: practice.environment).wait()
    }
}

/// The records of a CSV text after RFC 4180, or nothing when it is not one.
func csvRecords(_ text: String) -> [[String]]? {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var (isQuoted, wasQuoted) = (false, false)
    var rest = text.unicodeScalars[...]
    while let character = rest.popFirst() {
        switch character {
        case "\"" where isQuoted && rest.first == "\"":
            field.append("\"")
            rest.removeFirst()
        case "\"" where isQuoted: isQuoted = false
        case "\"":
            guard field.isEmpty, !wasQuoted else { return nil }
            (isQuoted, wasQuoted) = (true, true)
        case "," where !isQuoted, "\n" where !isQuoted:
            record.append(field)
            (field, wasQuoted) = ("", false)
            if character == "\n" {
                records.append(record)
                record = []
            }
        case "\r" where !isQuoted && rest.first == "\n": continue
        default:
            if wasQuoted && !isQuoted { return nil }
            field.unicodeScalars.append(character)
        }
    }
    return isQuoted || !record.isEmpty || !field.isEmpty ? nil : records
}
