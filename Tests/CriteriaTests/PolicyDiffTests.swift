import CivilTime
import Testing

@testable import Criteria

/// Where two versions of a policy come to different verdicts, and how that is said.
@Suite("Policy diff") struct PolicyDiffTests {
    private static let day = Small.day(Small.asOf)

    private func diff(_ old: String, _ new: String, limit: Int = 200_000) throws -> CriteriaSetDiff {
        let (before, after) = (try Small.policy(require: old), try Small.policy(require: new))
        return try #require(before.difference(from: after, asOf: Self.day, limit: limit).sets.first)
    }

    /// `unmet met: age is at least 16 and less than 18 years`, one for each region.
    private func words(_ diff: CriteriaSetDiff) -> [String] {
        diff.regions.map {
            "\($0.before.rawValue) \($0.after.rawValue): \($0.conditions.joined(separator: " + "))"
                + ($0.otherwise.isEmpty ? "" : " | \($0.otherwise.joined(separator: " + "))")
        }
    }

    private static func adult(_ age: Int) -> String { Small.leaf("adult", "age", "{gte: \(age) years}") }

    @Test("a bound that moves is said as the interval between the two")
    func interval() throws {
        let diff = try diff(Self.adult(18), Self.adult(16))
        #expect(diff.direction == .looser)
        #expect(diff.isExact)
        #expect(words(diff) == ["unmet met: age is at least 16 and less than 18 years | diagnosis is G35*"])
        #expect(diff.criteria.map(\.kind) == [.changed])
        #expect(diff.regions[0].example?["age"].flatMap { Int($0) } == 16)
    }

    @Test("a criterion more is stricter for those who fail it alone, a criterion less is looser")
    func moreAndLess() throws {
        let few = "{all: [\(Self.adult(18))]}"
        let many = "{all: [\(Self.adult(18)), \(Small.leaf("scan", "mri", "{is: true}"))]}"
        let wanted = "mri is false | diagnosis is G35* + age is at least 18 years"
        #expect(words(try diff(few, many)) == ["met unmet: \(wanted)"])
        #expect(words(try diff(many, few)) == ["unmet met: \(wanted)"])
        #expect(try diff(few, many).direction == .stricter)
        #expect(try diff(many, few).direction == .looser)
    }

    static let wordings: [(old: String, new: String, said: [String])] = [
        (
            Small.leaf("f", "form", "{in: [cis]}"), Small.leaf("f", "form", "{in: [rrms]}"),
            ["unmet met: form is rrms", "met unmet: form is cis"]
        ),
        (
            Small.leaf("t", "tested", "{within: 6 months}"), Small.leaf("t", "tested", "{within: 12 months}"),
            [
                "unmet met: not so: tested lies within the last 6 months and tested lies within the last 12 months"
            ]
        ),
        (
            Small.leaf("t", "tried", "{any: {drug: {is: a}, duration: {gte: 3 months}}}"),
            Small.leaf("t", "tried", "{any: {drug: {is: a}, duration: {gte: 6 months}}}"),
            [
                "met unmet: tried has a record where drug is a and duration is at least 3 and not so: tried has a "
                    + "record where drug is a and duration is at least 6"
            ]
        ),
        (
            Small.leaf("t", "tried", "{count: {distinct: class, at_least: 1}}"),
            Small.leaf("t", "tried", "{count: {distinct: class, at_least: 2}}"),
            [
                "met unmet: tried has at least 1 different values of class among records and not so: tried has at "
                    + "least 2 different values of class among records"
            ]
        ),
        (
            "{id: x, title: T, cite: page, fact: mri, test: {is: true}}",
            "{id: x, title: T, cite: page, fact: mri, test: {is: true}, not_older_than: 3 months}",
            [
                "unmet unknown: mri is false, observed more than 3 months ago",
                "met unknown: mri is true, observed more than 3 months ago",
            ]
        ),
        (
            "{id: x, title: T, cite: page, fact: mri, test: {is: true}}",
            "{id: x, title: T, cite: page, fact: mri, test: {is: true}, proof: [lab]}",
            []
        ),
    ]

    @Test("regions are said in words", arguments: 0..<5)
    func said(place: Int) throws {
        let (old, new, said) = Self.wordings[place]
        let found = words(try diff(old, new)).map { $0.replacing(" | diagnosis is G35*", with: "") }
        #expect(found == said)
    }

    @Test("a list's stricter bound never comes out looser")
    func lists() throws {
        let diff = try diff(Self.wordings[2].new, Self.wordings[2].old)
        #expect(diff.direction == .looser)
        #expect(diff.remarks.isEmpty)
    }

