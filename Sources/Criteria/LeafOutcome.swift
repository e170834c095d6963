import CivilTime

/// Why a leaf is unknown.
public enum UnknownCause: String, Sendable, Codable, CaseIterable {
    /// Nobody recorded it.
    case absent
    /// Asked for, not answered.
    case requested
    /// Older than is accepted; it must be observed anew.
    case stale
    /// Sources disagree.
    case conflicting
    /// A list that nobody has attested complete, or a record with blanks.
    case partial
    /// The payer's document has a point that is not on file.
    case notOnFile = "not_on_file"
}

/// What a leaf comes to, and why.
struct LeafOutcome {
    let verdict: Verdict
    let cause: UnknownCause?
    let why: String
}

extension Leaf {
    /// Evaluates the leaf against the facts, as of a day.
    func outcome(_ facts: Facts, asOf: CivilDate, declaration: FactDeclaration?) -> LeafOutcome {
        if case .notOnFile(let reason) = test {
            return LeafOutcome(verdict: .unknown, cause: .notOnFile, why: "not on file: \(reason)")
        }
        guard let fact, let recorded = facts[fact] else {
            return LeafOutcome(verdict: .unknown, cause: .absent, why: "not recorded")
        }
        switch recorded.state {
        case .requested:
            return LeafOutcome(verdict: .unknown, cause: .requested, why: "asked for, no answer yet")
        case .conflicting(let values):
            let list = values.map(\.description).joined(separator: " / ")
            return LeafOutcome(verdict: .unknown, cause: .conflicting, why: "sources disagree: \(list)")
        case .known(let value):
            if let why = staleness(recorded, asOf: asOf, declaration: declaration) {
                return LeafOutcome(verdict: .unknown, cause: .stale, why: why)
            }
            let verdict = test.verdict(value, asOf: asOf)
            switch verdict {
            case .met: return LeafOutcome(verdict: verdict, cause: nil, why: "\(value) \(test)")
            case .unmet:
                return LeafOutcome(verdict: verdict, cause: nil, why: "\(value); wanted: \(test)")
            case .unknown:
                return LeafOutcome(
                    verdict: verdict, cause: .partial, why: "the list is not attested complete, or a record has blanks")
            }
        }
    }

    /// Stale evidence is missing evidence, not a false one.
    private func staleness(_ recorded: Fact, asOf: CivilDate, declaration: FactDeclaration?) -> String? {
        guard let span = notOlderThan ?? declaration?.validFor else { return nil }
        guard let observedOn = recorded.observedOn else {
            return "recorded without the day it was observed; accepted for \(span)"
        }
        let lastDay = span.after(observedOn)
        return lastDay < asOf ? "observed \(observedOn); accepted for \(span), until \(lastDay)" : nil
    }
}

extension LeafTest {
    /// Whether a known value passes. A value of another type than the test was made for decides nothing.
    func verdict(_ value: FactValue, asOf: CivilDate) -> Verdict {
        switch self {
        case .oneOf(let patterns): return patterns.contains { $0.matches(value) } ? .met : .unmet
        case .noneOf(let patterns): return patterns.contains { $0.matches(value) } ? .unmet : .met
        case .compare(let comparison, let bound): return bound.order(of: value, asOf: asOf, comparison.holds)
        case .between(let low, let high):
            return .all([
                low.order(of: value, asOf: asOf, Comparison.gte.holds),
                high.order(of: value, asOf: asOf, Comparison.lte.holds),
            ])
        case .within(let span):
            guard case .date(let date) = value else { return .unknown }
            return span.before(asOf) <= date && date <= asOf ? .met : .unmet
        case .known: return .met
        case .records(let test):
            guard case .records(let list) = value else { return .unknown }
            return test.verdict(list, asOf: asOf)
        case .notOnFile: return .unknown
        }
    }
}

extension LeafTest.Comparison {
    /// Whether a value that stands so to the bound passes: −1 below, 0 equal, 1 above.
    func holds(_ order: Int) -> Bool {
        switch self {
        case .lt: order < 0
        case .lte: order <= 0
        case .gt: order > 0
        case .gte: order >= 0
        }
    }
}

extension LeafTest.Bound {
    fileprivate func order(of value: FactValue, asOf: CivilDate, _ holds: (Int) -> Bool) -> Verdict {
        let order: Int
        switch (self, value) {
        case (.amount(let bound), .number(let amount)): order = amount < bound ? -1 : amount == bound ? 0 : 1
        case (.date(let bound), .date(let date)): order = (date.dayNumber - bound.dayNumber).signum()
        case (.asOf, .date(let date)): order = (date.dayNumber - asOf.dayNumber).signum()
        default: return .unknown
        }
        return holds(order) ? .met : .unmet
    }
}

extension FactPattern {
    /// Codes are compared without their dots: `G35A` is `G35.A`.
    fileprivate func matches(_ value: FactValue) -> Bool {
        switch (self, value) {
        case (.codePrefix(let prefix), .code(let code)): bare(code).hasPrefix(bare(prefix))
        case (.value(.code(let wanted)), .code(let code)): bare(code) == bare(wanted)
        case (.value(let wanted), _): wanted == value
        case (.codePrefix, _): false
        }
    }

    private func bare(_ code: String) -> String { code.filter { $0 != "." }.uppercased() }
}

extension RecordTest {
    fileprivate func verdict(_ list: RecordList, asOf: CivilDate) -> Verdict {
        let fits = list.records.map { record in
            Verdict.all(
                conditions.map { field, test in record[field].map { test.verdict($0, asOf: asOf) } ?? .unknown })
        }
        // In an open list there may be one more record, about which nothing is known.
        let open: [Verdict] = list.isComplete ? [] : [.unknown]
        switch quantifier {
        case .any: return .any(fits + open)
        case .every: return .all(fits + open)
        case .none: return Verdict.any(fits + open).negated
        case .count(let distinct, let atLeast, let atMost):
            let range = count(list, fits, distinct: distinct)
            return .all([
                atLeast.map { range.least >= $0 ? .met : (range.most ?? .max) < $0 ? .unmet : .unknown } ?? .met,
                atMost.map { (range.most ?? .max) <= $0 ? .met : range.least > $0 ? .unmet : .unknown } ?? .met,
            ])
        }
    }

    /// How many there are at least, and at most (nothing when the list is open).
    private func count(_ list: RecordList, _ fits: [Verdict], distinct: String?) -> (least: Int, most: Int?) {
        var certain: Set<FactValue> = []
        var possible: Set<FactValue> = []
        var certainCount = 0
        var possibleCount = 0
        var blanks = 0
        for (record, fit) in zip(list.records, fits) where fit != .unmet {
            possibleCount += 1
            if fit == .met { certainCount += 1 }
            guard let distinct else { continue }
            guard let value = record[distinct] else {
                blanks += 1
                continue
            }
            possible.insert(value)
            if fit == .met { certain.insert(value) }
        }
        guard distinct != nil else { return (certainCount, list.isComplete ? possibleCount : nil) }
        // A fitting record whose field is blank has some value, so there is at least one.
        let least = max(certain.count, certainCount > 0 ? 1 : 0)
        return (least, list.isComplete ? possible.count + blanks : nil)
    }
}
