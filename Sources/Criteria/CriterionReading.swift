import Diagnostics
import StrictYAML

/// Reads the tree of a policy file: `all`, `any`, `at_least`, `not`, `use` and leaves.
struct CriterionReader {
    let vocabulary: Vocabulary
    let sources: Set<String>
    /// Named criteria as the file has them, read anew at each use.
    let named: [String: YAMLNode]
    let groups: [String: PolicyGroup]
    /// By fact: records that are as if they were not there.
    let notCounting: [String: [RecordConditions]]
    /// Where other policies can be found; nothing when the file stands alone.
    let library: PolicyLibrary?

    private(set) var problems = DiagnosticList()
    private(set) var used: Set<String> = []
    /// Other policies whose criteria were taken over, by id.
    private(set) var taken: [String: Policy] = [:]
    private var leaves: [String: SourceLocation] = [:]
    private var openNames: [String] = []
    private var nodeCount = 0

    /// The most nodes that one policy may have once its named criteria are put in place.
    static let maximumNodes = 5_000

    init(
        vocabulary: Vocabulary, sources: Set<String>, named: [String: YAMLNode], groups: [String: PolicyGroup] = [:],
        notCounting: [String: [RecordConditions]] = [:], library: PolicyLibrary? = nil
    ) {
        self.vocabulary = vocabulary
        self.sources = sources
        self.named = named
        self.groups = groups
        self.notCounting = notCounting
        self.library = library
    }

    mutating func criterion(_ node: YAMLNode) -> Criterion? {
        guard admit(1, at: node) else { return nil }
        guard let entries = node.entries(in: &problems) else { return nil }
        let kinds = ["all", "any", "at_least", "not", "readings", "use", "fact", "not_on_file"]
        let present = entries.filter { kinds.contains($0.key) }
        guard present.count == 1, let entry = present.first else {
            let found = entries.map(\.key)
            let hint = found.compactMap { nearestMatch(to: $0, among: kinds) }.first.map { "; did you mean \"\($0)\"?" }
            problems.error(
                at: node.location,
                "a criterion has exactly one of \(kinds.joined(separator: ", "))\(present.isEmpty ? hint ?? "" : "")")
            return nil
        }
        switch entry.key {
        case "fact": return leaf(node)
        case "not_on_file": return gap(node)
        case "use": return use(node, entry.value)
        default: return group(node, entry)
        }
    }

    /// Counts nodes. Beyond the most that there may be it says so once and is false; a policy with less than its file says
    /// would give wrong verdicts.
    private mutating func admit(_ more: Int, at node: YAMLNode) -> Bool {
        let wasTooLarge = nodeCount > Self.maximumNodes
        nodeCount += more
        guard nodeCount > Self.maximumNodes else { return true }
        if !wasTooLarge {
            problems.error(at: node.location, "the policy has more than \(Self.maximumNodes) criteria")
        }
        return false
    }

    private mutating func group(_ node: YAMLNode, _ entry: YAMLEntry) -> Criterion? {
        guard let fields = node.fields(required: [entry.key], optional: ["title", "cite"], in: &problems) else {
            return nil
        }
        let title = fields["title"]?.string(in: &problems)
        let cite = fields["cite"].flatMap { citation($0) }
        switch entry.key {
        case "not":
            return criterion(entry.value).map { Criterion(.not($0), title: title, citation: cite, at: node.location) }
        case "readings":
            guard let children = children(entry.value) else { return nil }
            if children.count < 2 {
                problems.error(at: entry.value.location, "readings are two at least; one is no contradiction")
            }
            return Criterion(.readings(children), title: title, citation: cite, at: node.location)
        case "at_least":
            guard let inner = entry.value.fields(required: ["n", "of"], in: &problems) else { return nil }
            let count = inner["n"]?.integer(in: &problems)
            guard let count, let list = inner["of"], let children = children(list) else { return nil }
            if !(1...max(1, children.count)).contains(count) {
                problems.error(at: entry.value.location, "at least \(count) of \(children.count) cannot be")
            }
            return Criterion(.atLeast(count, children), title: title, citation: cite, at: node.location)
        default:
            guard let children = children(entry.value) else { return nil }
            return Criterion(
                entry.key == "all" ? .all(children) : .any(children), title: title, citation: cite, at: node.location)
        }
    }