    @Test("a proof demanded makes known facts unknown")
    func proof() throws {
        let diff = try diff(Self.wordings[5].old, Self.wordings[5].new)
        #expect(diff.regions.allSatisfy { $0.after == .unknown })
        #expect(diff.regions.contains { $0.before == .met && $0.conditions[0].contains("the chart") })
        #expect(!diff.regions.contains { $0.conditions[0].contains("laboratory") })
    }

    @Test("a fact that must only be known makes a difference where it is not on record")
    func known() throws {
        let more = "{all: [\(Self.adult(18)), \(Small.leaf("asked", "alone", "{known: true}"))]}"
        let diff = try diff("{all: [\(Self.adult(18))]}", more)
        #expect(words(diff).contains { $0.hasPrefix("met unknown: alone is not on record") })
    }

    @Test("what is only reworded or put in another order is no other verdict")
    func reworded() throws {
        let scan = Small.leaf("scan", "mri", "{is: true}")
        let diff = try diff("{all: [\(Self.adult(18)), \(scan)]}", "{all: [\(scan), \(Self.adult(18))]}")
        #expect(diff.direction == .same && diff.regions.isEmpty && diff.isSame)
        let other = Self.adult(18).replacing("title: adult", with: "title: grown")
        let reworded = try self.diff(Self.adult(18), other)
        #expect(reworded.direction == .same && reworded.criteria.map(\.kind) == [.reworded])
    }

    @Test("a comparison that is too large says so and shows a sample")
    func sample() throws {
        let diff = try diff(Self.adult(18), Self.adult(16), limit: 9)
        #expect(!diff.isExact)
        #expect(diff.direction == .looser)
        #expect(diff.regions.allSatisfy { $0.before == .unmet && $0.after == .met && $0.example != nil })
        #expect(!diff.regions.isEmpty)
    }

