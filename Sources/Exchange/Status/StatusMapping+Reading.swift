public import Diagnostics
import StrictYAML

extension StatusMapping {
    /// Reads a mapping file.
    /// - Throws: `InvalidSource` with everything that is wrong with it.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> StatusMapping {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let mapping = read(root, in: &problems)
        try problems.throwIfErrors()
        guard let mapping else { throw InvalidSource(at: root.location, "the mapping could not be read") }
        return mapping
    }

    private static func read(_ root: YAMLNode, in problems: inout DiagnosticList) -> StatusMapping? {
        let fields = root.fields(
            required: ["mapping", "payer", "version", "format", "time_zone", "dates", "columns", "statuses"],
            optional: [
                "encoding", "delimiter", "skip_lines", "final_newline", "sender", "sentinel_dates", "blank_values",
                "units_basis", "units_basis_words", "authorization_is_reference", "trailer",
            ], in: &problems)
        guard let fields else { return nil }
        _ = fields["format"]?.word(among: ["csv"], in: &problems)
        let name = fields["mapping"]?.string(in: &problems)
        let payer = fields["payer"]?.string(in: &problems)
        if let node = fields["mapping"], let name, let payer, !name.hasPrefix(payer + "/") {
            problems.error(at: node.location, "a mapping of \(payer) is named \(payer)/<layout>")
        }
        let version = fields["version"]?.integer(in: &problems)
        if let node = fields["version"], let version, version < 1 {
            problems.error(at: node.location, "versions count from 1")
        }
        let timeZone = fields["time_zone"]?.string(in: &problems)
        if let node = fields["time_zone"], let timeZone, timeZone != "UTC", !timeZone.contains("/") {
            problems.error(at: node.location, "expected a time zone such as America/Chicago, or UTC")
        }
        var columns = fields["columns"].map { readColumns($0, in: &problems) } ?? [:]
        let senders = fields["sender"].map { readSender($0, columns: &columns, in: &problems) } ?? []
        let basis = fields["units_basis"]?.word(among: UnitsBasis.allCases.map(\.rawValue), in: &problems)
        let basisWords = fields["units_basis_words"].map { node in
            readVocabulary(node, among: UnitsBasis.self, in: &problems)
        }
        checkUnits(columns, basis: basis, words: basisWords, at: fields, in: &problems)
        let mapping = StatusMapping(
            name: name ?? "", payer: payer ?? "", version: version ?? 1,
            encodings: readWords(fields["encoding"], default: [.utf8], allowed: [.utf8, .windows1252], in: &problems),
            delimiter: fields["delimiter"].flatMap { readDelimiter($0, in: &problems) },
            skipLines: fields["skip_lines"].flatMap { readSkipLines($0, in: &problems) } ?? 0,
            requiresFinalNewline: fields["final_newline"]?.word(among: ["required", "optional"], in: &problems)
                == "required",
            timeZone: timeZone ?? "UTC", columns: columns,
            dateFormats: readWords(
                fields["dates"], default: [], allowed: StatusDateFormat.allCases, in: &problems),
            sentinelDates: Set(fields["sentinel_dates"]?.strings(in: &problems) ?? []),
            blankValues: Set((fields["blank_values"]?.strings(in: &problems) ?? []).map(folded)),
            statuses: fields["statuses"].map { readVocabulary($0, among: StatusKind.self, in: &problems) } ?? [:],
            senderNames: senders,
            unitsBasis: basis.flatMap(UnitsBasis.init), unitsBasisWords: basisWords ?? [:],
            authorizationIsReference: fields["authorization_is_reference"]?.boolean(in: &problems) ?? false,
            trailer: fields["trailer"].flatMap { readTrailer($0, in: &problems) })
        if mapping.statuses.isEmpty, let node = fields["statuses"], !problems.hasErrors {
            problems.error(at: node.location, "no status word is mapped")
        }
        return mapping
    }

    // MARK: - Columns

    private static func readColumns(
        _ node: YAMLNode, in problems: inout DiagnosticList
    ) -> [StatusColumn: ColumnRule] {
        let known = StatusColumn.allCases.filter { $0 != .sender }
        guard let fields = node.fields(required: ["status"], optional: known.map(\.rawValue), in: &problems)
        else { return [:] }
        var rules: [StatusColumn: ColumnRule] = [:]
        var owners: [String: StatusColumn] = [:]
        for column in known {
            guard let ruleNode = fields[column.rawValue], let rule = readRule(ruleNode, column, in: &problems)
            else { continue }
            rules[column] = rule
            for name in rule.names {
                if let owner = owners.updateValue(column, forKey: folded(name)) {
                    problems.error(
                        at: ruleNode.location, "\"\(name)\" is a name of \(owner.rawValue) and \(column.rawValue)")
                }
            }
        }
        if !StatusColumn.keys.contains(where: { rules[$0] != nil }) {
            let keys = StatusColumn.keys.map(\.rawValue).joined(separator: ", ")
            problems.error(at: node.location, "no column to find a request by; one of \(keys) is needed")
        }
        return rules
    }

    /// Either the names alone, or `{names: [...], required: true, digits: 10}`.
    private static func readRule(
        _ node: YAMLNode, _ column: StatusColumn, in problems: inout DiagnosticList
    ) -> ColumnRule? {
        guard case .mapping = node.content else {
            return node.strings(in: &problems).map {
                ColumnRule(names: $0, isRequired: column == .status, digits: nil)
            }
        }
        guard let fields = node.fields(required: ["names"], optional: ["required", "digits"], in: &problems),
            let names = fields["names"]?.strings(in: &problems)
        else { return nil }
        let isRequired = fields["required"]?.boolean(in: &problems) ?? false
        return ColumnRule(
            names: names, isRequired: isRequired || column == .status,
            digits: fields["digits"].flatMap { readDigits($0, in: &problems) })
    }

    private static func readDigits(_ node: YAMLNode, in problems: inout DiagnosticList) -> ClosedRange<Int>? {
        if case .scalar = node.content {
            guard let count = node.integer(in: &problems) else { return nil }
            guard (1...40).contains(count) else {
                problems.error(at: node.location, "expected 1 to 40 digits")
                return nil
            }
            return count...count
        }
        guard let items = node.items(in: &problems) else { return nil }
        let bounds = items.compactMap { $0.integer(in: &problems) }
        guard bounds.count == 2, items.count == 2, bounds[0] >= 1, bounds[0] <= bounds[1], bounds[1] <= 40 else {
            problems.error(at: node.location, "expected a number of digits, or the least and the most as [9, 11]")
            return nil
        }
        return bounds[0]...bounds[1]
    }

    private static func readSender(
        _ node: YAMLNode, columns: inout [StatusColumn: ColumnRule], in problems: inout DiagnosticList
    ) -> Set<String> {
        guard let fields = node.fields(required: ["names", "equals"], in: &problems),
            let names = fields["names"]?.strings(in: &problems),
            let values = fields["equals"]?.strings(in: &problems)
        else { return [] }
        columns[.sender] = ColumnRule(names: names, isRequired: true, digits: nil)
        return Set(values.map(folded))
    }

    private static func checkUnits(
        _ columns: [StatusColumn: ColumnRule], basis: String?, words: [String: UnitsBasis]?, at fields: YAMLFields,
        in problems: inout DiagnosticList
    ) {
        let place = fields["columns"]?.location ?? fields.location
        if columns[.units] != nil, basis == nil, columns[.unitsBasis] == nil {
            problems.error(
                at: place, "units without a basis; say units_basis: hcpcs_units, or name a column units_basis")
        }
        if columns[.unitsBasis] != nil, words == nil {
            problems.error(at: place, "the column units_basis needs its words in units_basis_words")
        }
    }
}