    private mutating func children(_ node: YAMLNode) -> [Criterion]? {
        guard let items = node.items(in: &problems) else { return nil }
        if items.isEmpty { problems.error(at: node.location, "the list of criteria is empty") }
        return items.compactMap { criterion($0) }
    }

    private mutating func use(_ node: YAMLNode, _ value: YAMLNode) -> Criterion? {
        let title = node.fields(required: ["use"], optional: ["title"], in: &problems)?["title"]?.string(in: &problems)
        if case .mapping = value.content { return take(value, title: title) }
        guard let name = value.word(among: named.keys.sorted(), in: &problems), let target = named[name] else {
            return nil
        }
        guard !openNames.contains(name) else {
            problems.error(
                at: value.location, "\"\(name)\" uses itself: \((openNames + [name]).joined(separator: " → "))")
            return nil
        }
        used.insert(name)
        openNames.append(name)
        defer { openNames.removeLast() }
        guard let criterion = criterion(target) else { return nil }
        return Criterion(
            criterion.kind, title: title ?? criterion.title, citation: criterion.citation, taken: criterion.taken,
            at: criterion.location)
    }

    /// The whole of another policy's set: `{policy: magellan_mrx/infliximab, set: cd.initial}`.
    private mutating func take(_ node: YAMLNode, title: String?) -> Criterion? {
        guard let fields = node.fields(required: ["policy", "set"], in: &problems), let policyNode = fields["policy"],
            let setNode = fields["set"], let id = policyNode.string(in: &problems)
        else { return nil }
        switch library?.lookUp(id) ?? .none(known: []) {
        case .none(let known):
            let hint = nearestMatch(to: id, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: policyNode.location, "no policy \"\(id.prefix(80))\" is on file\(hint)")
        case .several(let files):
            problems.error(
                at: policyNode.location, "several files are called \(id): \(files.joined(separator: ", "))")
        case .circle(let ids):
            problems.error(at: policyNode.location, "policies take each other over: \(ids.joined(separator: " → "))")
        case .broken:
            problems.error(at: policyNode.location, "the policy \(id) has errors of its own; mend them first")
        case .found(let policy):
            guard let name = setNode.word(among: policy.sets.map(\.id), in: &problems),
                let set = policy.sets.first(where: { $0.id == name })
            else { return nil }
            guard admit(set.tree.nodes.count, at: node) else { return nil }
            for other in [policy] + policy.taken { taken[other.id] = other }
            let tree = set.root.taken(from: policy.id, title: title ?? "\(policy.title): \(set.id)", at: node.location)
            for leaf in tree.leaves { claim(leaf.id, of: leaf.location, at: node) }
            return Criterion(
                tree.kind, title: tree.title, citation: tree.citation,
                taken: TakenSet(policy: policy.id, set: set.id), at: node.location)
        }
        return nil
    }

    private mutating func leaf(_ node: YAMLNode) -> Criterion? {
        guard
            let fields = node.fields(
                required: ["id", "title", "cite", "fact", "test"], optional: ["not_older_than", "proof"], in: &problems)
        else { return nil }
        let head = head(fields)
        let notOlderThan = fields["not_older_than"]?.duration(in: &problems)
        guard let factNode = fields["fact"], let key = factNode.string(in: &problems) else { return nil }
        guard let declaration = vocabulary[key] else {
            problems.error(at: factNode.location, vocabulary.unknownFact(key))
            return nil
        }
        let reader = LeafTestReader(type: declaration.type, vocabulary: vocabulary, groups: groups, fact: key)
        let test = fields["test"].flatMap { reader.test($0, in: &problems) }
        let proof = fields["proof"].flatMap { self.proof($0) } ?? []
        guard let head, let test else { return nil }
        let leaf = Leaf(
            id: head.id, title: head.title, citation: head.citation, fact: key, test: test.leaving(notCounting[key]),
            notOlderThan: notOlderThan, acceptedFor: declaration.validFor, proof: proof, location: node.location)
        return Criterion(.leaf(leaf), title: head.title, at: node.location)
    }

    private mutating func proof(_ node: YAMLNode) -> [Fact.Proof]? {
        var items = [node]
        if case .sequence(let listed) = node.content { items = listed }
        if items.isEmpty { problems.error(at: node.location, "name at least one kind of proof") }
        return items.compactMap {
            $0.word(among: Fact.Proof.allCases.map(\.rawValue), in: &problems).flatMap(Fact.Proof.init)
        }
    }

