/// A record of a list on file whose empty fields keep a criterion open.
public struct BlankRecord: Hashable, Sendable {
    public let fact: String
    /// Its place in the list, from 1.
    public let number: Int
    /// What is filled in: `azathioprine, 4 months, intolerance`.
    public let inWords: String
    public let fields: [Field]
    /// Nobody has to be asked for further records.
    public let isListComplete: Bool

    public struct Field: Hashable, Sendable, Encodable {
        public let name: String
        /// What may be filled in; nothing when the vocabulary does not know the fact.
        public let answers: String?
    }

    /// Ready to be sent to the clinic.
    public var question: String {
        let wanted = fields.map { field in
            // A long choice is for those who record the answer.
            let answers = field.answers.flatMap { $0.count <= 60 ? " (\($0))" : nil }
            return "what is the \(field.name.replacing("_", with: " "))" + (answers ?? "")
        }
        let record = inWords.isEmpty ? "entry \(number), which is empty" : inWords
        return "About \(record): \(wanted.joined(separator: ", and "))?"
    }
}

extension BlankRecord: Encodable {
    private enum CodingKeys: String, CodingKey { case fact, number, inWords, fields, isListComplete, question }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(fact, forKey: .fact)
        try container.encode(number, forKey: .number)
        try container.encode(inWords, forKey: .inWords)
        try container.encode(fields, forKey: .fields)
        try container.encode(isListComplete, forKey: .isListComplete)
        try container.encode(question, forKey: .question)
    }
}

extension Evaluation {
    /// The records that keep open criteria from being decided, in the order of their lists.
    public var blankRecords: [BlankRecord] {
        var found: [String: [Int: Set<String>]] = [:]
        var lists: [String: RecordList] = [:]
        let context = EvaluationContext(facts: [:], asOf: asOf)
        for trace in trace.decisiveNodes where trace.kind == "leaf" && trace.cause == .partial {
            guard let fact = trace.fact, case .records(let test)? = trace.leaf?.test,
                case .known(.records(let list))? = trace.recorded?.state
            else { continue }
            lists[fact] = list
            for (place, record) in list.records.enumerated() {
                found[fact, default: [:]][place, default: []].formUnion(test.blanks(in: record, context))
            }
        }
        return missing.flatMap { asked -> [BlankRecord] in
            guard let list = lists[asked.fact] else { return [] }
            let types: [String: FactDeclaration.FactType] =
                if case .records(let types)? = asked.type { types } else { [:] }
            return list.records.enumerated().compactMap { place, record in
                guard let names = found[asked.fact]?[place], !names.isEmpty else { return nil }
                return BlankRecord(
                    fact: asked.fact, number: place + 1, inWords: inWords(record, types),
                    fields: names.sorted().map { BlankRecord.Field(name: $0, answers: types[$0]?.answers) },
                    isListComplete: list.isComplete)
            }
        }
    }
}

/// What names the drug comes first, then what is known of it.
private func inWords(_ record: RecordList.Record, _ types: [String: FactDeclaration.FactType]) -> String {
    let first = ["ingredient", "product", "drug_class", "given_on"]
    let names = record.keys.sorted {
        (first.firstIndex(of: $0) ?? first.count, $0) < (first.firstIndex(of: $1) ?? first.count, $1)
    }
    return names.compactMap { name -> String? in
        guard let value = record[name] else { return nil }
        // A bare number or day says nothing without its name.
        switch value {
        case .number:
            let unit: String? = if case .number(let unit)? = types[name] { unit } else { nil }
            return "\(name) \(value)".replacing("_", with: " ") + (unit.map { " \($0)" } ?? "")
        case .date, .boolean: return "\(name) \(value)".replacing("_", with: " ")
        default: return "\(value)".replacing("_", with: " ")
        }
    }.joined(separator: ", ")
}

extension RecordTest {
    /// The empty fields without which nobody knows whether the record fits or counts.
    fileprivate func blanks(in record: RecordList.Record, _ context: EvaluationContext) -> Set<String> {
        let fit = conditions.verdict(record, context)
        let exceptions = notCounting.map { $0.verdict(record, context) }
        guard quantifier == .every ? fit != .met : fit != .unmet, !exceptions.contains(.met) else { return [] }
        var names = conditions.blanks(in: record, context)
        for exception in notCounting { names.formUnion(exception.blanks(in: record, context)) }
        return names.union(quantifier.fields.filter { record[$0] == nil })
    }
}

extension RecordConditions {
    fileprivate func blanks(in record: RecordList.Record, _ context: EvaluationContext) -> Set<String> {
        guard verdict(record, context) == .unknown else { return [] }
        let own = fields.map(\.name).filter { record[$0] == nil }
        return oneOf.reduce(into: Set(own)) { $0.formUnion($1.blanks(in: record, context)) }
    }
}

extension RecordTest.Quantifier {
    /// What it reads of each record beside the conditions.
    fileprivate var fields: [String] {
        switch self {
        case .any, .every, .none: []
        case .count(let distinct, _, _): distinct.map { [$0] } ?? []
        case .each(let field, _): [field]
        case .rolling(let sum, let by, _, _): [sum, by]
        case .spacing(let by, _): [by]
        }
    }
}
