import Foundation
import Testing

/// Comparing versions of a policy, explaining one, and trying a new one on past requests.
@Suite("Trying out policies")
struct PolicyTryoutTests {
    private static let natalizumab = "Workflows/payers/bcbs_north_dakota/natalizumab.yaml"

    @Test("diff: 0 and nothing when nothing differs, 1 with the region in words, 5 for a file that is no policy")
    func diff() async throws {
        let practice = try await Practice.open(isEmpty: true)
        let old = repositoryFile(Self.natalizumab)
        let same = try await practice.precert("policy", "diff", old, old)
        #expect(same.status == 0)
        #expect(same.out == "bcbs_north_dakota/natalizumab: the same criteria, and nothing beside them differs.\n")

        let text = try String(contentsOfFile: old, encoding: .utf8)
        let new = try practice.write(
            "new.yaml",
            text.replacingOccurrences(of: "\nversion: ", with: "\nversion: 9")
                .replacingOccurrences(of: "{is: true}", with: "{known: true}"))
        let changed = try await practice.precert("policy", "diff", old, new)
        #expect(changed.status == 1)
        #expect(changed.out.contains("  version: "))
        #expect(changed.out.contains("unmet before, met now"))
        let document = try await practice.precert("policy", "diff", old, new, "--format", "json").object
        #expect(document["is_same"] as? Bool == false)
        let sets = try #require(document["sets"] as? [[String: Any]])
        #expect(sets.allSatisfy { $0["is_exact"] as? Bool == true })

        let broken = try practice.write("broken.yaml", "policy: nothing\n")
        #expect(try await practice.precert("policy", "diff", old, broken).status == 5)
        #expect(try await practice.precert("policy", "diff", old, "nowhere.yaml").status == 3)
    }

    @Test("explain: a file's criteria with their citations and sources; a set that is not there ends with 3")
    func explainFile() async throws {
        let practice = try await Practice.open(isEmpty: true)
        let file = repositoryFile(Self.natalizumab)
        let answer = try await practice.precert("policy", "explain", "--policy", file, "--set", "rms.initial")
        #expect(answer.status == 0)
        for words in ["asks: brain_mri_consistent_with_ms is true", "[page, Multiple sclerosis", "bcbsnd.com"] {
            #expect(answer.out.contains(words), "it says \(words)")
        }
        #expect(!answer.out.contains("rms.continuation"))
        let missing = try await practice.precert("policy", "explain", "--policy", file, "--set", "rms.nothing")
        #expect(missing.status == 3)
        #expect(missing.err.contains("rms.initial"))
        #expect(try await practice.precert("policy", "explain").status == 64)
        #expect(try await practice.precert("policy", "explain", "PA-XXXXXXXX", "--set", "a.initial").status == 64)
    }

