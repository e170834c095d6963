public import Diagnostics

/// What one fact is: declared once in the vocabulary, used by every policy.
public struct FactDeclaration: Sendable {
    public indirect enum FactType: Hashable, Sendable {
        case boolean
        /// One of these words.
        case word([String])
        /// A number in a unit (`years`, `mg`); a bare count has none.
        case number(unit: String?)
        case date
        /// A code of this system, for example `icd10cm`.
        case code(system: String)
        /// A list of records with these fields, each of one of the types above.
        case records([String: FactType])
    }

    /// Who fills it in.
    public enum Origin: String, Sendable, CaseIterable {
        /// The program, from the order (diagnosis, age, dose).
        case order
        /// A person, from the chart, a document or an answer.
        case evidence
    }

    /// What an observation of it speaks of.
    public enum Subject: String, Sendable, CaseIterable {
        case request
        /// One service line: what is so of one may be otherwise of the next.
        case line
    }

    /// What of an order a fact may speak of.
    public enum OrderPart: String, Sendable, CaseIterable {
        case code, units, dose, interval, doses, route, diagnosis
        /// A diagnosis with other first three characters.
        case disease
        /// Weight or height.
        case weight
        /// Its day.
        case firstDose = "first_dose"
        /// The place of service, or the site.
        case place
    }

    public let key: String
    public let type: FactType
    /// The question in plain words, ready to be sent to the clinic.
    public let question: String
    /// How long an observation stands before it must be made again; without it, for ever.
    public let validFor: CivilDuration?
    /// Kinds of documents that prove it.
    public let provenBy: [String]
    /// What asking costs, from 0 (already in the order) to 9 (a new test).
    public let cost: Int
    public let origin: Origin
    public let subject: Subject
    /// The parts of the order that it speaks of: when one of them is amended, what was recorded of it says nothing more.
    public let restsOn: Set<OrderPart>
    /// Of a number: what it can be by definition.
    let bounds: NumberBounds?
    /// Of records: those of their numbers, by field.
    let fieldBounds: [String: NumberBounds]
    public let location: SourceLocation
}

/// What a number can be by its definition, never by anybody's judgement: a score's scale, a count that is not below zero.
struct NumberBounds: Hashable, Sendable {
    let atLeast: FactNumber?
    /// It lies above this one and is never the same.
    let above: FactNumber?
    let atMost: FactNumber?

    func contains(_ amount: FactNumber) -> Bool {
        (atLeast.map { $0 <= amount } ?? true) && (above.map { $0 < amount } ?? true)
            && (atMost.map { amount <= $0 } ?? true)
    }

    /// The outermost values that it can have; the first above an open end is a millionth away.
    var ends: [FactNumber] {
        [atLeast, above.map { FactNumber(millionths: $0.millionths + 1) }, atMost].compactMap { $0 }
    }
}

extension NumberBounds: CustomStringConvertible {
    /// `at least 0 and at most 10`
    var description: String {
        [atLeast.map { "at least \($0)" }, above.map { "above \($0)" }, atMost.map { "at most \($0)" }]
            .compactMap { $0 }.joined(separator: " and ")
    }
}

extension FactDeclaration.FactType {
    /// The type's name in the vocabulary.
    public var name: String {
        switch self {
        case .boolean: "boolean"
        case .word: "word"
        case .number: "number"
        case .date: "date"
        case .code: "code"
        case .records: "records"
        }
    }

    /// What an answer may be, for a person: `true or false`, `a number in years`, `one of: a, b`.
    public var answers: String {
        switch self {
        case .boolean: "true or false"
        case .word(let words): "one of: \(words.joined(separator: ", "))"
        case .number(let unit?): "a number in \(unit)"
        case .number(nil): "a number"
        case .date: "a day such as 2026-12-01"
        case .code: "a code"
        case .records(let fields): "a list of records of \(fields.keys.sorted().joined(separator: ", "))"
        }
    }
}
