import Foundation
import TestSupport
import Testing

@Suite("The payers on file")
struct PayerCommandTests {
    @Test("are listed with their drugs, what is due for review, what is unconfirmed, and the next review")
    func list() async throws {
        let rules = try RulesFolder()
        try rules.replace(
            "review_by: 2027-03-01", with: "review_by: 2026-12-10",
            in: "Workflows/payers/unitedhealthcare/ublituximab.yaml")
        let answer = try await rules.precert("payer", "list", "--as-of", "2026-11-24", "--format", "json")
        #expect(answer.status == 0)
        let row = try #require(answer.rows.first { $0["payer"] as? String == "unitedhealthcare" })
        #expect(row["name"] as? String == "UnitedHealthcare")
        #expect((row["drugs"] as? String)?.contains("natalizumab") == true)
        #expect(row["next_review_by"] as? String == "2026-12-10")
        let policies = try #require(row["policies"] as? Int)
        let listed = try await rules.precert(
            "policy", "list", "--payer", "unitedhealthcare", "--as-of", "2026-11-24", "--format", "json")
        #expect(listed.rows.count == policies)
        let stale = try await rules.precert(
            "policy", "list", "--stale", "--payer", "unitedhealthcare", "--as-of", "2026-11-24", "--format", "json")
        func count(_ codes: Set<Substring>) -> Int {
            stale.rows.count { row in
                !codes.isDisjoint(with: (row["reason_codes"] as? String ?? "").split(separator: " "))
            }
        }
        #expect(row["to_review"] as? Int == 1 && count(["due", "overdue", "ended"]) == 1)
        #expect(row["unconfirmed"] as? Int == count(["superseded", "unconfirmed", "unverified"]))
        #expect((row["unconfirmed"] as? Int ?? 0) > 5, "unconfirmed is not due")
        let text = try await rules.precert("payer", "list")
        #expect(text.out.hasPrefix("PAYER "))
        #expect(text.out.contains("\nunitedhealthcare "))
        let widest = text.out.split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= 80)
        let csv = try await rules.precert("payer", "list", "--format", "csv")
        #expect(csv.out.hasPrefix("payer,name,drugs,policies,to_review,unconfirmed,next_review_by\r\n"))
    }

    @Test("are shown whole, each statement with its mark and source, in 80 columns")
    func show() async throws {
        let rules = try RulesFolder()
        try rules.replace(
            "reach: \"888-397-8129\"", with: "reach: \"888-000-0000\"",
            in: "Workflows/payers/unitedhealthcare/payer.yaml")
        let text = try rules.read("Workflows/payers/unitedhealthcare/payer.yaml")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains("888-000-0000")
                ? String(line).replacing("verified: true", with: "verified: false") : String(line)
        }
        try rules.write(lines.joined(separator: "\n"), to: "Workflows/payers/unitedhealthcare/payer.yaml")

        for name in ["unitedhealthcare", "UnitedHealthcare", "87726"] {
            let answer = try await rules.precert("payer", "show", name)
            #expect(answer.status == 0)
            let words = answer.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("[not verified] Questions about specialty drugs: 888-000-0000"))
            #expect(answer.out.contains("Policy unitedhealthcare/natalizumab"))
            #expect(answer.out.contains("2027-03-01"))
            #expect(!answer.out.contains("\u{1B}"))
            let widest = answer.out.split(separator: "\n").map(\.count).max() ?? 0
            #expect(widest <= 80)
        }
        let document = try await rules.precert("payer", "show", "unitedhealthcare", "--format", "json").object
        let channels = try #require(document["channels"] as? [[String: Any]])
        #expect(channels.contains { $0["reach"] as? String == "888-000-0000" && $0["verified"] as? Bool == false })
        #expect(channels.allSatisfy { $0["source"] is String })
        let policies = try #require(document["policies"] as? [[String: Any]])
        #expect(policies.allSatisfy { $0["review_by"] is String && $0["last_checked"] is String })
        #expect(policies.allSatisfy { ($0["sources"] as? [[String: Any]])?.isEmpty == false })

        let unknown = try await rules.precert("payer", "show", "unitedhelthcare")
        #expect(unknown.status == 3)
        #expect(unknown.err.contains("did you mean unitedhealthcare?"))
        #expect(try await rules.precert("payer", "show", "unitedhealthcare", "--format", "csv").status == 64)
    }

    @Test("begin with a folder that passes every check at once and answers unknown")
    func new() async throws {
        let rules = try RulesFolder()
        let made = try await rules.precert(
            "payer", "new", "acme_health", "--name", "Acme \"Health\" \\ Co: 1", "--drug", "Tysabri", "--drug", "J2329",
            "--as-of", "2026-11-24")
        #expect(made.status == 0)
        let folder = "\(rules.path)/Workflows/payers/acme_health"
        #expect(
            made.out.split(separator: "\n")
                == ["\(folder)/payer.yaml", "\(folder)/natalizumab.yaml", "\(folder)/ublituximab.yaml"])
        for command in [["workflow", "check"], ["policy", "check", folder], ["policy", "test", folder]] {
            let answer = try await rules.precert(command)
            #expect(answer.status == 0)
            #expect(!answer.err.contains("error"))
            #expect(!answer.err.contains("no example shows"))
        }
        let listed = try await rules.precert(
            "policy", "list", "--payer", "acme_health", "--as-of", "2026-11-24", "--format", "json")
        #expect(listed.rows.count == 2)
        #expect(listed.rows.allSatisfy { $0["reason_codes"] as? String == "due unconfirmed unverified" })
        #expect(listed.rows.first?["payer_name"] as? String == "Acme \"Health\" \\ Co: 1")
        for drug in ["natalizumab", "ublituximab"] {
            #expect(try !rules.read("Workflows/payers/acme_health/\(drug).yaml").contains("expect: met"))
        }
    }

    @Test("can be begun for every drug on file")
    func everyDrug() async throws {
        let rules = try RulesFolder()
        let drugs = try rules.read("Workflows/codes/drugs.yaml").split(separator: "\n")
            .filter { $0.hasPrefix("  - drug: ") }.map { String($0.dropFirst("  - drug: ".count)) }
        #expect(drugs.count > 20)
        let made = try await rules.precert(
            ["payer", "new", "acme_health", "--name", "Acme"] + drugs.flatMap { ["--drug", $0] })
        #expect(made.status == 0)
        #expect(made.out.split(separator: "\n").count == drugs.count + 1)
        #expect(try await rules.precert("workflow", "check").status == 0)
        #expect(try await rules.precert("policy", "test").status == 0)
    }

    @Test(
        "are not begun when the folder, the name or the drug will not do, and nothing is left behind",
        arguments: [
            (["unitedhealthcare", "--name", "Another"], Int32(4), "on file already"),
            (["acme", "--name", "UnitedHealthcare"], 4, "unitedhealthcare"),
            (["acme", "--name", "Acme", "--drug", "natalizumap"], 5, "did you mean natalizumab?"),
            (["Acme-Health", "--name", "Acme"], 64, "lower-case"),
            (["../acme", "--name", "Acme"], 64, "lower-case"),
            (["acme", "--name", " "], 64, "--name"),
            (["acme", "--name", "Acme", "--time-zone", "Chicago"], 5, "expected a zone"),
            (["acme"], 64, "--name"),
            (["acme", "--name", "Acme", "--into", "nowhere"], 5, "cannot make"),
        ])
    func refused(arguments: [String], status: Int32, says: String) async throws {
        let rules = try RulesFolder()
        let before = try rules.content()
        let answer = try await rules.precert(["payer", "new"] + arguments)
        #expect(answer.status == status)
        #expect(answer.err.contains(says))
        #expect(answer.out.isEmpty)
        #expect(try rules.content() == before)
    }

    @Test("keep a folder that is there, even an empty one or a file, as it is")
    func folderIsThere() async throws {
        let rules = try RulesFolder()
        let drafts = "\(rules.path)/drafts"
        try FileManager.default.createDirectory(atPath: "\(drafts)/acme", withIntermediateDirectories: true)
        try rules.write("mine", to: "drafts/other")
        for id in ["acme", "other"] {
            let answer = try await rules.precert("payer", "new", id, "--name", "A \(id)", "--into", "drafts")
            #expect(answer.status == 4)
            #expect(answer.err.contains("is there already"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(drafts)/acme").isEmpty)
        #expect(try rules.read("drafts/other") == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: drafts).sorted() == ["acme", "other"])
    }

    @Test("of a draft folder are checked there, without a link to schemas that are not near")
    func draft() async throws {
        let rules = try RulesFolder()
        try FileManager.default.createDirectory(atPath: "\(rules.path)/drafts", withIntermediateDirectories: true)
        let made = try await rules.precert(
            "payer", "new", "acme", "--name", "Acme", "--drug", "natalizumab", "--into", "drafts")
        #expect(made.status == 0)
        #expect(try await rules.precert("policy", "check", "drafts/acme").status == 0)
        #expect(try !rules.read("drafts/acme/natalizumab.yaml").contains("$schema"))
    }
}

