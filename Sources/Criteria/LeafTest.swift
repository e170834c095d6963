public import CivilTime

/// What a leaf asks of its fact.
public indirect enum LeafTest: Hashable, Sendable {
    /// The value is one of these (`is`, `in`).
    case oneOf([FactPattern])
    /// The value is none of these (`not_in`).
    case noneOf([FactPattern])
    case compare(Comparison, Bound)
    /// From the first to the second, both included.
    case between(Bound, Bound)
    /// A date in a span that begins or ends at a named day. Both ends count; the wrong side of that day does not.
    case within(CivilDuration, Side, Bound)
    /// Any known value.
    case known
    case records(RecordTest)
    /// The payer's document has a point here that is not on file: always unknown, with this reason.
    case notOnFile(reason: String)

    public enum Comparison: String, Sendable, CaseIterable {
        case lt, lte, gt, gte
    }

    /// On which side of its anchor a span lies.
    public enum Side: String, Sendable, CaseIterable {
        case before, after
    }

    public enum Bound: Hashable, Sendable {
        case amount(FactNumber)
        case date(CivilDate)
        /// The day for which the policy is evaluated.
        case asOf
        /// What another fact says, for numbers times a factor: an earlier test, the planned first dose.
        case fact(String, times: FactNumber?)
        /// What another field of the same record says.
        case field(String)
    }
}

/// A value, for codes all that begin alike (`K50*`), a group's members, or what another fact says.
public enum FactPattern: Hashable, Sendable {
    case value(FactValue)
    /// Without its dot: `K50`, `G35B`.
    case codePrefix(String)
    /// Values that the policy treats as one thing, under the group's name.
    case group(String, [FactValue])
    case fact(String)
}

extension LeafTest {
    /// The other facts that the test looks at.
    var otherFacts: [String] {
        switch self {
        case .oneOf(let patterns), .noneOf(let patterns): patterns.compactMap(\.otherFact)
        case .compare(_, let bound), .within(_, _, let bound): [bound.otherFact].compactMap { $0 }
        case .between(let low, let high): [low.otherFact, high.otherFact].compactMap { $0 }
        case .records(let test): test.otherFacts
        case .known, .notOnFile: []
        }
    }
}

extension LeafTest.Bound {
    fileprivate var otherFact: String? { if case .fact(let name, _) = self { name } else { nil } }
}

extension FactPattern {
    fileprivate var otherFact: String? { if case .fact(let name) = self { name } else { nil } }
}

extension LeafTest: CustomStringConvertible {
    /// The test in words, to stand after the value: `is one of cis, rrms`.
    public var description: String {
        switch self {
        case .oneOf(let patterns):
            patterns.count == 1 ? "is \(patterns[0])" : "is one of \(list(patterns))"
        case .noneOf(let patterns): "is none of \(list(patterns))"
        case .compare(let comparison, let bound):
            switch comparison {
            case .lt: "is less than \(bound)"
            case .lte: "is at most \(bound)"
            case .gt: "is more than \(bound)"
            case .gte: "is at least \(bound)"
            }
        case .between(let low, let high): "is from \(low) to \(high)"
        case .within(let span, .before, .asOf): "lies within the last \(span)"
        case .within(let span, let side, let anchor): "lies within \(span) \(side.rawValue) \(anchor)"
        case .known: "is known"
        case .records(let test): test.description
        case .notOnFile(let reason): "is not on file: \(reason)"
        }
    }

    private func list(_ patterns: [FactPattern]) -> String { patterns.map(\.description).joined(separator: ", ") }
}

extension LeafTest.Bound: CustomStringConvertible {
    public var description: String {
        switch self {
        case .amount(let amount): amount.description
        case .date(let date): date.description
        case .asOf: "the as-of date"
        case .fact(let name, nil): name
        case .fact(let name, let factor?): "\(factor) times \(name)"
        case .field(let name): name
        }
    }
}

extension FactPattern: CustomStringConvertible {
    public var description: String {
        switch self {
        case .value(let value): value.description
        case .codePrefix(let prefix): "\(dotted(prefix))*"
        case .group(let name, let members):
            "\(name) (\(members.map(\.description).joined(separator: ", ")))"
        case .fact(let name): name
        }
    }
}

/// A diagnosis code with its dot after the third character: `G35B` is `G35.B`.
func dotted(_ bare: String) -> String {
    bare.utf8.count > 3 ? "\(bare.prefix(3)).\(bare.dropFirst(3))" : bare
}
