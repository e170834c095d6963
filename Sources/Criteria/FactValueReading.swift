import CivilTime
import Diagnostics
import StrictYAML

extension FactDeclaration.FactType {
    /// Reads a value of this type; what does not fit is noted and read as nothing.
    func value(_ node: YAMLNode, in problems: inout DiagnosticList) -> FactValue? {
        switch self {
        case .boolean: return node.boolean(in: &problems).map { .boolean($0) }
        case .word(let words): return node.word(among: words, in: &problems).map { .word($0) }
        case .number(let unit): return amount(node, unit, in: &problems).map { .number($0) }
        case .date: return node.date(in: &problems).map { .date($0) }
        case .code:
            guard let text = node.string(in: &problems) else { return nil }
            let code = text.uppercased()
            guard isCode(code) else {
                problems.error(at: node.location, "\"\(text.prefix(40))\" is not a code such as G35.A")
                return nil
            }
            return .code(code)
        case .records(let types): return recordList(node, types, in: &problems).map { .records($0) }
        }
    }

    /// `18 years` or `18`: the unit may be left out, but must be the declared one where it is written.
    private func amount(_ node: YAMLNode, _ unit: String?, in problems: inout DiagnosticList) -> FactNumber? {
        guard let text = node.string(in: &problems) else { return nil }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let first = parts.first, let amount = FactNumber(first) else {
            let example = unit.map { "18 \($0)" } ?? "18"
            problems.error(at: node.location, "expected a number such as \(example), found \"\(text.prefix(40))\"")
            return nil
        }
        if parts.count == 2, !isSameUnit(String(parts[1]), unit) {
            let declared = unit.map { "is measured in \($0)" } ?? "is a count without a unit"
            problems.error(at: node.location, "the fact \(declared), not in \"\(parts[1].prefix(40))\"")
            return nil
        }
        return amount
    }

    private func recordList(
        _ node: YAMLNode, _ types: [String: FactDeclaration.FactType], in problems: inout DiagnosticList
    ) -> RecordList? {
        var list = node
        var isComplete = false
        if case .mapping = node.content {
            guard let fields = node.fields(required: ["records"], optional: ["complete"], in: &problems),
                let records = fields["records"]
            else { return nil }
            list = records
            isComplete = fields["complete"]?.boolean(in: &problems) ?? false
        }
        guard let items = list.items(in: &problems) else { return nil }
        guard items.count <= RecordList.maximumRecords else {
            problems.error(at: list.location, "the list has more than \(RecordList.maximumRecords) records")
            return nil
        }
        var records: [RecordList.Record] = []
        for item in items {
            guard let fields = item.fields(optional: types.keys.sorted(), in: &problems) else { continue }
            var record: RecordList.Record = [:]
            for (name, type) in types {
                record[name] = fields[name].flatMap { type.value($0, in: &problems) }
            }
            records.append(record)
        }
        return RecordList(records, isComplete: isComplete)
    }
}

extension FactDeclaration {
    /// What of a value lies beyond the bounds, in words that name the fact and, of a list, record and field.
    func faults(of value: FactValue) -> [String] {
        switch value {
        case .number(let amount): return fault(of: amount, bounds, key).map { [$0] } ?? []
        case .records(let list):
            return list.records.enumerated().flatMap { place, record in
                fieldBounds.sorted { $0.key < $1.key }.compactMap { field, bounds in
                    guard case .number(let amount)? = record[field] else { return nil }
                    return fault(of: amount, bounds, "\(key), record \(place + 1): \(field)")
                }
            }
        case .boolean, .word, .date, .code: return []
        }
    }

    private func fault(of amount: FactNumber, _ bounds: NumberBounds?, _ name: String) -> String? {
        guard let bounds, !bounds.contains(amount) else { return nil }
        return "\(name) is \(bounds), found \(amount)"
    }
}

/// `month` and `months` are one unit.
func isSameUnit(_ written: String, _ declared: String?) -> Bool {
    guard let declared else { return false }
    return written == declared || written + "s" == declared
}

func isCode(_ text: String) -> Bool {
    (1...12).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".")
        && text.utf8.allSatisfy {
            (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: ".")
        }
}
