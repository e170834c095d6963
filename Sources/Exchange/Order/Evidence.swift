public import CivilTime

/// One observed fact about the patient, with its proof.
public struct Evidence: Sendable {
    /// A key of the facts vocabulary, such as `ms_form`.
    public let fact: Located<String>
    /// The service line of which it is said; nothing when it is said of the request.
    public let line: Located<Int>?
    public let value: Located<EvidenceValue>
    public let observedOn: Located<CivilDate>
    public let source: Located<Source>
    /// A path relative to the evidence file, never outside its folder.
    public let document: Located<String>?
    public let note: Located<Sensitive<String>>?

    public enum Source: String, Sendable, CaseIterable {
        case chart
        case lab
        case claim
        case attestation
    }
}

/// A fact's value as the file writes it; whether the vocabulary accepts it is for `Criteria` to say.
public enum EvidenceValue: Sendable, Hashable {
    case text(String)
    /// In JSON's own spelling, so that no digit is lost on the way.
    case number(String)
    case boolean(Bool)
    case date(CivilDate)
    case list([EvidenceValue])
    /// A record such as a therapy tried, or a list of records with what is said about the list.
    case record([String: EvidenceValue])

    /// For the database's `jsonb`, and for the vocabulary, which reads JSON as the YAML that it is: a date is a text,
    /// everything else is itself; a record's keys are sorted.
    public var json: String {
        var json = JSONText()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func write(to json: inout JSONText) {
        switch self {
        case .text(let text): json.string(text)
        case .number(let digits): json.literal(digits)
        case .boolean(let value): json.literal(value ? "true" : "false")
        case .date(let date): json.string(date.description)
        case .list(let items):
            json.beginArray()
            for item in items { item.write(to: &json) }
            json.endArray()
        case .record(let fields):
            json.beginObject()
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                value.write(to: &json)
            }
            json.endObject()
        }
    }
}
