import CivilTime
public import Diagnostics
import StrictYAML

extension Policy {
    /// Reads and checks a policy file.
    /// - Parameter library: where policies lie whose criteria this one takes over.
    /// - Throws: `InvalidSource` with everything that is wrong in it. What is merely doubtful is in `warnings`.
    public static func parse(
        _ bytes: some Sequence<UInt8>, file: String, vocabulary: Vocabulary, library: PolicyLibrary? = nil
    ) throws(InvalidSource) -> Policy {
        let root = try YAMLDocument.parse(bytes, file: file)
        return try read(root, vocabulary: vocabulary, library: library)
    }

    static func read(
        _ root: YAMLNode, vocabulary: Vocabulary, library: PolicyLibrary?
    ) throws(InvalidSource) -> Policy {
        var problems = DiagnosticList()
        let policy = PolicyReader(vocabulary: vocabulary, library: library).policy(root, in: &problems)
        try problems.throwIfErrors()
        guard let policy else { throw InvalidSource(at: root.location, "no policy could be read") }
        return policy
    }
}

struct PolicyReader {
    let vocabulary: Vocabulary
    let library: PolicyLibrary?

    func policy(_ root: YAMLNode, in problems: inout DiagnosticList) -> Policy? {
        guard
            let fields = root.fields(
                required: [
                    "policy", "title", "product", "number", "version", "effective", "governed_by", "last_checked",
                    "review_by", "sources", "criteria", "tests",
                ],
                optional: [
                    "decides", "status", "status_note", "members", "judge_as", "groups", "does_not_count", "named",
                    "exclude", "notes",
                ], in: &problems)
        else { return nil }
        let id = fields["policy"].flatMap { policyID($0, in: &problems) }
        let title = fields["title"]?.string(in: &problems)
        let product = fields["product"].flatMap { self.product($0, in: &problems) }
        let decides = (fields["decides"]?.word(among: Policy.Decision.allCases.map(\.rawValue), in: &problems))
            .flatMap(Policy.Decision.init)
        let number = fields["number"]?.string(in: &problems)
        let version = fields["version"]?.integer(in: &problems)
        if let version, version < 1, let node = fields["version"] {
            problems.error(at: node.location, "a version is 1 or more")
        }
        let status = self.status(fields, in: &problems)
        let effective = fields["effective"].flatMap { self.effective($0, in: &problems) }
        let governedBy = fields["governed_by"]?
            .word(among: Policy.GoverningDate.allCases.map(\.rawValue), in: &problems)
            .flatMap(Policy.GoverningDate.init)
        let lastChecked = fields["last_checked"]?.date(in: &problems)
        let reviewBy = fields["review_by"]?.date(in: &problems)
        if let lastChecked, let reviewBy, reviewBy <= lastChecked, let node = fields["review_by"] {
            problems.error(at: node.location, "review_by must lie after last_checked (\(lastChecked))")
        }
        let sources = fields["sources"].map { self.sources($0, in: &problems) } ?? []
        let notes = fields["notes"]?.strings(in: &problems) ?? []

        let namedEntries = fields["named"].flatMap { $0.entries(in: &problems) } ?? []
        let sourceIDs = Set(sources.map(\.id))
        let groups = fields["groups"].map { self.groups($0, sourceIDs, in: &problems) } ?? [:]
        let notCounting = fields["does_not_count"].map { self.notCounting($0, groups, in: &problems) } ?? [:]
        var reader = CriterionReader(
            vocabulary: vocabulary, sources: sourceIDs,
            named: Dictionary(namedEntries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }),
            groups: groups, notCounting: notCounting, library: library)
        let members = fields["members"].flatMap { reader.criterion($0) }
        let judgedAs = fields["judge_as"].map { self.judgedAs($0, &reader, in: &problems) } ?? [:]
        let content = criteriaSets(fields, &reader, in: &problems)
        problems.append(contentsOf: reader.problems)
        for entry in namedEntries where !reader.used.contains(entry.key) {
            problems.warning(at: entry.keyLocation, "no criterion uses \"\(entry.key)\"")
        }
        var ignored = DiagnosticList()
        let setNames = (fields["criteria"]?.entries(in: &ignored) ?? []).map(\.key)
        let testsReader = PolicyTestsReader(vocabulary: vocabulary, sets: content.sets, setNames: setNames)
        let tests = fields["tests"].flatMap { testsReader.tests($0, in: &problems) }