    private mutating func gap(_ node: YAMLNode) -> Criterion? {
        guard let fields = node.fields(required: ["id", "title", "cite", "not_on_file"], in: &problems) else {
            return nil
        }
        guard let head = head(fields), let reason = fields["not_on_file"]?.string(in: &problems) else { return nil }
        let leaf = Leaf(
            id: head.id, title: head.title, citation: head.citation, fact: nil, test: .notOnFile(reason: reason),
            location: node.location)
        return Criterion(.leaf(leaf), title: head.title, at: node.location)
    }

    private mutating func head(_ fields: YAMLFields) -> (id: String, title: String, citation: Citation)? {
        let title = fields["title"]?.string(in: &problems)
        let citation = fields["cite"].flatMap { self.citation($0) }
        guard let node = fields["id"], let id = node.string(in: &problems) else { return nil }
        if !id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }) {
            problems.error(at: node.location, "an id has lower-case letters, digits and - only")
        }
        claim(id, of: node.location, at: node)
        guard let title, let citation else { return nil }
        return (id, title, citation)
    }

    /// Leaves of one id are one leaf with one outcome, so two that stand in different places may not share it; nor may one
    /// of this policy and one that is taken over.
    private mutating func claim(_ id: String, of location: SourceLocation, at node: YAMLNode) {
        if let first = leaves[id], first != location {
            let place = first.file == node.location.file ? "line \(first.line)" : first.description
            problems.error(
                at: node.location,
                "the id \"\(id)\" stands already in \(place); put a shared criterion under \"named\" and \"use\" it")
        }
        leaves[id] = location
    }

    /// `policy-page MS, second point`: the source's id, then the place in it.
    mutating func citation(_ node: YAMLNode) -> Citation? {
        guard let text = node.string(in: &problems) else { return nil }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let source = parts.first.map(String.init) else { return nil }
        guard sources.contains(source) else {
            let hint = nearestMatch(to: source, among: sources).map { "; did you mean \"\($0)\"?" }
            let known = sources.sorted().joined(separator: ", ")
            problems.error(
                at: node.location, "no source is called \"\(source)\"\(hint ?? "; sources: \(known)")")
            return nil
        }
        return Citation(source: source, place: parts.count == 2 ? String(parts[1]) : "")
    }
}

extension LeafTest {
    /// The test with the records that do not count left out.
    fileprivate func leaving(_ notCounting: [RecordConditions]?) -> LeafTest {
        guard case .records(let test) = self, let notCounting else { return self }
        return .records(
            RecordTest(
                quantifier: test.quantifier, conditions: test.conditions, notCounting: notCounting,
                countedAsOne: test.countedAsOne))
    }
}

extension Criterion {
    /// The tree with its leaves marked as another policy's.
    fileprivate func taken(from policy: String, title: String?, at location: SourceLocation) -> Criterion {
        let mark = policy.map { $0 == "/" || $0 == "_" ? "-" : String($0) }.joined()
        func inner(_ node: Criterion) -> Criterion { node.taken(from: policy, title: node.title, at: node.location) }
        let kind: Kind
        switch self.kind {
        case .all(let children): kind = .all(children.map(inner))
        case .any(let children): kind = .any(children.map(inner))
        case .readings(let children): kind = .readings(children.map(inner))
        case .atLeast(let count, let children): kind = .atLeast(count, children.map(inner))
        case .not(let child): kind = .not(inner(child))
        case .leaf(let leaf):
            kind = .leaf(
                Leaf(
                    id: "\(mark)-\(leaf.id)", title: leaf.title, citation: leaf.citation.taken(from: policy),
                    fact: leaf.fact, test: leaf.test, notOlderThan: leaf.notOlderThan, acceptedFor: leaf.acceptedFor,
                    proof: leaf.proof, location: leaf.location, isTaken: true))
        }
        return Criterion(kind, title: title, citation: citation?.taken(from: policy), at: location)
    }
}

extension Citation {
    fileprivate func taken(from policy: String) -> Citation {
        Citation(source: source.contains("/") ? source : "\(policy) \(source)", place: place)
    }
}
