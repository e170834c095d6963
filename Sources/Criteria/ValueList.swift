import Diagnostics
import StrictYAML

/// Values that several facts share. A list may be kept by what each value tells: brand names by their ingredient.
struct ValueList {
    let words: [String]
    /// For a value, the word that it stands for; nothing where it tells none.
    let told: [String: String]
}

/// What the values of one field of a record tell of another: the brand tells the ingredient.
struct Telling: Sendable {
    let field: String
    let words: [String: String]
}

extension Vocabulary {
    /// What the values of a field of a fact's records tell of another, by value: the ingredient of each brand.
    public func told(by field: String, of fact: String) -> [String: String]? { tellings[fact]?[field]?.words }

    /// Under this word of a list stand the values that tell nothing.
    static let tellsNothing = "any"

    /// `[a, b]`, or `{interferon_beta_1a: [avonex, rebif], any: [other]}`.
    static func valueList(_ node: YAMLNode, in problems: inout DiagnosticList) -> ValueList? {
        guard case .mapping(let entries) = node.content else {
            return words(node, in: &problems).map { ValueList(words: $0, told: [:]) }
        }
        if entries.isEmpty { problems.error(at: node.location, "the list of values is empty") }
        var all: [String] = []
        var told: [String: String] = [:]
        for entry in entries {
            for word in words(entry.value, in: &problems) ?? [] {
                guard !all.contains(word) else {
                    problems.error(at: entry.value.location, "\"\(word)\" stands twice in the list")
                    continue
                }
                all.append(word)
                if entry.key != tellsNothing { told[word] = entry.key }
            }
        }
        return ValueList(words: all, told: told)
    }

    /// What a fact's records tell by `tells`, the name of the field that the list's keys are words of.
    static func readTellings(
        of entry: YAMLEntry, _ declaration: FactDeclaration?, _ lists: [String: ValueList],
        in problems: inout DiagnosticList
    ) -> [String: Telling] {
        guard case .records(let types)? = declaration?.type, case .mapping(let parts) = entry.value.content,
            case .mapping(let fields)? = parts.first(where: { $0.key == "fields" })?.value.content
        else { return [:] }
        var tellings: [String: Telling] = [:]
        for field in fields {
            guard case .mapping(let own) = field.value.content,
                let tells = own.first(where: { $0.key == "tells" })?.value, let name = tells.string(in: &problems)
            else { continue }
            guard case .word(let known)? = types[name] else {
                problems.error(at: tells.location, "tells takes another field of the record that is a word")
                continue
            }
            guard case .scalar(let list, _)? = own.first(where: { $0.key == "values" })?.value.content,
                let told = lists[list]?.told, !told.isEmpty
            else {
                problems.error(at: tells.location, "tells needs a value list that is kept by the words it tells")
                continue
            }
            for word in Set(told.values).subtracting(known).sorted() {
                let hint = nearestMatch(to: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                problems.error(
                    at: tells.location, "\(list) has values under \"\(word)\", which \(name) is never\(hint)")
            }
            tellings[field.key] = Telling(field: name, words: told)
        }
        return tellings
    }

    /// Reads a value of the fact: what does not fit is noted and read as nothing, and what a record's fields tell of
    /// others is filled in.
    func value(_ node: YAMLNode, _ declaration: FactDeclaration, in problems: inout DiagnosticList) -> FactValue? {
        let value = declaration.type.value(node, in: &problems)
        guard let tellings = tellings[declaration.key], case .records(let list)? = value else { return value }
        var records = list.records
        for (place, record) in list.records.enumerated() {
            for (name, telling) in tellings.sorted(by: { $0.key < $1.key }) {
                guard case .word(let word)? = record[name], let told = telling.words[word] else { continue }
                let written = record[telling.field]
                guard written == nil || written == .word(told) else {
                    problems.error(
                        at: node.location,
                        "record \(place + 1) contradicts itself: \(name) \(word) is \(telling.field) \(told), not "
                            + "\(written?.description ?? "")")
                    continue
                }
                records[place][telling.field] = .word(told)
            }
        }
        return .records(RecordList(records, isComplete: list.isComplete))
    }
}