        guard let id, let title, let product, let number, let version, let status, let effective, let governedBy,
            let lastChecked, let reviewBy, let tests
        else { return nil }
        let declarations = vocabulary.declarations
        return Policy(
            id: id, title: title, product: product, decides: decides ?? .authorization,
            number: number == notOnFile ? nil : number, version: version, status: status,
            effectiveFrom: effective.from, effectiveTo: effective.to, governedBy: governedBy,
            lastChecked: lastChecked, reviewBy: reviewBy, sources: sources, members: members, judgedAs: judgedAs,
            groups: groups.values.sorted { $0.name < $1.name }, notCounting: notCounting, sets: content.sets,
            exclude: content.exclude, notes: notes, tests: tests,
            taken: reader.taken.values.sorted { $0.id < $1.id },
            warnings: problems.sorted.filter { $0.severity == .warning }, location: root.location,
            setsByPhase: setsByPhase(content.sets, judgedAs),
            membersTree: members.map { CompiledTree($0, declarations: declarations) }, declarations: declarations)
    }

    /// The sets of each phase, and for an indication that has none there the one by which the payer judges it.
    private func setsByPhase(
        _ sets: [CriteriaSet], _ judgedAs: [CriteriaSet.Phase: Policy.JudgedAs]
    ) -> [CriteriaSet.Phase: [CriteriaSet]] {
        var result = Dictionary(grouping: sets, by: \.phase)
        for (phase, judged) in judgedAs {
            let own = result[phase] ?? []
            result[phase] =
                own
                + sets.filter { set in
                    set.phase == judged.phase && !own.contains { $0.indication == set.indication }
                }
        }
        return result
    }

    /// `- {phase: restart, as: initial, cite: "page 3"}`
    private func judgedAs(
        _ node: YAMLNode, _ reader: inout CriterionReader, in problems: inout DiagnosticList
    ) -> [CriteriaSet.Phase: Policy.JudgedAs] {
        let phases = CriteriaSet.Phase.allCases.map(\.rawValue)
        var result: [CriteriaSet.Phase: Policy.JudgedAs] = [:]
        for item in node.items(in: &problems) ?? [] {
            guard let fields = item.fields(required: ["phase", "as", "cite"], in: &problems) else { continue }
            let phase = fields["phase"]?.word(among: phases, in: &problems).flatMap(CriteriaSet.Phase.init)
            let other = fields["as"]?.word(among: phases, in: &problems).flatMap(CriteriaSet.Phase.init)
            let citation = fields["cite"].flatMap { reader.citation($0) }
            guard let phase, let other, let citation else { continue }
            if phase == other || result[phase] != nil {
                problems.error(at: item.location, "a phase is judged once, and as another one")
            }
            result[phase] = Policy.JudgedAs(phase: other, citation: citation)
        }
        return result
    }

    /// `generics: {field: prior_therapies.ingredient, members: [a, b], title: …, cite: …, counts_as_one: true}`
    private func groups(
        _ node: YAMLNode, _ sources: Set<String>, in problems: inout DiagnosticList
    ) -> [String: PolicyGroup] {
        var result: [String: PolicyGroup] = [:]
        var citations = CriterionReader(vocabulary: vocabulary, sources: sources, named: [:])
        for entry in node.entries(in: &problems) ?? [] {
            guard
                let fields = entry.value.fields(
                    required: ["field", "members", "title", "cite"], optional: ["counts_as_one"], in: &problems),
                let fieldNode = fields["field"], let path = fieldNode.string(in: &problems)
            else { continue }
            let title = fields["title"]?.string(in: &problems)
            let citation = fields["cite"].flatMap { citations.citation($0) }
            let countsAsOne = fields["counts_as_one"]?.boolean(in: &problems) ?? false
            guard let found = field(path, at: fieldNode, in: &problems) else { continue }
            let items = fields["members"]?.items(in: &problems) ?? []
            let members = items.compactMap { found.type.value($0, in: &problems) }
            if items.isEmpty || Set(members).count < members.count {
                problems.error(at: entry.value.location, "a group names its members, each once")
            }
            guard let title, let citation else { continue }
            result[entry.key] = PolicyGroup(
                name: entry.key, field: path, title: title, citation: citation, members: members,
                countsAsOne: countsAsOne, type: found.type)
        }
        problems.append(contentsOf: citations.problems)
        // A value of two such groups would be one with either, and the count would hang on chance.
        let asOne = result.values.filter(\.countsAsOne).sorted { $0.name < $1.name }
        for (place, group) in asOne.enumerated() {
            for other in asOne[..<place] where other.field == group.field {
                guard let shared = group.members.first(where: { other.members.contains($0) }) else { continue }
                problems.error(
                    at: node.location,
                    "\"\(other.name)\" and \"\(group.name)\" both count \"\(shared)\" as one with others; "
                        + "a value can be in one such group only")
            }
        }
        return result
    }

    /// `prior_therapies.ingredient` or a fact of its own.
    private func field(
        _ path: String, at node: YAMLNode, in problems: inout DiagnosticList
    ) -> (name: String, type: FactDeclaration.FactType)? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let fact = parts.first, let declaration = vocabulary[fact] else {
            problems.error(at: node.location, vocabulary.unknownFact(parts.first ?? path))
            return nil
        }
        guard parts.count == 2 else { return (fact, declaration.type) }
        guard case .records(let types) = declaration.type, let type = types[parts[1]] else {
            problems.error(at: node.location, "\(fact) has no field \"\(parts[1])\"")
            return nil
        }
        return (parts[1], type)
    }

    /// `prior_therapies: [{supply: {is: samples}}]`
    private func notCounting(
        _ node: YAMLNode, _ groups: [String: PolicyGroup], in problems: inout DiagnosticList
    ) -> [String: [RecordConditions]] {
        var result: [String: [RecordConditions]] = [:]
        for entry in node.entries(in: &problems) ?? [] {
            guard let declaration = vocabulary[entry.key] else {
                problems.error(at: entry.keyLocation, vocabulary.unknownFact(entry.key))
                continue
            }
            guard case .records(let types) = declaration.type else {
                problems.error(at: entry.keyLocation, "\(entry.key) is no list of records")
                continue
            }
            let reader = RecordTestReader(types: types, vocabulary: vocabulary, groups: groups)
            result[entry.key] = (entry.value.items(in: &problems) ?? []).compactMap { item in
                let conditions = reader.conditions(item, in: &problems)
                if conditions?.isEmpty == true {
                    problems.error(at: item.location, "without a condition no record would count")
                }
                return conditions
            }
        }
        return result
    }

    private func policyID(_ node: YAMLNode, in problems: inout DiagnosticList) -> String? {
        guard let text = node.string(in: &problems) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy(isKey) else {
            problems.error(
                at: node.location, "a policy is called payer/drug, for example bcbs_north_dakota/natalizumab")
            return nil
        }
        return text
    }

    private func product(_ node: YAMLNode, in problems: inout DiagnosticList) -> Policy.Product? {
        guard
            let fields = node.fields(
                required: ["name"], optional: ["drug", "brands", "hcpcs", "class"], in: &problems),
            let name = fields["name"]?.string(in: &problems)
        else { return nil }
        let levels = ["drug", "brands", "hcpcs", "class"].map { fields[$0]?.strings(in: &problems) ?? [] }
        for code in levels[2] where !isHCPCS(code) {
            problems.error(at: node.location, "\"\(code)\" is no HCPCS Level II code such as J2323")
        }
        if levels.allSatisfy(\.isEmpty) {
            problems.error(
                at: node.location, "say what the policy speaks of: a drug, brands, hcpcs codes or a class")
        }
        return Policy.Product(name: name, drugs: levels[0], brands: levels[1], hcpcs: levels[2], classes: levels[3])
    }

    private func isHCPCS(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        return bytes.count == 5 && (65...90).contains(bytes[0]) && bytes[1...].allSatisfy { (48...57).contains($0) }
    }

    private func status(_ fields: YAMLFields, in problems: inout DiagnosticList) -> Policy.Status? {
        guard let node = fields["status"] else { return .current }
        guard let word = node.word(among: ["current", "superseded", "unconfirmed"], in: &problems) else { return nil }
        if word == "current" { return .current }
        guard let note = fields["status_note"]?.string(in: &problems) else {
            problems.error(at: node.location, "say in status_note why the policy is \(word)")
            return nil
        }
        return word == "superseded" ? .superseded(note: note) : .unconfirmed(note: note)
    }

    private func effective(
        _ node: YAMLNode, in problems: inout DiagnosticList
    ) -> (from: CivilDate?, to: CivilDate?)? {
        guard let fields = node.fields(required: ["from"], optional: ["to"], in: &problems), let first = fields["from"]
        else { return nil }
        var from: CivilDate?
        if case .scalar(notOnFile, true) = first.content {
            problems.warning(at: first.location, "the policy's effective date is not on file")
        } else {
            from = first.date(in: &problems)
        }
        let to = fields["to"]?.date(in: &problems)
        if let from, let to, to < from { problems.error(at: node.location, "the policy ends before it begins") }
        return (from, to)
    }

    private func sources(_ node: YAMLNode, in problems: inout DiagnosticList) -> [Policy.Source] {
        guard let entries = node.entries(in: &problems) else { return [] }
        if entries.isEmpty { problems.error(at: node.location, "a policy needs a source") }
        return entries.compactMap { entry in
            guard
                let fields = entry.value.fields(
                    required: ["title", "url", "retrieved", "evidence", "verified"], optional: ["number"], in: &problems
                )
            else { return nil }
            let title = fields["title"]?.string(in: &problems)
            let url = fields["url"]?.string(in: &problems)
            let retrieved = fields["retrieved"]?.date(in: &problems)
            let evidence = fields["evidence"]?
                .word(among: Policy.Evidence.allCases.map(\.rawValue), in: &problems).flatMap(Policy.Evidence.init)
            let isVerified = fields["verified"]?.boolean(in: &problems)
            let number = fields["number"]?.string(in: &problems)
            guard let title, let url, let retrieved, let evidence, let isVerified else { return nil }
            return Policy.Source(
                id: entry.key, title: title, number: number, url: url, retrieved: retrieved, evidence: evidence,
                isVerified: isVerified)
        }
    }

    private func criteriaSets(
        _ fields: YAMLFields, _ reader: inout CriterionReader, in problems: inout DiagnosticList
    ) -> (sets: [CriteriaSet], exclude: [Criterion]) {
        let exclude = (fields["exclude"].flatMap { $0.items(in: &problems) } ?? []).compactMap { reader.criterion($0) }
        guard let entries = fields["criteria"]?.entries(in: &problems) else { return ([], exclude) }
        if entries.isEmpty, let node = fields["criteria"] {
            problems.error(at: node.location, "a policy needs at least one set of criteria, such as rms.initial")
        }
        let phases = CriteriaSet.Phase.allCases.map(\.rawValue)
        var sets: [CriteriaSet] = []
        for entry in entries {
            let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, isKey(parts[0]), let phase = CriteriaSet.Phase(rawValue: parts[1]) else {
                problems.error(
                    at: entry.keyLocation,
                    "a set is called indication.phase, where the phase is one of \(phases.joined(separator: ", "))")
                continue
            }
            guard
                let inner = entry.value.fields(
                    required: ["applies_when", "require"], optional: ["exclude", "limits", "approve"], in: &problems)
            else { continue }
            let appliesWhen = inner["applies_when"].flatMap { reader.criterion($0) }
            let require = inner["require"].flatMap { reader.criterion($0) }
            let own = (inner["exclude"].flatMap { $0.items(in: &problems) } ?? []).compactMap { reader.criterion($0) }
            let limits = (inner["limits"].flatMap { $0.items(in: &problems) } ?? []).compactMap { reader.criterion($0) }
            let approval = inner["approve"].flatMap { self.approval($0, in: &problems) }
            guard let appliesWhen, let require else { continue }
            sets.append(
                CriteriaSet(
                    indication: parts[0], phase: phase, appliesWhen: appliesWhen, require: require,
                    exclude: own + exclude, limits: limits, approval: approval, location: entry.keyLocation,
                    declarations: vocabulary.declarations))
        }
        return (sets, exclude)
    }

    private func approval(_ node: YAMLNode, in problems: inout DiagnosticList) -> CriteriaSet.Approval? {
        guard
            let fields = node.fields(
                optional: ["for", "doses", "units", "at_most", "renewable"], in: &problems)
        else { return nil }
        let duration = fields["for"]?.duration(in: &problems)
        let doses = fields["doses"]?.integer(in: &problems)
        let units = fields["units"]?.integer(in: &problems)
        if ["for", "doses", "units"].allSatisfy({ fields[$0] == nil }) {
            problems.error(at: node.location, "say what is approved: for a span, doses, or units")
        }
        for (name, count) in [("doses", doses), ("units", units)] where (count ?? 1) < 1 {
            problems.error(at: node.location, "\(name) is a number above 0")
        }
        return CriteriaSet.Approval(
            duration: duration, doses: doses, units: units,
            isMaximum: fields["at_most"]?.boolean(in: &problems) ?? false,
            isRenewable: fields["renewable"]?.boolean(in: &problems) ?? true)
    }
}

/// How a file says that a number or date was not found.
let notOnFile = "not_on_file"
