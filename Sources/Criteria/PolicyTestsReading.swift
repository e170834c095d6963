import CivilTime
import Diagnostics
import StrictYAML

/// Reads the `tests` of a policy file.
struct PolicyTestsReader {
    let vocabulary: Vocabulary
    let sets: [CriteriaSet]
    /// Every set that the file names, also those that could not be read.
    let setNames: [String]

    /// What an example expects of a policy that holds for other members.
    private static let notTheirs = "not_theirs"

    func tests(_ node: YAMLNode, in problems: inout DiagnosticList) -> PolicyTests? {
        guard let fields = node.fields(required: ["as_of", "cases"], optional: ["patients"], in: &problems) else {
            return nil
        }
        guard let asOf = fields["as_of"]?.date(in: &problems) else { return nil }
        var patients: [String: Facts] = [:]
        for entry in fields["patients"].flatMap({ $0.entries(in: &problems) }) ?? [] {
            patients[entry.key] = facts(entry.value, asOf: asOf, in: &problems)
        }
        guard let items = fields["cases"]?.items(in: &problems) else { return nil }
        if items.isEmpty { problems.error(at: node.location, "a policy needs at least one example") }
        return PolicyTests(cases: items.compactMap { example($0, patients, asOf: asOf, in: &problems) })
    }

    private func example(
        _ node: YAMLNode, _ patients: [String: Facts], asOf: CivilDate, in problems: inout DiagnosticList
    ) -> PolicyTests.Case? {
        guard
            let fields = node.fields(
                required: ["title", "set", "expect"],
                optional: ["patient", "facts", "without", "as_of", "decisive", "missing", "missing_sets"], in: &problems
            )
        else { return nil }
        let title = fields["title"]?.string(in: &problems)
        let set = fields["set"]?.word(among: setNames, in: &problems)
        let expected = fields["expect"]?.word(
            among: Verdict.allCases.map(\.rawValue) + [Self.notTheirs], in: &problems)
        let day = fields["as_of"]?.date(in: &problems) ?? asOf
        var recorded: Facts = [:]
        if let node = fields["patient"], let name = node.word(among: patients.keys.sorted(), in: &problems) {
            recorded = patients[name] ?? [:]
        }
        if let own = fields["facts"] {
            recorded.merge(facts(own, asOf: day, in: &problems)) { _, new in new }
        }
        for absent in fields["without"].flatMap({ factKeys($0, in: &problems) }) ?? [] {
            if recorded.removeValue(forKey: absent) == nil, let without = fields["without"] {
                problems.error(at: without.location, "the example has no fact \"\(absent)\" to leave out")
            }
        }
        let decisive = fields["decisive"].flatMap { leafIDs($0, set: set, in: &problems) }
        let missing = fields["missing"].flatMap { factKeys($0, in: &problems) }
        let missingSets = fields["missing_sets"].flatMap { $0.items(in: &problems) }?
            .compactMap { factKeys($0, in: &problems) }
        guard let title, let set, let expected else { return nil }
        return PolicyTests.Case(
            title: title, criteriaSet: set, facts: recorded, asOf: day, expected: Verdict(rawValue: expected),
            decisive: decisive,
            missing: missing, missingSets: missingSets, location: node.location)
    }

    private func facts(_ node: YAMLNode, asOf: CivilDate, in problems: inout DiagnosticList) -> Facts {
        var result: Facts = [:]
        for entry in node.entries(in: &problems) ?? [] {
            guard let declaration = vocabulary[entry.key] else {
                problems.error(at: entry.keyLocation, vocabulary.unknownFact(entry.key))
                continue
            }
            result[entry.key] = fact(entry.value, declaration, asOf: asOf, in: &problems)
        }
        return result
    }

    /// `true`, or `{value: true, observed: 2026-01-02}`, `{requested: true}`, `{conflicting: [rrms, ppms]}`.
    private func fact(
        _ node: YAMLNode, _ declaration: FactDeclaration, asOf: CivilDate, in problems: inout DiagnosticList
    ) -> Fact? {
        let special = ["value", "requested", "conflicting"]
        guard case .mapping(let entries) = node.content, entries.contains(where: { special.contains($0.key) }) else {
            return vocabulary.value(node, declaration, in: &problems).map { Fact(.known($0), observedOn: asOf) }
        }
        guard let fields = node.fields(optional: special + ["observed", "proof"], in: &problems) else { return nil }
        if special.count(where: { fields[$0] != nil }) > 1 {
            problems.error(at: node.location, "a fact is one of \(special.joined(separator: ", "))")
        }
        if let node = fields["conflicting"] {
            let values = (node.items(in: &problems) ?? []).compactMap {
                vocabulary.value($0, declaration, in: &problems)
            }
            return Fact(.conflicting(values))
        }
        if let requested = fields["requested"], requested.boolean(in: &problems) == false {
            problems.error(at: requested.location, "write {requested: true}, or leave the fact out")
        }
        guard let value = fields["value"] else { return Fact(.requested) }
        let observed = fields["observed"]?.date(in: &problems) ?? asOf
        let proof = fields["proof"]?.word(among: Fact.Proof.allCases.map(\.rawValue), in: &problems)
            .flatMap(Fact.Proof.init)
        return vocabulary.value(value, declaration, in: &problems)
            .map { Fact(.known($0), observedOn: observed, proof: proof) }
    }

    private func factKeys(_ node: YAMLNode, in problems: inout DiagnosticList) -> [String]? {
        guard let keys = node.strings(in: &problems) else { return nil }
        for key in keys where vocabulary[key] == nil {
            problems.error(at: node.location, vocabulary.unknownFact(key))
        }
        return keys
    }

    private func leafIDs(_ node: YAMLNode, set: String?, in problems: inout DiagnosticList) -> [String]? {
        guard let ids = node.strings(in: &problems) else { return nil }
        guard let criteria = sets.first(where: { $0.id == set }) else { return ids }
        let known = Set(criteria.root.leaves.map(\.id))
        for id in ids where !known.contains(id) {
            let hint = nearestMatch(to: id, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: node.location, "\(criteria.id) has no criterion \"\(id)\"\(hint)")
        }
        return ids
    }
}
