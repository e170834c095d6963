public import CivilTime

/// What a fact says.
public enum FactValue: Hashable, Sendable {
    case boolean(Bool)
    /// One of the words that the vocabulary lists for the fact.
    case word(String)
    /// In the unit that the vocabulary declares.
    case number(FactNumber)
    case date(CivilDate)
    /// A code of an outside system (ICD-10-CM), upper case and with its dot.
    case code(String)
    case records(RecordList)
}

/// A list such as the therapies tried so far.
///
/// A list is open until someone attests that it is complete: "no prior therapy on file" is not "no prior therapy".
public struct RecordList: Hashable, Sendable {
    /// A record's fields by name; a field that nobody filled in is left out.
    public typealias Record = [String: FactValue]

    /// The most records that are read; windows and spacings compare each with each.
    public static let maximumRecords = 1_000

    public let records: [Record]
    public let isComplete: Bool

    public init(_ records: [Record], isComplete: Bool) {
        self.records = records
        self.isComplete = isComplete
    }
}

extension FactValue: CustomStringConvertible {
    /// The value as `Vocabulary.value(of:from:)` reads it back.
    public var description: String {
        switch self {
        case .boolean(let value): value ? "true" : "false"
        case .word(let word): word
        case .number(let amount): amount.description
        case .date(let date): date.description
        case .code(let code): code
        case .records(let list):
            "{records: [\(list.records.map(Self.text).joined(separator: ", "))], complete: \(list.isComplete)}"
        }
    }

    private static func text(of record: RecordList.Record) -> String {
        "{" + record.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
}