    @Test("explain: of a request every node has its verdict, and it says why this version was chosen")
    func explainRequest() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        let before = try await practice.digest()
        let answer = try await practice.precert("policy", "explain", reference, "--as-of", Practice.monday)
        #expect(answer.status == 0)
        for words in ["Why this version", "judged by the date of", "every member", "unknown", "met", "Sources"] {
            #expect(answer.out.contains(words), "it says \(words)")
        }
        let document = try await practice.precert(
            "policy", "explain", reference, "--as-of", Practice.monday, "--format", "json"
        ).object
        let decision = try #require((document["decisions"] as? [[String: Any]])?.first)
        let criteria = try #require(decision["criteria"] as? [String: Any])
        #expect(Self.leaves(criteria).allSatisfy { $0["verdict"] is String && $0["asks"] is String })
        #expect(Self.leaves(criteria).count > 3)
        #expect(try await practice.changes(since: before).isEmpty)
    }

    private static func leaves(_ node: [String: Any]) -> [[String: Any]] {
        let children = node["children"] as? [[String: Any]] ?? []
        return children.isEmpty ? [node] : children.flatMap(leaves)
    }

    private static let uhc = "Workflows/payers/unitedhealthcare/natalizumab.yaml"
    private static let alone = "fact: other_ms_therapy, test: {is: false}"

    /// Three requests: the first approved, the second still open, the third denied; and one that was never sent.
    private func practiceWithDecisions() async throws -> (practice: Practice, sent: [String]) {
        let practice = try await Practice.open()
        let sent = [
            try await practice.send("order.yaml", evidence: "evidence.yaml"),
            try await practice.send("order-second.yaml"), try await practice.send("order-third.yaml"),
        ]
        let file = try practice.writeStatusFile(sent)
        _ = try await practice.precert("import", file, "--payer", "unitedhealthcare", "--as-of", "2026-11-28")
        try practice.write("unsent.yaml", OrderText().yaml)
        _ = try await practice.open("unsent.yaml")
        return (practice, sent)
    }

    private func simulate(_ practice: Practice, _ arguments: String...) async throws -> [String: Any] {
        let answer = try await practice.precert(["policy", "simulate"] + arguments + ["--format", "json"])
        #expect(answer.status == 0, "\(answer.err)")
        return try #require(answer.object["simulation"] as? [String: Any])
    }

    /// `met approved`, and how many.
    private func score(_ simulation: [String: Any], _ policy: String) throws -> [String: Int] {
        let score = try #require(simulation[policy] as? [String: Any])
        let counts = try #require(score["counts"] as? [String: [String: Int]])
        var result: [String: Int] = [:]
        for (answer, row) in counts {
            for (decision, count) in row where count > 0 { result["\(answer) \(decision)"] = count }
        }
        return result
    }

    @Test("simulate: the facts known then, who would flip and by what, scored against what the payer decided")
    func simulated() async throws {
        let (practice, sent) = try await practiceWithDecisions()
        try await judgesAsOnFile(practice)
        try await judgesStricter(practice, sent)
        try await isNarrowed(practice)
        // What was recorded after the payer's decision does not count; where there is none, after the submission.
        for reference in sent {
            try await practice.must(
                "evidence", "add", reference, "other_ms_therapy=true", "--observed", "2026-12-01", "--source", "chart",
                "--as-of", "2026-12-01")
        }
        let later = try await simulate(practice, repositoryFile(Self.uhc))
        #expect(try score(later, "present") == ["met approved": 1, "met none": 1, "met denied": 1])
    }

    private func judgesAsOnFile(_ practice: Practice) async throws {
        let before = try await practice.digest()
        let same = try await simulate(practice, repositoryFile(Self.uhc))
        #expect(same["judged"] as? Int == 3, "what was neither sent nor decided is left out")
        #expect(same["flip_count"] as? Int == 0)
        for policy in ["present", "new"] {
            #expect(try score(same, policy) == ["met approved": 1, "met none": 1, "met denied": 1])
            let score = try #require(same[policy] as? [String: Any])
            #expect(score["comparable"] as? Int == 2)
            #expect(score["agreeing"] as? Int == 1)
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    private func judgesStricter(_ practice: Practice, _ sent: [String]) async throws {
        let text = try String(contentsOfFile: repositoryFile(Self.uhc), encoding: .utf8)
        let stricter = try practice.write(
            "stricter.yaml",
            text.replacingOccurrences(of: Self.alone, with: "fact: other_ms_therapy, test: {is: true}")
                .replacingOccurrences(of: "from: 2021-05-01", with: "from: 2027-01-01"))
        let flipped = try await simulate(practice, stricter)
        let flips = try #require(flipped["flips"] as? [[String: Any]])
        #expect(Set(flips.compactMap { $0["request"] as? String }) == Set(sent))
        #expect(flips.allSatisfy { $0["before"] as? String == "met" && $0["after"] as? String == "unmet" })
        #expect(flips.allSatisfy { ($0["decisive"] as? [String]) == ["monotherapy"] })
        #expect(try score(flipped, "new") == ["unmet approved": 1, "unmet none": 1, "unmet denied": 1])

        let screen = try await practice.precert("policy", "simulate", stricter, "--limit", "1")
        #expect(screen.out.contains("tried on 3 past requests"))
        #expect(screen.out.contains("1 of 3 are named"))
        let rows = try await practice.precert("policy", "simulate", stricter, "--format", "csv")
        #expect(rows.out.split(whereSeparator: \.isNewline).count == 4)
        for answer in [screen.out, rows.out] {
            for word in ["Testperson", "Example", "9000001", "rrms"] { #expect(!answer.contains(word)) }
        }
    }

    private func isNarrowed(_ practice: Practice) async throws {
        let file = repositoryFile(Self.uhc)
        #expect(try await simulate(practice, file, "--since", Practice.monday)["judged"] as? Int == 3)
        #expect(try await simulate(practice, file, "--since", "2026-11-24")["judged"] as? Int == 0)
        #expect(try await simulate(practice, file, "--payer", "UnitedHealthcare")["judged"] as? Int == 3)
        #expect(try await practice.precert("policy", "simulate", file, "--payer", "bcbs_north_dakota").status == 5)
        #expect(try await simulate(practice, repositoryFile(Self.natalizumab))["judged"] as? Int == 0)
    }
}
