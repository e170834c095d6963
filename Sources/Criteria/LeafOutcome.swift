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
    /// Recorded, but not proven in the way that the payer demands.
    case unproven
    /// The payer's own texts contradict each other, and the readings come out differently.
    case ambiguous
    /// The payer's document has a point that is not on file.
    case notOnFile = "not_on_file"
}

/// What a leaf comes to, and why. The words are made only when somebody reads them.
struct LeafOutcome: Sendable {
    let verdict: Verdict
    let reason: Reason

    enum Reason: Sendable {
        case tested(FactValue)
        case notRecorded
        case asked
        case disagree([FactValue])
        case stale(observedOn: CivilDate?, span: CivilDuration)
        case unproven(Fact.Proof?)
        case partial
        case notOnFile(String)
        /// The test looks at another fact, which is not known.
        case other(String, UnknownCause)
    }

    var cause: UnknownCause? {
        guard verdict == .unknown else { return nil }
        switch reason {
        case .tested, .partial: return .partial
        case .notRecorded: return .absent
        case .asked: return .requested
        case .disagree: return .conflicting
        case .stale: return .stale
        case .unproven: return .unproven
        case .notOnFile: return .notOnFile
        case .other(_, let cause): return cause
        }
    }

    /// In words, for the leaf that it is an outcome of.
    func why(_ leaf: Leaf) -> String {
        switch reason {
        case .tested(let value):
            if verdict == .met {
                leaf.test == .oneOf([.value(value)]) ? value.description : "\(value) \(leaf.test)"
            } else {
                "\(value); wanted: \(leaf.test)"
            }
        case .notRecorded: "not recorded"
        case .asked: "asked for, no answer yet"
        case .disagree(let values): "sources disagree: \(values.map(\.description).joined(separator: " / "))"
        case .stale(let observedOn?, let span):
            "observed \(observedOn); accepted for \(span), until \(span.after(observedOn))"
        case .stale(nil, let span): "recorded without the day it was observed; accepted for \(span)"
        case .unproven(let proof):
            "recorded \(proof.map { "by \($0.inWords)" } ?? "without proof"); the payer wants "
                + leaf.proof.map(\.inWords).joined(separator: " or ")
        case .partial: "the list is not attested complete, or a record has blanks"
        case .notOnFile(let reason): "not on file: \(reason)"
        case .other(let fact, .stale): "\(fact), with which it is compared, is too old"
        case .other(let fact, _): "\(fact), with which it is compared, is not known"
        }
    }
}

extension Fact.Proof {
    /// For a sentence: "the payer wants …".
    public var inWords: String {
        switch self {
        case .claim: "paid claims or a pharmacy's printout"
        case .lab: "a laboratory's report"
        case .chart: "the chart"
        case .attestation: "the prescriber's attestation"
        }
    }
}

/// The record and the day against which a policy is held.
struct EvaluationContext {
    let facts: Facts
    let asOf: CivilDate
    /// How old facts may be with which leaves compare, by the vocabulary.
    var spans: [String: CivilDuration] = [:]

    /// What a fact says, when it is known and not too old.
    func known(_ name: String) -> FactValue? {
        if case .known(let value)? = facts[name]?.state, !isStale(name) { value } else { nil }
    }

    /// Why a fact is not known; nothing when it is.
    func cause(_ name: String) -> UnknownCause? {
        switch facts[name]?.state {
        case nil: .absent
        case .requested: .requested
        case .conflicting: .conflicting
        case .known: isStale(name) ? .stale : nil
        }
    }

    private func isStale(_ name: String) -> Bool {
        guard let span = spans[name] else { return false }
        return facts[name]?.observedOn.map { span.after($0) < asOf } ?? true
    }
}

extension Leaf {
    /// Evaluates the leaf against the record.
    func outcome(_ context: EvaluationContext) -> LeafOutcome {
        guard let fact else {
            guard case .notOnFile(let reason) = test else { return unknown(.notRecorded) }
            return unknown(.notOnFile(reason))
        }
        guard let recorded = context.facts[fact] else { return unknown(.notRecorded) }
        switch recorded.state {
        case .requested: return unknown(.asked)
        case .conflicting(let values): return unknown(.disagree(values))
        case .known(let value):
            // Stale evidence is missing evidence, not a false one; and so is what is not proven as it must be.
            if let acceptedFor {
                guard let observedOn = recorded.observedOn, acceptedFor.after(observedOn) >= context.asOf else {
                    return unknown(.stale(observedOn: recorded.observedOn, span: acceptedFor))
                }
            }
            if !proof.isEmpty, recorded.proof.map({ !proof.contains($0) }) ?? true {
                return unknown(.unproven(recorded.proof))
            }
            let verdict = test.verdict(value, context, record: [:])
            if verdict == .unknown {
                for name in otherFacts {
                    if let cause = context.cause(name) { return unknown(.other(name, cause)) }
                }
                return unknown(.partial)
            }
            return LeafOutcome(verdict: verdict, reason: .tested(value))
        }
    }

