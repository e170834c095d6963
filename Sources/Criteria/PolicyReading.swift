import CivilTime
public import Diagnostics
import StrictYAML

extension Policy {
    /// Reads and checks a policy file.
    /// - Throws: `InvalidSource` with everything that is wrong in it. What is merely doubtful is in `warnings`.
    public static func parse(
        _ bytes: some Sequence<UInt8>, file: String, vocabulary: Vocabulary
    ) throws(InvalidSource) -> Policy {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let policy = PolicyReader(vocabulary: vocabulary).policy(root, in: &problems)
        try problems.throwIfErrors()
        guard let policy else { throw InvalidSource(at: root.location, "no policy could be read") }
        return policy
    }
}

struct PolicyReader {
    let vocabulary: Vocabulary

    func policy(_ root: YAMLNode, in problems: inout DiagnosticList) -> Policy? {
        guard
            let fields = root.fields(
                required: [
                    "policy", "title", "product", "number", "version", "effective", "governed_by", "last_checked",
                    "review_by", "sources", "criteria", "tests",
                ], optional: ["status", "status_note", "named", "exclude", "notes"], in: &problems)
        else { return nil }
        let id = fields["policy"].flatMap { policyID($0, in: &problems) }
        let title = fields["title"]?.string(in: &problems)
        let product = fields["product"].flatMap { self.product($0, in: &problems) }
        let number = fields["number"]?.string(in: &problems)
        let version = fields["version"]?.integer(in: &problems)
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
        var reader = CriterionReader(
            vocabulary: vocabulary, sources: Set(sources.map(\.id)),
            named: Dictionary(namedEntries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
        let sets = criteriaSets(fields, &reader, in: &problems)
        problems.append(contentsOf: reader.problems)
        for entry in namedEntries where !reader.used.contains(entry.key) {
            problems.warning(at: entry.keyLocation, "no criterion uses \"\(entry.key)\"")
        }
        var ignored = DiagnosticList()
        let setNames = (fields["criteria"]?.entries(in: &ignored) ?? []).map(\.key)
        let testsReader = PolicyTestsReader(vocabulary: vocabulary, sets: sets, setNames: setNames)
        let tests = fields["tests"].flatMap { testsReader.tests($0, in: &problems) }

        guard let id, let title, let product, let number, let version, let status, let effective, let governedBy,
            let lastChecked, let reviewBy, let tests
        else { return nil }
        let keys = Set(sets.flatMap { $0.root.leaves.compactMap(\.fact) })
        return Policy(
            id: id, title: title, product: product, number: number == notOnFile ? nil : number, version: version,
            status: status, effectiveFrom: effective.from, effectiveTo: effective.to, governedBy: governedBy,
            lastChecked: lastChecked, reviewBy: reviewBy, sources: sources, sets: sets, notes: notes, tests: tests,
            warnings: problems.sorted.filter { $0.severity == .warning }, location: root.location,
            declarations: vocabulary.declarations.filter { keys.contains($0.key) })
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
        guard let fields = node.fields(required: ["drug", "name", "hcpcs"], in: &problems) else { return nil }
        let drug = fields["drug"]?.string(in: &problems)
        let name = fields["name"]?.string(in: &problems)
        let hcpcs = fields["hcpcs"]?.strings(in: &problems)
        for code in hcpcs ?? [] where !isHCPCS(code) {
            problems.error(at: node.location, "\"\(code)\" is no HCPCS Level II code such as J2323")
        }
        guard let drug, let name, let hcpcs else { return nil }
        return Policy.Product(drug: drug, name: name, hcpcs: hcpcs)
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
    ) -> [CriteriaSet] {
        let exclude = (fields["exclude"].flatMap { $0.items(in: &problems) } ?? []).compactMap { reader.criterion($0) }
        guard let entries = fields["criteria"]?.entries(in: &problems) else { return [] }
        if entries.isEmpty, let node = fields["criteria"] {
            problems.error(at: node.location, "a policy needs at least one set of criteria, such as rms.initial")
        }
        var sets: [CriteriaSet] = []
        for entry in entries {
            let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, isKey(parts[0]), let phase = CriteriaSet.Phase(rawValue: parts[1]) else {
                problems.error(
                    at: entry.keyLocation, "a set is called indication.initial or indication.continuation")
                continue
            }
            guard
                let inner = entry.value.fields(
                    required: ["applies_when", "require"], optional: ["exclude", "approve"], in: &problems)
            else { continue }
            let appliesWhen = inner["applies_when"].flatMap { reader.criterion($0) }
            let require = inner["require"].flatMap { reader.criterion($0) }
            let own = (inner["exclude"].flatMap { $0.items(in: &problems) } ?? []).compactMap { reader.criterion($0) }
            let approval = inner["approve"].flatMap { self.approval($0, in: &problems) }
            guard let appliesWhen, let require else { continue }
            sets.append(
                CriteriaSet(
                    indication: parts[0], phase: phase, appliesWhen: appliesWhen, require: require,
                    exclude: own + exclude, approval: approval, location: entry.keyLocation))
        }
        return sets
    }

    private func approval(_ node: YAMLNode, in problems: inout DiagnosticList) -> CriteriaSet.Approval? {
        guard let fields = node.fields(required: ["for"], optional: ["at_most"], in: &problems),
            let duration = fields["for"]?.duration(in: &problems)
        else { return nil }
        return CriteriaSet.Approval(
            duration: duration, isMaximum: fields["at_most"]?.boolean(in: &problems) ?? false)
    }
}

/// How a file says that a number or date was not found.
let notOnFile = "not_on_file"
