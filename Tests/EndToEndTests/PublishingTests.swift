import Foundation
import PostgresClient
import Testing

@Suite("Publishing")
struct PublishingTests {
    /// One fault among changes that are all good.
    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        let old: String
        let new: String
        let says: String
        var testDescription: String { name }

        static let all = [
            Fault(
                name: "an example that comes out otherwise", file: "payers/acme_health/ublituximab.yaml",
                old: "facts: {diagnosis: Z00.00}, expect: unmet", new: "facts: {diagnosis: Z00.00}, expect: met",
                says: "expected met, got unmet"),
            Fault(
                name: "an unknown fact", file: "payers/acme_health/ublituximab.yaml", old: "fact: diagnosis",
                new: "fact: diagnosi", says: "did you mean \"diagnosis\"?"),
            Fault(
                name: "a code that no release has", file: "payers/acme_health/ublituximab.yaml", old: "[J2329]",
                new: "[J2399]", says: "J2399"),
            Fault(
                name: "a clock that the workflow does not have", file: "payers/acme_health/payer.yaml",
                old: "channels:",
                new: "clocks: [{clock: decisoin, urgency: any, amount: 1, unit: months, source: x, verified: false}]"
                    + "\nchannels:",
                says: "did you mean \"decision\"?"),
            Fault(
                name: "an import mapping of nobody", file: "payers/unitedhealthcare/imports/portal.yaml",
                old: "unitedhealthcare", new: "unitedhealthcarf", says: "unitedhealthcarf"),
            Fault(
                name: "the last payer's zone, which only the server knows", file: "payers/zeta_health/payer.yaml",
                old: "time_zone: America/New_York", new: "time_zone: America/New_Yorck", says: "America/New_Yorck"),
            Fault(
                name: "a workflow that was changed under its number", file: "prior-authorization.yaml",
                old: "title: \"Check the order\"", new: "title: \"Look at the order\"",
                says: "already published with other content"),
        ]
    }

    @Test(
        "stores nothing when one file among good ones is wrong, and all of it once that is mended", arguments: Fault.all
    )
    func atomic(_ fault: Fault) async throws {
        let practice = try await Practice.open()
        let rules = try RulesFolder()
        let home = ["PRECERT_HOME": rules.path]
        for (id, drugs) in [("acme_health", ["--drug", "natalizumab", "--drug", "ublituximab"]), ("zeta_health", [])] {
            let made = try await rules.precert(["payer", "new", id, "--name", "The \(id)"] + drugs)
            #expect(made.status == 0)
        }
        // Changes of every kind that would be published.
        try rules.replace(
            "clock: retro-window, urgency: any, amount: 30", with: "clock: retro-window, urgency: any, amount: 31",
            in: "Workflows/clocks.yaml")
        try rules.replace("name: \"Juneteenth\"", with: "name: \"19 June\"", in: "Workflows/calendars/us-federal.yaml")
        let file = "Workflows/\(fault.file)"
        try rules.replace(fault.old, with: fault.new, in: file)

        let before = try await practice.digest()
        for command in [["workflow", "publish"], ["db", "migrate"]] {
            let refused = try await practice.precert(command, with: home)
            #expect(refused.status == 5)
            #expect(refused.err.contains(fault.says))
            #expect(!refused.out.contains("published"))
            #expect(try await practice.changes(since: before).isEmpty)
        }

        try rules.replace(fault.new, with: fault.old, in: file)
        let published = try await practice.precert(["workflow", "publish"], with: home)
        #expect(published.status == 0)
        #expect(
            published.out.split(separator: "\n") == [
                "published the practice's clocks", "published payer acme_health", "published payer zeta_health",
            ])
        #expect(try await practice.count("select count(*) from precert.holiday where name = '19 June'") == 4)
        #expect(
            try await practice.precert(["workflow", "publish"], with: home).out == "all rules were published already\n")
    }

    @Test("brings an empty database no schema when the rules do not pass")
    func empty() async throws {
        let practice = try await Practice.open(isEmpty: true)
        let rules = try RulesFolder()
        try rules.replace("clock: delivery,", with: "clock: delivry,", in: "Workflows/clocks.yaml")
        let refused = try await practice.precert(["db", "migrate"], with: ["PRECERT_HOME": rules.path])
        #expect(refused.status == 5)
        #expect(refused.err.contains("Workflows/clocks.yaml:"))
        #expect(try await practice.digest().isEmpty)
    }

    @Test("by several at once ends with one state and no error")
    func together() async throws {
        let practice = try await Practice.open()
        let rules = try RulesFolder()
        _ = try await rules.precert("payer", "new", "acme_health", "--name", "Acme", "--drug", "natalizumab")
        try rules.replace(
            "amount: 30, unit: calendar_days", with: "amount: 31, unit: calendar_days", in: "Workflows/clocks.yaml")
        let children = try (0..<3).map { _ in
            try practice.start(["workflow", "publish"], with: ["PRECERT_HOME": rules.path])
        }
        var lines: [Substring] = []
        for child in children {
            let answer = await child.wait()
            #expect(answer.status == 0)
            #expect(answer.err.isEmpty)
            lines += answer.out.split(separator: "\n")
        }
        #expect(lines.count { $0 == "published payer acme_health" } == 1)
        #expect(lines.count { $0 == "published the practice's clocks" } == 1)
    }

    @Test("says which stored payers have no folder any more, marks them, and lets nobody judge by their old rules")
    func retired() async throws {
        let practice = try await Practice.open()
        let rules = try RulesFolder()
        let home = ["PRECERT_HOME": rules.path]
        let folder = "\(rules.path)/Workflows/payers/acme_health"
        #expect(try await rules.precert("payer", "new", "acme_health", "--name", "Acme Health").status == 0)
        #expect(try await practice.precert(["workflow", "publish"], with: home).status == 0)
        let order = try practice.write("acme.yaml", OrderText(payer: "acme_health").yaml)
        let opened = try await practice.precert(
            ["new", order, "--format", "json", "--as-of", Practice.monday], with: home)
        let reference = try #require(opened.object["request"] as? String)

        try FileManager.default.moveItem(atPath: folder, toPath: rules.path + "/aside")
        let published = try await practice.precert(["workflow", "publish", "--as-of", "2026-11-24"], with: home)
        #expect(published.status == 0)
        let words =
            "payer acme_health (Acme Health) has no folder under Workflows/payers any more: it is kept and marked for "
            + "1 open request, which no policy judges now; deadlines that run keep their dates, new ones take the "
            + "practice's clocks"
        #expect(published.out == "all rules were published already\n\(words)\n")
        #expect(
            try await practice.precert(["db", "migrate"], with: home).out.contains(words), "as long as one is open")
        #expect(
            try await practice.text("select payer_id from precert.payer where retired_at is not null") == "acme_health")

        func run(_ words: String...) async throws -> Answer {
            try await practice.precert(words + ["--as-of", "2026-11-25"], with: home)
        }
        #expect(try await run("show", reference).out.contains("the payer's folder is gone since 2026-11-24"))
        let check = try await run("check", reference)
        #expect(check.status == 1 && check.out.contains("no module for the payer \"acme_health\""))
        let sent = try await run("submit", reference, "--override", "a test")
        #expect(sent.status == 5 && sent.err.contains("unknown payer \"acme_health\""))
        #expect(try await run("new", order).status == 5)

        try FileManager.default.moveItem(atPath: rules.path + "/aside", toPath: folder)
        let back = try await practice.precert(["workflow", "publish"], with: home)
        #expect(back.out == "published payer acme_health\n")
        #expect(try await run("show", reference, "--format", "json").object["payer_retired_on"] == nil)
    }
}