    @Test("sets added and removed, and the head's changes, are named")
    func head() throws {
        let text = Small.text(require: Self.adult(18))
        let changed = text.replacing("ms.initial", with: "ms.continuation").replacing("version: 1", with: "version: 2")
            .replacing("hcpcs: [J0001]", with: "hcpcs: [J0001, J0002]").replacing(
                "for: 6 months", with: "for: 12 months")
        func policy(_ text: String) throws -> Policy {
            try Policy.parse(text.utf8, file: "p.yaml", vocabulary: Small.vocabulary())
        }
        let diff = try policy(text).difference(from: policy(changed), asOf: Self.day)
        #expect(
            diff.sets.map { "\($0.id) \($0.direction.rawValue)" } == ["ms.initial removed", "ms.continuation added"])
        #expect(
            diff.head.map(\.what)
                == ["version", "codes", "approval of ms.initial", "approval of ms.continuation"])
        #expect(diff.direction == .mixed && !diff.isSame)
    }

    // MARK: Properties

    private func vocabulary() throws -> Vocabulary {
        let questions = (0..<6).map { "  q\($0): {type: boolean, question: \"?\"}" }
        let text = ([Small.vocabularyText, "  code: {type: code, question: \"?\"}"] + questions).joined(separator: "\n")
        return try Vocabulary.parse(text.utf8, file: "v.yaml")
    }

    private func tree(_ tree: RandomTree, _ vocabulary: Vocabulary) throws -> CompiledTree {
        let text = Small.text(require: tree.text)
        let policy = try Policy.parse(text.utf8, file: "p.yaml", vocabulary: vocabulary)
        return try #require(policy.sets.first).tree
    }

    @Test("the regions are exactly the assignments on which the verdicts differ, by brute force", arguments: 1...6)
    func bruteForce(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<8 {
            let (first, second) = (RandomTree.mixed(depth: 2, &random), RandomTree.mixed(depth: 2, &random))
            let comparison = TreeComparison(
                try tree(first, vocabulary), try tree(second, vocabulary), declarations: vocabulary.declarations,
                asOf: Self.day)
            let differences = try comparison.differences(limit: 200_000, most: 1_000)
            let widths = comparison.variables.map(\.cells.count)
            // Slower ones show nothing that smaller ones do not.
            guard widths.reduce(1, { min($0 * $1, 100_000) }) <= 20_000 else { continue }
            var cells = widths.map { _ in 0 }
            repeat {
                let (before, after) = comparison.verdicts(cells)
                let said = differences.filter { difference in
                    difference.boxes.contains { box in zip(box, cells).allSatisfy { $0 >> UInt64($1) & 1 == 1 } }
                }
                let wanted = before == after ? [] : ["\(before) \(after)"]
                #expect(
                    said.map { "\($0.before) \($0.after)" } == wanted, "seed \(seed): \(first.text) to \(second.text)")
            } while advance(&cells, widths)
        }
    }

    private func advance(_ cells: inout [Int], _ widths: [Int]) -> Bool {
        for place in cells.indices {
            cells[place] += 1
            if cells[place] < widths[place] { return true }
            cells[place] = 0
        }
        return false
    }

    /// A record with nothing blank; `month` is the one in which it began.
    private static func record(_ drug: String, _ group: String, _ duration: Int, _ month: Int) -> String {
        "{drug: \(drug), class: \(group), duration: \(duration), outcome: failed, supply: dispensed, "
            + "began: 2026-0\(month)-03, ended: 2026-0\(month)-20, units: \(10 * duration)}"
    }

    @Test("records of random values get the verdicts that their cells say", arguments: 1...4)
    func cells(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        let values = [
            "form": ["cis", "rrms", "ppms"], "age": ["0", "11", "12", "17.9", "18", "40", "65", "65.5", "90"],
            "tested": ["2025-01-01", "2026-01-01", "2026-01-02", "2026-05-24", "2026-11-24", "2027-01-01"],
            "code": ["G35.A", "G35.B0", "K50.00", "K50.01", "A00"], "q0": ["true", "false"],
            "diagnosis": ["G35.A", "K50.00"],
            "onset": ["2024-01-01", "2020-05-01"], "crp": ["5", "5.5", "20"], "crp_before": ["10", "4"],
            "asked": ["a", "b"],
            "tried": [
                "[]", "[\(Self.record("a", "x", 3, 1))]",
                "[\(Self.record("a", "x", 3, 1)), \(Self.record("c", "y", 1, 9))]",
                "[\(Self.record("b", "z", 1, 1)), \(Self.record("a", "z", 2, 5))]",
                "[\(Self.record("a", "x", 9, 1)), \(Self.record("a", "x", 9, 9))]",
                "[\(Self.record("a", "x", 2, 1)), \(Self.record("b", "y", 9, 3)), \(Self.record("c", "z", 9, 9))]",
            ],
        ]
        for _ in 0..<40 {
            let comparison = TreeComparison(
                try tree(.mixed(depth: 3, &random), vocabulary), try tree(.mixed(depth: 3, &random), vocabulary),
                declarations: vocabulary.declarations, asOf: Self.day)
            var facts: Facts = [:]
            for (key, texts) in values.sorted(by: { $0.key < $1.key }) {
                var text = texts.randomElement(using: &random) ?? ""
                if key == "tried" { text = "{records: \(text), complete: true}" }
                let value = try vocabulary.value(of: key, from: text)
                facts[key] = Fact(.known(value), observedOn: Self.day)
            }
            let context = EvaluationContext(facts: facts, asOf: Self.day)
            let cells = try comparison.variables.map { variable in
                let outcome = variable.leaves.map { comparison.leaves[$0].leaf.outcome(context).verdict }
                return try #require(
                    variable.cells.firstIndex(of: outcome), "seed \(seed): no cell for \(facts), \(variable.facts)")
            }
            let (before, after) = comparison.verdicts(cells)
            #expect(before == comparison.old.verdict(context))
            #expect(after == comparison.new.verdict(context))
        }
    }

    @Test("nothing differs from itself, and stricter one way is looser the other", arguments: 1...4)
    func symmetry(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        func policy(_ tree: RandomTree) throws -> Policy {
            try Policy.parse(Small.text(require: tree.text).utf8, file: "p.yaml", vocabulary: vocabulary)
        }
        let opposite: [CriteriaSetDiff.Direction: CriteriaSetDiff.Direction] = [
            .stricter: .looser, .looser: .stricter, .mixed: .mixed, .same: .same,
        ]
        for _ in 0..<15 {
            let (first, second) = (
                try policy(.mixed(depth: 2, &random)), try policy(.mixed(depth: 2, &random))
            )
            #expect(first.difference(from: first, asOf: Self.day).isSame)
            let there = first.difference(from: second, asOf: Self.day).direction
            let back = second.difference(from: first, asOf: Self.day).direction
            #expect(opposite[there] == back, "seed \(seed)")
        }
    }

    @Test("an example given with a region gets the two verdicts", arguments: 1...4)
    func examples(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let vocabulary = try vocabulary()
        for _ in 0..<15 {
            let comparison = TreeComparison(
                try tree(.mixed(depth: 2, &random), vocabulary), try tree(.mixed(depth: 2, &random), vocabulary),
                declarations: vocabulary.declarations, asOf: Self.day)
            let wording = RegionWording(comparison: comparison, declarations: vocabulary.declarations)
            for difference in try comparison.differences(limit: 200_000, most: 1_000) {
                for box in difference.boxes {
                    guard let example = wording.example(box) else {
                        #expect(comparison.variables.contains { $0.remark != nil }, "seed \(seed): no example")
                        continue
                    }
                    let context = EvaluationContext(facts: example, asOf: Self.day)
                    #expect(comparison.old.verdict(context) == difference.before)
                    #expect(comparison.new.verdict(context) == difference.after)
                }
            }
        }
    }
}
