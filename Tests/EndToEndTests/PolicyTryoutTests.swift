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
        #expect(same.out == "bcbs_north_dakota/natalizumab: nothing differs.\n")

        let text = try String(contentsOfFile: old, encoding: .utf8)
        let new = try practice.write(
            "new.yaml",
            text.replacingOccurrences(of: "version: 1", with: "version: 2")
                .replacingOccurrences(of: "{is: true}", with: "{known: true}"))
        let changed = try await practice.precert("policy", "diff", old, new)
        #expect(changed.status == 1)
        #expect(changed.out.contains("version: 1 → 2"))
        #expect(changed.out.contains("unmet before, met now"))
        let document = try await practice.precert("policy", "diff", old, new, "--format", "json").object
        #expect(document["is_same"] as? Bool == false)
        let sets = try #require(document["sets"] as? [[String: Any]])
        #expect(sets.allSatisfy { $0["is_exact"] as? Bool == true })

        let broken = try practice.write("broken.yaml", "policy: nothing\n")
        #expect(try await practice.precert("policy", "diff", old, broken).status == 5)
        #expect(try await practice.precert("policy", "diff", old, "nowhere.yaml").status == 3)
    }
}
