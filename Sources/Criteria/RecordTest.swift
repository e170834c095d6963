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
        /// For each of these some record that fits and has it in the field.
        case each(field: String, values: [FactPattern])
        /// In no span of this length do the fitting records' numbers add up to more; first and last day count.
        case rolling(sum: String, by: String, window: CivilDuration, atMost: FactNumber)
        /// From one fitting record to the next at least so long.
        case spacing(by: String, atLeast: CivilDuration)
    }

    public let quantifier: Quantifier
    public let conditions: RecordConditions
    /// A record that fits one of these is as if it were not there.
    public let notCounting: [RecordConditions]
    /// For distinct counts: values that count as one, by group.
    public let countedAsOne: [String: [FactValue]]
}

/// Conditions on one record: every field's test holds, and one of each list of alternatives.
public struct RecordConditions: Hashable, Sendable {
    public let fields: [Field]
    /// One of these must hold too; empty when there are no alternatives.
    public let oneOf: [RecordConditions]

    public struct Field: Hashable, Sendable {
        public let name: String
        public let test: LeafTest
    }

    static let none = RecordConditions(fields: [], oneOf: [])

    var isEmpty: Bool { fields.isEmpty && oneOf.isEmpty }

    var otherFacts: [String] { fields.flatMap(\.test.otherFacts) + oneOf.flatMap(\.otherFacts) }
}

extension RecordTest {
    var otherFacts: [String] {
        var result = conditions.otherFacts + notCounting.flatMap(\.otherFacts)
        if case .each(_, let values) = quantifier { result += LeafTest.oneOf(values).otherFacts }
        return result
    }
}

extension RecordTest: CustomStringConvertible {
    public var description: String {
        let which = (conditions.isEmpty ? "" : " where \(conditions)") + exceptions
        switch quantifier {
        case .any: return "has a record\(which)"
        case .every: return "has only records\(which)"
        case .none: return "has no record\(which)"
        case .count(let distinct, let atLeast, let atMost):
            let bounds = [atLeast.map { "at least \($0)" }, atMost.map { "at most \($0)" }].compactMap { $0 }
            let what = distinct.map { "different values of \($0) among records" } ?? "records"
            return "has \(bounds.joined(separator: " and ")) \(what)\(which)"
        case .each(let field, let values):
            return "has for each \(field) of \(values.map(\.description).joined(separator: ", ")) a record\(which)"
        case .rolling(let sum, let by, let window, let atMost):
            return "has at most \(atMost) \(sum) in any \(window) by \(by)\(which)"
        case .spacing(let by, let atLeast): return "has at least \(atLeast) from one \(by) to the next\(which)"
        }
    }
}

extension RecordTest {
    /// What is left out or taken together beside the conditions.
    private var exceptions: String {
        let left = notCounting.map { " (leaving out those where \($0))" }
        let taken = countedAsOne.sorted { $0.key < $1.key }.map { name, values in
            " (counting \(values.map(\.description).joined(separator: ", ")) as one)"
        }
        return (left + taken).joined()
    }
}

extension RecordConditions: CustomStringConvertible {
    public var description: String {
        var parts = fields.map { "\($0.name) \($0.test)" }
        if !oneOf.isEmpty { parts.append("(" + oneOf.map(\.description).joined(separator: ", or ") + ")") }
        return parts.joined(separator: " and ")
    }
}