    /// What `outcome` says, without the reason.
    func verdict(_ context: EvaluationContext) -> Verdict {
        guard let fact, let recorded = context.facts[fact], case .known(let value) = recorded.state else {
            return .unknown
        }
        if let acceptedFor {
            guard let observedOn = recorded.observedOn, acceptedFor.after(observedOn) >= context.asOf else {
                return .unknown
            }
        }
        if !proof.isEmpty, recorded.proof.map({ !proof.contains($0) }) ?? true { return .unknown }
        return test.verdict(value, context, record: [:])
    }

    private func unknown(_ reason: LeafOutcome.Reason) -> LeafOutcome {
        LeafOutcome(verdict: .unknown, reason: reason)
    }
}

extension LeafTest {
    /// Whether a known value passes. A value of another type than the test was made for decides nothing.
    func verdict(_ value: FactValue, _ context: EvaluationContext, record: RecordList.Record) -> Verdict {
        switch self {
        case .oneOf(let patterns):
            if patterns.count == 1 { return patterns[0].matches(value, context) }
            return .any(patterns.lazy.map { $0.matches(value, context) })
        case .noneOf(let patterns): return Verdict.any(patterns.lazy.map { $0.matches(value, context) }).negated
        case .compare(let comparison, let bound):
            return bound.order(of: value, context, record).map { comparison.holds($0) ? .met : .unmet } ?? .unknown
        case .between(let low, let high):
            return .all([
                low.order(of: value, context, record).map { $0 >= 0 ? .met : .unmet } ?? .unknown,
                high.order(of: value, context, record).map { $0 <= 0 ? .met : .unmet } ?? .unknown,
            ])
        case .within(let span, let side, let anchor):
            guard case .date(let date) = value, case .date(let end)? = anchor.value(context, record) else {
                return .unknown
            }
            let range = side == .before ? (span.before(end), end) : (end, span.after(end))
            return range.0 <= date && date <= range.1 ? .met : .unmet
        case .known: return .met
        case .records(let test):
            guard case .records(let list) = value else { return .unknown }
            return test.verdict(list, context)
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
    /// Nothing when it depends on what is not known.
    fileprivate func value(_ context: EvaluationContext, _ record: RecordList.Record) -> FactValue? {
        switch self {
        case .amount(let amount): return .number(amount)
        case .date(let date): return .date(date)
        case .asOf: return .date(context.asOf)
        case .field(let name): return record[name]
        case .fact(let name, let times):
            guard let value = context.known(name) else { return nil }
            guard let times, case .number(let amount) = value else { return value }
            return amount.multiplied(by: times).map { .number($0) }
        }
    }

    /// −1 when the value lies below the bound, 0 when they are equal, 1 above; nothing when nobody can say.
    fileprivate func order(of value: FactValue, _ context: EvaluationContext, _ record: RecordList.Record) -> Int? {
        switch (self.value(context, record), value) {
        case (.number(let bound)?, .number(let amount)): amount < bound ? -1 : amount == bound ? 0 : 1
        case (.date(let bound)?, .date(let date)): (date.dayNumber - bound.dayNumber).signum()
        default: nil
        }
    }
}

extension FactPattern {
    /// Codes are compared without their dots: `G35A` is `G35.A`.
    func matches(_ value: FactValue, _ context: EvaluationContext) -> Verdict {
        switch self {
        case .value(let wanted): return equal(wanted, value) ? .met : .unmet
        case .codePrefix(let prefix):
            guard case .code(let code) = value else { return .unmet }
            return hasPrefix(code, prefix) ? .met : .unmet
        case .group(_, let members): return members.contains { equal($0, value) } ? .met : .unmet
        case .fact(let name):
            guard let wanted = context.known(name) else { return .unknown }
            return equal(wanted, value) ? .met : .unmet
        }
    }
}

private func equal(_ wanted: FactValue, _ value: FactValue) -> Bool {
    guard case .code(let first) = wanted, case .code(let second) = value else { return wanted == value }
    return first == second || hasPrefix(first, second) && hasPrefix(second, first)
}

/// Whether a code begins so, dots left aside, without making a text for it.
private func hasPrefix(_ code: String, _ prefix: String) -> Bool {
    var rest = code.utf8.makeIterator()
    for wanted in prefix.utf8 where wanted != UInt8(ascii: ".") {
        var next = rest.next()
        if next == UInt8(ascii: ".") { next = rest.next() }
        guard next == wanted else { return false }
    }
    return true
}
