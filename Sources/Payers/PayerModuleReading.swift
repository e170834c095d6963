import CivilTime
public import Criteria
public import Diagnostics
import StrictYAML

extension PayerModule {
    /// Reads the files of one payer's folder.
    /// - Parameter files: `payer.yaml` and the policies; other files are passed over with a warning.
    /// - Parameter library: the policy files of all payers, for policies that take over another payer's criteria.
    /// - Throws: `InvalidSource` with everything that is wrong in all of them.
    public static func load(
        _ files: [PayerFile], vocabulary: Vocabulary, library: PolicyLibrary? = nil
    ) throws(InvalidSource) -> PayerModule {
        var problems = DiagnosticList()
        let library = library ?? PolicyLibrary(files.policies, vocabulary: vocabulary)
        let module = read(files, library, in: &problems)
        try problems.throwIfErrors()
        guard let module else {
            throw InvalidSource(at: place(files), "no payer could be read")
        }
        return module
    }

    private static func place(_ files: [PayerFile]) -> SourceLocation {
        SourceLocation(file: files.first?.path ?? "payer.yaml", line: 1, column: 1)
    }

    private static func read(
        _ files: [PayerFile], _ library: PolicyLibrary, in problems: inout DiagnosticList
    ) -> PayerModule? {
        var policies: [Policy] = []
        var payerRoot: YAMLNode?
        for file in files.sorted(by: { $0.path < $1.path }) where !file.isImportMapping {
            guard file.name.hasSuffix(".yaml") else {
                problems.warning(
                    at: SourceLocation(file: file.path, line: 1, column: 1), "not a .yaml file; it is not read")
                continue
            }
            do {
                if file.name == "payer.yaml" {
                    payerRoot = try YAMLDocument.parse(file.bytes, file: file.path)
                } else {
                    let policy = try library.policy(at: file.path)
                    problems.append(contentsOf: policy.treeFindings())
                    policies.append(policy)
                }
            } catch {
                problems.append(contentsOf: error.diagnostics)
            }
        }
        guard let payerRoot else {
            if !problems.hasErrors { problems.error(at: place(files), "the folder has no payer.yaml") }
            return nil
        }
        let folder = files.first { $0.name == "payer.yaml" }?.folder
        return PayerFileReader(folder: folder, policies: policies).module(payerRoot, in: &problems)
    }
}

/// Reads `payer.yaml`.
private struct PayerFileReader {
    let folder: String?
    let policies: [Policy]

    func module(_ root: YAMLNode, in problems: inout DiagnosticList) -> PayerModule? {
        guard
            let fields = root.fields(
                required: ["payer", "time_zone", "calendar", "deliver_by", "channels"],
                optional: ["edi", "clocks", "documents", "rules", "delegates"], in: &problems)
        else { return nil }
        let head = fields["payer"].flatMap { $0.fields(required: ["id", "name"], optional: ["parent"], in: &problems) }
        let id = head?["id"]?.string(in: &problems)
        let name = head?["name"]?.string(in: &problems)
        if let id, let folder, id != folder, let node = head?["id"] {
            problems.error(
                at: node.location, "the payer \"\(id)\" lies in the folder \"\(folder)\"; the names must agree")
        }
        let timeZone = fields["time_zone"]?.string(in: &problems)
        if let timeZone, let node = fields["time_zone"], !timeZone.contains("/") {
            problems.error(at: node.location, "expected a zone such as America/Chicago, found \"\(timeZone)\"")
        }
        let calendar = fields["calendar"]?.string(in: &problems)
        let kinds = PayerModule.Channel.Kind.allCases.map(\.rawValue)
        let delivery = fields["deliver_by"]?.word(among: kinds, in: &problems)
            .flatMap(PayerModule.Channel.Kind.init)
        let channels = rows(fields["channels"], in: &problems) { channel($0, kinds, in: &$1) }
        if let delivery, let node = fields["deliver_by"], !channels.contains(where: { $0.kind == delivery }) {
            problems.error(
                at: node.location, "deliver_by names \"\(delivery.rawValue)\", which is not among the channels")
        }
        let edi = rows(fields["edi"], in: &problems) { ediIdentifier($0, in: &$1) }
        let documents = rows(fields["documents"], in: &problems) { note($0, in: &$1) }
        let rules = rows(fields["rules"], in: &problems) { note($0, in: &$1) }
        let delegates = rows(fields["delegates"], in: &problems) { delegate($0, in: &$1) }
        guard let id, let name, let timeZone, let calendar, let delivery else { return nil }
        checkPolicies(of: id, in: &problems)
        let clocks = fields["clocks"].map { ClockTable.read($0, origin: .payer(id), in: &problems) }
        return PayerModule(
            id: id, name: name, parent: head?["parent"]?.string(in: &problems), ediIDs: edi, timeZone: timeZone,
            calendar: calendar, delivery: delivery, channels: channels, clocks: clocks ?? ClockTable(rules: []),
            documents: documents, rules: rules, delegates: delegates, policies: policies, location: root.location,
            warnings: problems.sorted.filter { $0.severity == .warning } + policies.flatMap(\.warnings))
    }

