import CivilTime

/// Values between which the outcomes of some leaves change, for facts that may be compared with each other.
struct ComparedValues {
    private let leaves: [Leaf]
    private let declarations: [String: FactDeclaration]
    private let asOf: CivilDate
    private var found: [String: [FactValue]] = [:]

    init(_ leaves: [Leaf], _ facts: [String], _ declarations: [String: FactDeclaration], _ asOf: CivilDate) {
        self.leaves = leaves
        self.declarations = declarations
        self.asOf = asOf
        for fact in facts {
            let own = leaves.filter { $0.fact == fact }
            found[fact] = distinct(candidates(own, declarations[fact]?.type, asOf: asOf) ?? [])
        }
        guard facts.count > 1 else { return }
        // Where one fact's bound is another fact, each one's values make a difference for the other.
        let own = found
        for leaf in leaves {
            guard let fact = leaf.fact else { continue }
            for link in leaf.test.links {
                found[fact]? += (own[link.fact] ?? []).flatMap { link.values(besides: $0) }
                found[link.fact]? += (own[fact] ?? []).flatMap { link.reversed.values(besides: $0) }
            }
        }
        found = found.mapValues { distinct($0) }
    }

    /// Sorted where their order means something.
    func values(of fact: String) -> [FactValue] { found[fact] ?? [] }

    private func distinct(_ values: [FactValue]) -> [FactValue] {
        var seen: Set<FactValue> = []
        return values.filter { seen.insert($0).inserted }.sorted { first, second in
            switch (first, second) {
            case (.number(let one), .number(let other)): one < other
            case (.date(let one), .date(let other)): one < other
            default: false
            }
        }
    }
}

/// How the bound of a test hangs on another fact.
private struct Link {
    let fact: String
    var factor: FactNumber?
    /// Days between which a span lies, from the other fact.
    var span: CivilDuration?
    var isBefore = false
    var isReversed = false

    var reversed: Link {
        var result = self
        result.isReversed.toggle()
        return result
    }

    /// Values of the one fact that come out differently beside this value of the other.
    func values(besides value: FactValue) -> [FactValue] {
        switch value {
        case .number(let amount):
            guard let bound = scaled(amount) else { return [] }
            return [-1, 0, 1].map { .number(FactNumber(millionths: bound.millionths + $0)) }
        case .date(let date):
            var days = [date]
            if let span { days.append(isBefore != isReversed ? span.before(date) : span.after(date)) }
            return days.flatMap { day in [-1, 0, 1].map { .date(day.adding(days: $0)) } }
        default: return [value]
        }
    }

    private func scaled(_ amount: FactNumber) -> FactNumber? {
        guard let factor else { return amount }
        guard isReversed else { return amount.multiplied(by: factor) }
        guard factor.millionths != 0 else { return nil }
        let (product, isTooBig) = amount.millionths.multipliedReportingOverflow(by: 1_000_000)
        return isTooBig ? nil : FactNumber(millionths: product / factor.millionths)
    }
}

extension LeafTest {
    fileprivate var links: [Link] {
        func link(_ bound: Bound) -> Link? {
            if case .fact(let name, let factor) = bound { Link(fact: name, factor: factor) } else { nil }
        }
        switch self {
        case .compare(_, let bound): return [link(bound)].compactMap { $0 }
        case .between(let low, let high): return [link(low), link(high)].compactMap { $0 }
        case .within(let span, let side, let bound):
            guard var found = link(bound) else { return [] }
            found.span = span
            found.isBefore = side == .before
            return [found]
        case .oneOf(let patterns), .noneOf(let patterns):
            return patterns.compactMap { if case .fact(let name) = $0 { Link(fact: name) } else { nil } }
        case .known, .records, .notOnFile: return []
        }
    }
}
