import Criteria

/// A random tree that can be written as a policy's `require`.
indirect enum RandomTree {
    case leaf(fact: String, test: String)
    case all([RandomTree])
    case any([RandomTree])
    case atLeast(Int, [RandomTree])
    case not(RandomTree)
    case readings([RandomTree])

    /// Leaves over the yes-or-no facts `q0` to `q5`.
    static func boolean(depth: Int, _ random: inout SplitMix64) -> RandomTree {
        make(depth: depth, &random) { random in
            .leaf(fact: "q\(Int.random(in: 0..<6, using: &random))", test: "{is: \(Bool.random(using: &random))}")
        }
    }

    /// Leaves of every type and test.
    static func mixed(depth: Int, _ random: inout SplitMix64) -> RandomTree {
        make(depth: depth, &random) { random in
            let choice = mixedLeaves.randomElement(using: &random) ?? ("q0", "{is: true}")
            return .leaf(fact: choice.0, test: choice.1)
        }
    }

    private static let mixedLeaves = [
        ("form", "{is: rrms}"), ("form", "{in: [cis, rrms]}"), ("form", "{not_in: [ppms]}"), ("form", "{known: true}"),
        ("age", "{gte: 18 years}"), ("age", "{between: [18 years, 65 years]}"), ("age", "{lt: 12 years}"),
        ("tested", "{within: 6 months}"), ("tested", "{lte: as_of}"), ("tested", "{gt: 2026-01-01}"),
        ("code", "{in: [\"G35*\"]}"), ("code", "{not_in: [\"G35.B*\", K50.00]}"), ("q0", "{is: true}"),
        ("tried", "{any: {drug: {is: a}, duration: {gte: 3 months}}}"), ("tried", "{none: {drug: {is: b}}}"),
        ("tried", "{every: {class: {in: [x, y]}}}"), ("tried", "{count: {distinct: class, at_least: 2}}"),
        ("tried", "{count: {at_most: 1}}"), ("tested", "{within: {span: 2 years, after: onset}}"),
        ("crp", "{lte: {fact: crp_before, times: 0.5}}"), ("tried", "{each: {field: class, values: [x, y]}}"),
        ("tried", "{any: {drug: {is: {fact: asked}}, one_of: [{duration: {gte: 3 months}}, {outcome: {is: failed}}]}}"),
        ("tried", "{rolling: {sum: units, by: began, window: 56 days, at_most: 30, where: {drug: {is: a}}}}"),
        ("tried", "{spacing: {by: began, at_least: 4 weeks}}"),
        ("tried", "{any: {ended: {within: {span: 1 month, after: began}}}}"),
    ]

    private static func make(
        depth: Int, _ random: inout SplitMix64, leaf: (inout SplitMix64) -> RandomTree
    ) -> RandomTree {
        let kind = depth == 0 ? 0 : Int.random(in: 0..<7, using: &random)
        if kind == 0 { return leaf(&random) }
        if kind == 1 { return .not(make(depth: depth - 1, &random, leaf: leaf)) }
        var children: [RandomTree] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            children.append(make(depth: depth - 1, &random, leaf: leaf))
        }
        switch kind {
        case 2, 3: return .all(children)
        case 4: return .any(children)
        case 5 where children.count > 1: return .readings(children)
        default: return .atLeast(Int.random(in: 1...children.count, using: &random), children)
        }
    }

    /// As YAML, each leaf with an id of its own.
    var text: String {
        var next = 0
        return text(&next)
    }

    private func text(_ next: inout Int) -> String {
        switch self {
        case .leaf(let fact, let test):
            next += 1
            return "{id: l\(next), title: T, cite: page, fact: \(fact), test: \(test)}"
        case .all(let children): return "{all: [\(list(children, &next))]}"
        case .any(let children): return "{any: [\(list(children, &next))]}"
        case .atLeast(let count, let children): return "{at_least: {n: \(count), of: [\(list(children, &next))]}}"
        case .not(let child): return "{not: \(child.text(&next))}"
        case .readings(let children): return "{readings: [\(list(children, &next))]}"
        }
    }

    private func list(_ children: [RandomTree], _ next: inout Int) -> String {
        var parts: [String] = []
        for child in children { parts.append(child.text(&next)) }
        return parts.joined(separator: ", ")
    }

    func shuffled(_ random: inout SplitMix64) -> RandomTree {
        switch self {
        case .leaf: return self
        case .not(let child): return .not(child.shuffled(&random))
        case .all(let children): return .all(Self.shuffled(children, &random))
        case .any(let children): return .any(Self.shuffled(children, &random))
        case .atLeast(let count, let children): return .atLeast(count, Self.shuffled(children, &random))
        case .readings(let children): return .readings(Self.shuffled(children, &random))
        }
    }

    private static func shuffled(_ children: [RandomTree], _ random: inout SplitMix64) -> [RandomTree] {
        var result: [RandomTree] = []
        for child in children { result.append(child.shuffled(&random)) }
        return result.shuffled(using: &random)
    }

    /// The dual form of its negation, by De Morgan: every `all` an `any`, and the negations at the leaves.
    var negatedInward: RandomTree {
        switch self {
        case .leaf: .not(self)
        case .not(let child): child
        case .all(let children): .any(children.map(\.negatedInward))
        case .any(let children): .all(children.map(\.negatedInward))
        case .atLeast(let count, let children): .atLeast(children.count - count + 1, children.map(\.negatedInward))
        case .readings(let children): .readings(children.map(\.negatedInward))
        }
    }
}
