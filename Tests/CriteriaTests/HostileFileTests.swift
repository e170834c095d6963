import CivilTime
import Criteria
import Diagnostics
import Testing

/// Whatever a file holds, it is read or refused with a place, and soon.
@Suite("Hostile policy files") struct HostileFileTests {
    @Test("a policy with any of its bytes changed, left out or doubled is read or refused", arguments: 1...6)
    func mutations(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try Small.vocabulary()
        let original = Array(Small.text(require: RandomTree.mixed(depth: 3, &random).text).utf8)
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
                default: bytes.removeSubrange(place..<min(place + 40, bytes.count))
                }
            }
            let result = Result { () throws(InvalidSource) in
                try Policy.parse(bytes, file: "p.yaml", vocabulary: vocabulary)
            }
            switch result {
            case .success(let policy):
                _ = policy.evaluate([:], phase: .initial, asOf: Small.day(Small.asOf))
                _ = policy.treeFindings()
            case .failure(let refusal):
                #expect(refusal.diagnostics.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 })
            }
        }
    }

    private func named(_ count: Int) -> String {
        let leaf = Small.leaf("x", "mri", "{is: true}")
        let doubling = (1...count).map { "n\($0): {all: [{use: n\($0 - 1)}, {use: n\($0 - 1)}]}" }
        return "named: {n0: \(leaf), \(doubling.joined(separator: ", "))}"
    }

    @Test("criteria that double at each use are refused before they fill the memory")
    func doubling() {
        #expect(Small.failure(require: "{use: n40}", extra: named(40)).contains("more than 5000 criteria"))
    }

    @Test("criteria a thousand deep are refused")
    func deep() {
        let tree = String(repeating: "{not: ", count: 1_000) + "{use: x}" + String(repeating: "}", count: 1_000)
        #expect(Small.failure(require: tree).contains("deep"))
    }

    @Test("aliases are refused")
    func aliases() {
        #expect(Small.failure(require: "{all: &a [*a, *a]}").contains("are not accepted"))
    }

    @Test("a list of more than a thousand records is refused")
    func records() throws {
        let text = "[" + Array(repeating: "{drug: a}", count: 1_001).joined(separator: ", ") + "]"
        #expect(throws: InvalidSource.self) { try Small.vocabulary().value(of: "tried", from: text) }
    }

    @Test("more leaves than can be weighed together are judged all the same, and the sets are said to be cut off")
    func manyLeaves() throws {
        let leaves = (0..<300).map { Small.leaf("l\($0)", "relapses", "{is: \($0)}") }
        let policy = try Small.policy(require: "{any: [\(leaves.joined(separator: ", "))]}")
        let open = policy.evaluate(
            ["diagnosis": Fact(.known(.code("G35.A")))], phase: .initial, asOf: Small.day(Small.asOf))
        #expect(open.verdict == .unknown)
        #expect(open.isTruncated)
        let facts: Facts = [
            "diagnosis": Fact(.known(.code("G35.A"))), "relapses": Fact(.known(.number(try #require(FactNumber(299))))),
        ]
        #expect(policy.evaluate(facts, phase: .initial, asOf: Small.day(Small.asOf)).verdict == .met)
    }
}
