/// The comparison of one set of criteria, exact where that is possible.
struct SetComparison {
    let id: String
    let comparison: TreeComparison
    let declarations: [String: FactDeclaration]
    let limit: Int
    /// Regions of one kind beyond these are not listed.
    private static let mostRegions = 40

    init(id: String, comparison: TreeComparison, declarations: [String: FactDeclaration], limit: Int) {
        self.id = id
        self.comparison = comparison
        self.declarations = declarations
        self.limit = limit
    }

    func result() -> CriteriaSetDiff {
        let (regions, isTruncated, isExact) = exactRegions() ?? sampledRegions()
        return CriteriaSetDiff(
            id: id, direction: direction(regions), isExact: isExact, regions: regions, isTruncated: isTruncated,
            criteria: criterionChanges(), remarks: comparison.variables.compactMap(\.remark))
    }

    private func direction(_ regions: [CriteriaSetDiff.Region]) -> CriteriaSetDiff.Direction {
        let isStricter = regions.contains { $0.after.rank < $0.before.rank }
        let isLooser = regions.contains { $0.after.rank > $0.before.rank }
        return isStricter ? (isLooser ? .mixed : .stricter) : isLooser ? .looser : .same
    }

    private func exactRegions() -> ([CriteriaSetDiff.Region], isTruncated: Bool, isExact: Bool)? {
        guard let differences = try? comparison.differences(limit: limit, most: Self.mostRegions) else { return nil }
        let wording = RegionWording(comparison: comparison, declarations: declarations)
        let full = comparison.variables.map { $0.cells.count }
        var regions: [CriteriaSetDiff.Region] = []
        for difference in differences {
            for (box, granted) in zip(difference.boxes, difference.takenForGranted) {
                let narrowed = box.indices.filter { box[$0].nonzeroBitCount < full[$0] }
                func words(_ variables: [Int]) -> [String] {
                    variables.map { wording.condition(comparison.variables[$0], box[$0]) }
                }
                regions.append(
                    CriteriaSetDiff.Region(
                        before: difference.before, after: difference.after,
                        conditions: words(narrowed.filter { !granted.contains($0) }),
                        otherwise: words(narrowed.filter { granted.contains($0) }),
                        example: wording.example(box).map(texts)))
            }
        }
        return (regions, differences.contains(where: \.isTruncated), true)
    }

    /// A seeded sample of records, each difference in verdict with some of those that show it.
    private func sampledRegions() -> ([CriteriaSetDiff.Region], isTruncated: Bool, isExact: Bool) {
        var random = SampleGenerator(seed: 1)
        var regions: [CriteriaSetDiff.Region] = []
        var shown: [Verdict: [Verdict: Int]] = [:]
        for _ in 0..<20_000 {
            let cells = comparison.variables.map { Int.random(in: 0..<$0.cells.count, using: &random) }
            let (before, after) = comparison.verdicts(cells)
            guard before != after, shown[before]?[after] ?? 0 < 3 else { continue }
            shown[before, default: [:]][after, default: 0] += 1
            var facts: Facts? = [:]
            for (variable, cell) in zip(comparison.variables, cells) {
                guard let candidate = variable.candidates.first(where: { $0.cell == cell }) else {
                    facts = nil
                    break
                }
                facts?.merge(candidate.facts) { _, new in new }
            }
            regions.append(
                CriteriaSetDiff.Region(
                    before: before, after: after, conditions: [], otherwise: [], example: facts.map(texts)))
        }
        return (regions, true, false)
    }

    private func texts(_ facts: Facts) -> [String: String] {
        facts.compactMapValues { if case .known(let value) = $0.state { value.description } else { nil } }
    }

    /// By id; one that keeps its meaning under another id is neither added nor removed.
    private func criterionChanges() -> [CriteriaSetDiff.CriterionChange] {
        let (old, new) = (comparison.old.leaves, comparison.new.leaves)
        var changes: [CriteriaSetDiff.CriterionChange] = []
        for leaf in old {
            guard let other = new.first(where: { $0.id == leaf.id }) else {
                if leaf.meaning != nil, new.contains(where: { $0.meaning == leaf.meaning }) { continue }
                changes.append(.init(kind: .removed, id: leaf.id, before: leaf.inWords, after: nil))
                continue
            }
            if leaf.meaning != other.meaning || leaf.fact == nil && leaf.test != other.test {
                changes.append(.init(kind: .changed, id: leaf.id, before: leaf.inWords, after: other.inWords))
            } else if leaf.title != other.title || leaf.citation != other.citation {
                changes.append(
                    .init(
                        kind: .reworded, id: leaf.id, before: "\(leaf.title) [\(leaf.citation)]",
                        after: "\(other.title) [\(other.citation)]"))
            }
        }
        for leaf in new where !old.contains(where: { $0.id == leaf.id }) {
            if leaf.meaning != nil, old.contains(where: { $0.meaning == leaf.meaning }) { continue }
            changes.append(.init(kind: .added, id: leaf.id, before: nil, after: leaf.inWords))
        }
        return changes
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): the same sample every time.
struct SampleGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