    private func checkPolicies(of payer: String, in problems: inout DiagnosticList) {
        for (index, policy) in policies.enumerated() {
            if policy.payer != payer {
                problems.error(
                    at: policy.location,
                    "the policy \(policy.id) lies in the folder of \"\(payer)\"; move it or mend it")
            }
            // Files for different members may hold on the same days.
            for other in policies[..<index]
            where other.id == policy.id && other.members == nil && policy.members == nil && overlap(other, policy) {
                problems.warning(
                    at: policy.location,
                    "\(policy.id) holds on days on which another file of it holds (\(other.location.file)); "
                        + "on those days the answer is ambiguous")
            }
        }
        for versions in Dictionary(grouping: policies.filter { $0.members == nil }, by: \.id).values {
            let dated = versions.filter { $0.effectiveFrom != nil }
                .sorted { ($0.effectiveFrom ?? $0.lastChecked) < ($1.effectiveFrom ?? $1.lastChecked) }
            for (earlier, later) in zip(dated, dated.dropFirst()) {
                guard let end = earlier.effectiveTo, let start = later.effectiveFrom, end.adding(days: 1) < start else {
                    continue
                }
                problems.warning(
                    at: later.location,
                    "between \(end) (\(earlier.location.file)) and \(start) no version of \(later.id) holds")
            }
        }
    }

    private func overlap(_ left: Policy, _ right: Policy) -> Bool {
        let endsBefore = { (first: Policy, second: Policy) -> Bool in
            guard let to = first.effectiveTo, let from = second.effectiveFrom else { return false }
            return to < from
        }
        return !endsBefore(left, right) && !endsBefore(right, left)
    }

    private func rows<Row>(
        _ list: YAMLNode?, in problems: inout DiagnosticList, read: (YAMLNode, inout DiagnosticList) -> Row?
    ) -> [Row] {
        guard let items = list.flatMap({ $0.items(in: &problems) }) else { return [] }
        return items.compactMap { read($0, &problems) }
    }

    private func channel(
        _ node: YAMLNode, _ kinds: [String], in problems: inout DiagnosticList
    ) -> PayerModule.Channel? {
        guard
            let fields = node.fields(
                required: ["kind", "name", "source", "verified"], optional: ["reach", "note"], in: &problems)
        else { return nil }
        let kind = fields["kind"]?.word(among: kinds, in: &problems).flatMap(PayerModule.Channel.Kind.init)
        let name = fields["name"]?.string(in: &problems)
        let source = fields["source"]?.string(in: &problems)
        let isVerified = fields["verified"]?.boolean(in: &problems)
        let reach = fields["reach"]?.string(in: &problems)
        let note = fields["note"]?.string(in: &problems)
        guard let kind, let name, let source, let isVerified else { return nil }
        return PayerModule.Channel(
            kind: kind, name: name, reach: reach, note: note, source: source, isVerified: isVerified)
    }

    private func ediIdentifier(
        _ node: YAMLNode, in problems: inout DiagnosticList
    ) -> PayerModule.EDIIdentifier? {
        guard let fields = node.fields(required: ["id", "use", "source", "verified"], in: &problems) else { return nil }
        let id = fields["id"]?.string(in: &problems)
        let use = fields["use"]?.string(in: &problems)
        let source = fields["source"]?.string(in: &problems)
        let isVerified = fields["verified"]?.boolean(in: &problems)
        guard let id, let use, let source, let isVerified else { return nil }
        return PayerModule.EDIIdentifier(id: id, use: use, source: source, isVerified: isVerified)
    }

    private func delegate(_ node: YAMLNode, in problems: inout DiagnosticList) -> PayerModule.Delegate? {
        guard
            let fields = node.fields(
                required: ["payer", "drugs", "source", "verified"], optional: ["note"], in: &problems)
        else { return nil }
        let payer = fields["payer"]?.string(in: &problems)
        let drugs = fields["drugs"]?.strings(in: &problems)
        let source = fields["source"]?.string(in: &problems)
        let isVerified = fields["verified"]?.boolean(in: &problems)
        let note = fields["note"]?.string(in: &problems)
        guard let payer, let drugs, let source, let isVerified else { return nil }
        return PayerModule.Delegate(
            payer: payer, drugs: drugs, note: note, source: source, isVerified: isVerified, location: node.location)
    }

    private func note(_ node: YAMLNode, in problems: inout DiagnosticList) -> PayerModule.CitedNote? {
        guard let fields = node.fields(required: ["topic", "text", "source", "verified"], in: &problems) else {
            return nil
        }
        let topic = fields["topic"]?.string(in: &problems)
        let text = fields["text"]?.string(in: &problems)
        let source = fields["source"]?.string(in: &problems)
        let isVerified = fields["verified"]?.boolean(in: &problems)
        guard let topic, let text, let source, let isVerified else { return nil }
        return PayerModule.CitedNote(topic: topic, text: text, source: source, isVerified: isVerified)
    }
}
