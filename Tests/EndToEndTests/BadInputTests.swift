import Foundation
import Glibc
import Testing

@Suite("Bad input")
struct BadInputTests {
    @Test("A wrong order is refused with its place, and nothing is stored", arguments: BadOrder.all)
    func order(_ bad: BadOrder) async throws {
        let practice = try await Practice.open()
        try practice.write("bad.yaml", bad.yaml)
        let before = try await practice.digest()
        let answer = try await practice.precert("new", "bad.yaml", "--as-of", Practice.monday)
        #expect(answer.status == 5)
        #expect(answer.out.isEmpty)
        for text in bad.says { #expect(answer.err.contains(text)) }
        #expect(!answer.err.contains("Fatal"))
        #expect(!answer.err.contains("Testperson"))
        #expect(!answer.err.contains("900000777"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("An order cut anywhere is refused or is whole, and never stored in part")
    func halfWrittenOrder() async throws {
        let practice = try await Practice.open()
        let whole = Array(OrderText().yaml.utf8)
        let before = try await practice.digest()
        for tenth in 1...9 {
            try practice.write("cut.yaml", Array(whole[..<(whole.count * tenth / 10)]))
            let answer = try await practice.precert("new", "cut.yaml", "--as-of", Practice.monday)
            #expect(answer.status == 5, "cut at \(tenth) tenths")
            #expect(answer.err.contains("cut.yaml:"))
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A status file cut anywhere, or in another encoding's bytes, harms nothing and says its place")
    func halfWrittenStatusFile() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try practice.writeStatusFile(["PA-22222222", reference, "PA-33333333"])
        let whole = Array(try practice.read("status.csv").utf8)
        for tenth in [0, 1, 2, 4, 6, 9] {
            try practice.write("cut.csv", Array(whole[..<(whole.count * tenth / 10)]))
            let answer = try await practice.precert(
                "import", "cut.csv", "--payer", "unitedhealthcare", "--format", "json", "--as-of", "2026-11-28")
            // A cut behind a whole row leaves a file that is right in itself.
            #expect([0, 5].contains(answer.status), "cut at \(tenth) tenths")
            if answer.status == 5 { #expect(answer.everything.contains("cut.csv") || !answer.object.isEmpty) }
            let counts = answer.object["counts"] as? [String: Int] ?? [:]
            let rows = answer.object["rows"] as? [[String: Any]] ?? []
            #expect(counts.values.reduce(0, +) == rows.count)
        }
        #expect(["sent", "pended"].contains(try await practice.state(reference)))
        #expect(try await practice.precert("audit", "verify").status == 0)
    }

    @Test("Bytes that are no text are refused by every reader", arguments: Bytes.noText)
    func notText(_ given: Bytes) async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try practice.write("odd.yaml", given.bytes)
        try practice.write("odd.csv", given.bytes)
        let before = try await practice.digest()
        for command in [
            ["new", "odd.yaml"], ["evidence", "add", reference, "--from", "odd.yaml"],
            ["import", "odd.csv", "--payer", "unitedhealthcare"],
        ] {
            let answer = try await practice.precert(command)
            #expect(answer.status == 5, "\(command[0])")
            #expect(answer.err.contains("odd."), "\(command[0]) names the file")
            #expect(answer.out.isEmpty)
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A byte order mark is read over")
    func byteOrderMark() async throws {
        let practice = try await Practice.open()
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        try practice.write("marked.yaml", mark + Array(OrderText().yaml.utf8))
        let reference = try await practice.open("marked.yaml")
        let file = try practice.writeStatusFile([reference, reference, reference])
        try practice.write("marked.csv", mark + Array(try practice.read(file).utf8))
        let answer = try await practice.precert(
            "import", "marked.csv", "--payer", "unitedhealthcare", "--format", "json", "--as-of", "2026-11-28")
        #expect((answer.object["rows"] as? [Any])?.count == 4)
    }

    @Test("A file that is missing answers 3; a directory, an unreadable or an oversized one answers 5")
    func wrongFiles() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try FileManager.default.createDirectory(
            atPath: practice.folder + "/folder.yaml", withIntermediateDirectories: false)
        try practice.write("empty.txt", "")
        // Sparse: it has its size without its blocks.
        for (name, size) in [("huge.pdf", 65 << 20), ("huge.yaml", 5 << 20), ("huge.csv", 513 << 20)] {
            try practice.write(name, "")
            #expect(truncate("\(practice.folder)/\(name)", off_t(size)) == 0)
        }
        let before = try await practice.digest()
        let evidence = ["evidence", "add", reference, "--from"]
        let uhc = ["--payer", "unitedhealthcare"]
        for (command, status) in [
            (["new", "nowhere.yaml"], 3), (["import", "nowhere.csv"] + uhc, 3),
            (["document", "add", reference, "nowhere.pdf"], 3), (evidence + ["nowhere.yaml"], 3),
            (["new", "folder.yaml"], 5), (["import", "folder.yaml"] + uhc, 5),
            (["document", "add", reference, "folder.yaml"], 5), (evidence + ["folder.yaml"], 5),
            (["document", "add", reference, "empty.txt"], 5), (["document", "add", reference, "huge.pdf"], 5),
            (["new", "huge.yaml"], 5), (evidence + ["huge.yaml"], 5), (["import", "huge.csv"] + uhc, 5),
        ] as [([String], Int32)] {
            let answer = try await practice.precert(command)
            #expect(answer.status == status, "\(command)")
            #expect(answer.err.contains(command.first { $0.contains(".") } ?? ""), "\(command) names the file")
            #expect(answer.err.split(separator: "\n").count <= 2, "\(command) gives one error")
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A file of another user is refused without a word of its content", .enabled(if: getuid() == 0))
    func unreadable() async throws {
        let practice = try await Practice.open()
        try practice.write("secret.yaml", OrderText().yaml)
        chmod("\(practice.folder)/secret.yaml", 0o000)
        // The superuser reads everything, so the command runs as nobody.
        let answer = try await Program.start(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path, "new", "secret.yaml"],
            in: practice.folder, environment: practice.environment
        ).wait()
        if answer.err.contains(Program.path) { return }
        #expect(answer.status == 5)
        #expect(answer.err.contains("cannot read secret.yaml: Permission denied"))
    }

    @Test(
        "What a command is given and does not know is refused with a code of its own",
        arguments: [
            (["list", "--state", "pendet"], 5), (["list", "--payer", "unitedhealth"], 5),
            (["list", "--limit", "0"], 64), (["list", "--limit", "many"], 64), (["list", "--format", "xml"], 64),
            (["list", "--as-of", "2026-02-30"], 64), (["list", "--as-of", "yesterday-ish"], 64),
            (["expiring", "--within", "soon"], 64), (["worklist", "--limit", "-1"], 64),
            (["import", "order.yaml", "--payer", "unitedhealth"], 5),
            (["import", "order.yaml", "--payer", "unitedhealthcare"], 5),
            (["import", "order.yaml", "--payer", "unitedhealthcare", "--mapping", "nothing"], 3),
            (["frobnicate"], 64), (["show"], 64), (["decide", "PA-22222222", "perhaps"], 64),
            (["alerts", "ack", "00000000"], 3), (["document", "get", "PA-22222222", "abcd", "-o", "x"], 3),
            (["evidence", "add", "PA-22222222", "ms_form=rrms", "--observed", "2026-11-01"], 3),
            (["evidence", "add", "PA-22222222", "ms_fom=rrms", "--observed", "2026-11-01"], 5),
            (["evidence", "add", "PA-22222222", "ms_form=sunny", "--observed", "2026-11-01"], 5),
            (["evidence", "add", "PA-22222222", "ms_form", "--observed", "2026-11-01"], 5),
            (["evidence", "add", "PA-22222222", "ms_form=rrms"], 64),
            (["evidence", "add", "PA-22222222", "ms_form=rrms", "--observed", "2199-11-01"], 5),
            (["evidence", "add", "PA-22222222"], 64), (["check", "PA-22222222", "--format", "csv"], 64),
        ] as [([String], Int32)])
    func unknownWords(_ command: [String], _ status: Int32) async throws {
        let practice = try await Practice.open()
        let before = try await practice.digest()
        let answer = try await practice.precert(command)
        #expect(answer.status == status)
        #expect(answer.out.isEmpty)
        #expect(!answer.err.isEmpty)
        #expect(!answer.err.contains("inside precert"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A wrong line in a file of evidence records none of its lines")
    func badEvidence() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        let good = "- fact: ms_form\n  value: rrms\n  observed_on: 2026-11-10\n  source: chart\n"
        let before = try await practice.digest()
        for (wrong, says) in [
            ("- fact: ms_fom\n  value: rrms\n  observed_on: 2026-11-10\n  source: chart\n", "evidence-here.yaml:5:9"),
            ("- fact: ms_form\n  value: 7\n  observed_on: 2026-11-10\n  source: chart\n", "evidence-here.yaml:5:9"),
            ("- fact: ms_form\n  value: rrms\n  observed_on: 2026-11-31\n  source: chart\n", ":7:16"),
            ("- fact: ms_form\n  value: rrms\n  observed_on: 2027-11-10\n  source: chart\n", ":7:16"),
            ("- fact: ms_form\n  value: rrms\n  observed_on: 2026-11-10\n  source: dream\n", ":8:11"),
            (
                "- fact: ms_form\n  value: rrms\n  observed_on: 2026-11-10\n  source: chart\n  document: no.pdf\n",
                ":9:13"
            ),
        ] {
            try practice.write("evidence-here.yaml", good + wrong)
            let answer = try await practice.precert(
                "evidence", "add", reference, "--from", "evidence-here.yaml", "--as-of", Practice.monday)
            #expect(answer.status == 5)
            #expect(answer.err.contains(says), "\(says)")
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }
}
