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
    /// A date that lies no further back than this from the as-of date, and not after it. Both ends count.
    case within(CivilDuration)
    /// Any known value.
    case known
    case records(RecordTest)
    /// The payer's document has a point here that is not on file: always unknown, with this reason.
    case notOnFile(reason: String)

    public enum Comparison: String, Sendable, CaseIterable {
        case lt, lte, gt, gte
    }

    public enum Bound: Hashable, Sendable {
        case amount(Amount)
        case date(CivilDate)
        /// The day for which the policy is evaluated.
        case asOf
    }
}

/// A value, or for codes all that begin alike (`K50*`).
public enum FactPattern: Hashable, Sendable {
    case value(FactValue)
    case codePrefix(String)
}

/// What a leaf asks of a list of records.
public struct RecordTest: Hashable, Sendable {
    public enum Quantifier: Hashable, Sendable {
        /// One record at least fits.
        case any
        /// All records fit; unknown while the list is open.
        case every
        /// No record fits; unknown while the list is open.
        case none
        /// How many records fit, or how many different values of a field the fitting ones have.
        case count(distinct: String?, atLeast: Int?, atMost: Int?)
    }

    public let quantifier: Quantifier
    /// Tests by field; a record fits when all hold.
    public let conditions: [String: LeafTest]
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
        case .within(let duration): "lies within the last \(duration)"
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
        }
    }
}

extension FactPattern: CustomStringConvertible {
    public var description: String {
        switch self {
        case .value(let value): value.description
        case .codePrefix(let prefix): "\(prefix)*"
        }
    }
}

extension RecordTest: CustomStringConvertible {
    public var description: String {
        let parts = conditions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let which = parts.isEmpty ? "" : " where " + parts.joined(separator: " and ")
        switch quantifier {
        case .any: return "has a record\(which)"
        case .every: return "has only records\(which)"
        case .none: return "has no record\(which)"
        case .count(let distinct, let atLeast, let atMost):
            let bounds = [atLeast.map { "at least \($0)" }, atMost.map { "at most \($0)" }].compactMap { $0 }
            let what = distinct.map { "different values of \($0) among records" } ?? "records"
            return "has \(bounds.joined(separator: " and ")) \(what)\(which)"
        }
    }
}