@Suite("Policies to be looked at again")
struct PolicyListTests {
    private static let file = "Workflows/payers/acme_health/natalizumab.yaml"

    /// A folder whose one policy of ours is in order.
    private func rules() async throws -> RulesFolder {
        let rules = try RulesFolder()
        _ = try await rules.precert(
            "payer", "new", "acme_health", "--name", "Acme", "--drug", "natalizumab", "--as-of", "2026-06-01")
        try rules.replace("status: unconfirmed\n", with: "", in: Self.file)
        let text = try rules.read(Self.file).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("status_note:") }.joined(separator: "\n")
        try rules.write(text, to: Self.file)
        try rules.replace("verified: false", with: "verified: true", in: Self.file)
        try rules.replace("review_by: 2026-07-01", with: "review_by: 2026-12-31", in: Self.file)
        return rules
    }

    private func reasons(_ rules: RulesFolder, _ more: String...) async throws -> (status: Int32, codes: [String?]) {
        let answer = try await rules.precert(
            ["policy", "list", "--stale", "--payer", "acme_health", "--format", "json"] + more)
        return (answer.status, answer.rows.map { $0["reason_codes"] as? String })
    }

    @Test("are none when all is in order, and the exit code says so")
    func none() async throws {
        let rules = try await rules()
        #expect(try await reasons(rules, "--as-of", "2026-11-24") == (0, []))
        let all = try await rules.precert("policy", "list", "--payer", "acme_health", "--as-of", "2026-11-24")
        #expect(all.status == 0)
        #expect(all.out.contains("acme_health/natalizumab"))
        let none = try await rules.precert(
            "policy", "list", "--stale", "--payer", "acme_health", "--as-of", "2026-11-24")
        #expect(none.out == "no policy needs to be looked at\n")
    }

    @Test("are those whose review is near or past, to the day")
    func review() async throws {
        let rules = try await rules()
        #expect(try await reasons(rules, "--as-of", "2026-11-30") == (0, []))
        #expect(try await reasons(rules, "--as-of", "2026-12-01") == (1, ["due"]))
        #expect(try await reasons(rules, "--as-of", "2026-11-30", "--within", "31") == (1, ["due"]))
        #expect(try await reasons(rules, "--as-of", "2026-11-30", "--within", "5w") == (1, ["due"]))
        #expect(try await reasons(rules, "--as-of", "2026-12-31", "--within", "0") == (1, ["due"]))
        #expect(try await reasons(rules, "--as-of", "2027-01-01") == (1, ["overdue"]))
        let text = try await rules.precert("policy", "list", "--payer", "acme_health", "--as-of", "2027-01-01")
        #expect(text.status == 0)
        #expect(text.out.contains("review was due on 2026-12-31"))
        #expect(try await rules.precert("policy", "list", "--within", "soon").status == 64)
    }

    @Test(
        "are those that are superseded, unconfirmed, never seen or ended",
        arguments: [
            ("version: 1\n", "version: 1\nstatus: superseded\nstatus_note: \"a newer one\"\n", "superseded"),
            ("version: 1\n", "version: 1\nstatus: unconfirmed\nstatus_note: \"nobody knows\"\n", "unconfirmed"),
            ("evidence: marketing_guide\n    verified: true", "evidence: summary\n    verified: false", "unverified"),
            ("{from: not_on_file}", "{from: not_on_file, to: 2026-11-23}", "ended"),
        ])
    func marks(old: String, new: String, code: String) async throws {
        let rules = try await rules()
        try rules.replace(old, with: new, in: Self.file)
        #expect(try await reasons(rules, "--as-of", "2026-11-24") == (1, [code]))
    }

    @Test("are not those that have ended and are followed by a newer file")
    func followed() async throws {
        let rules = try await rules()
        let text = try rules.read(Self.file)
        try rules.write(
            text.replacing("{from: not_on_file}", with: "{from: 2026-11-24}"),
            to: "Workflows/payers/acme_health/natalizumab-2026.yaml")
        try rules.replace("{from: not_on_file}", with: "{from: not_on_file, to: 2026-11-23}", in: Self.file)
        try rules.replace("review_by: 2026-12-31", with: "review_by: 2026-06-30", in: Self.file)
        #expect(try await reasons(rules, "--as-of", "2026-11-24") == (0, []))
        #expect(try await reasons(rules, "--as-of", "2026-11-23") == (1, ["overdue"]))
    }

    @Test("are found by drug, brand or code, and a slip is no empty list")
    func drug() async throws {
        let rules = try await rules()
        for drug in ["natalizumab", "Natalizumab", "Tysabri", "J2323"] {
            let answer = try await rules.precert("policy", "list", "--drug", drug, "--format", "json")
            let found = answer.rows.compactMap { $0["policy"] as? String }
            #expect(found.contains("acme_health/natalizumab"))
            #expect(!found.contains("unitedhealthcare/ublituximab"))
        }
        // A drug that is known and has no policy is an honest empty list.
        let none = try await rules.precert("policy", "list", "--drug", "lecanemab", "--payer", "acme_health")
        #expect(none.status == 0)
        #expect(none.out == "no policy is on file\n")
        let slip = try await rules.precert("policy", "list", "--drug", "natalizumap")
        #expect(slip.status == 5)
        #expect(slip.err.contains("did you mean natalizumab?"))
        let payer = try await rules.precert("policy", "list", "--payer", "acme_helth")
        #expect(payer.status == 5)
        #expect(payer.err.contains("unknown payer"))
    }
}
