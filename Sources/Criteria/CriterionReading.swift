import Diagnostics
import StrictYAML

/// Reads the tree of a policy file: `all`, `any`, `at_least`, `not`, `use` and leaves.
struct CriterionReader {
    let vocabulary: Vocabulary
    let sources: Set<String>
    /// Named criteria as the file has them, read anew at each use.
    let named: [String: YAMLNode]

    private(set) var problems = DiagnosticList()
    private(set) var used: Set<String> = []
    private var leaves: [String: SourceLocation] = [:]
    private var openNames: [String] = []
    private var nodeCount = 0

    /// The most nodes that one policy may have once its named criteria are put in place.
    static let maximumNodes = 5_000

    init(vocabulary: Vocabulary, sources: Set<String>, named: [String: YAMLNode]) {
        self.vocabulary = vocabulary
        self.sources = sources
        self.named = named
    }

    mutating func criterion(_ node: YAMLNode) -> Criterion? {
        nodeCount += 1
        guard nodeCount <= Self.maximumNodes else {
            if nodeCount == Self.maximumNodes + 1 {
                problems.error(at: node.location, "the policy has more than \(Self.maximumNodes) criteria")
            }
            return nil
        }
        guard let entries = node.entries(in: &problems) else { return nil }
        let kinds = ["all", "any", "at_least", "not", "use", "fact", "not_on_file"]
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

    private mutating func group(_ node: YAMLNode, _ entry: YAMLEntry) -> Criterion? {
        guard let fields = node.fields(required: [entry.key], optional: ["title"], in: &problems) else { return nil }
        let title = fields["title"]?.string(in: &problems)
        switch entry.key {
        case "not":
            return criterion(entry.value).map { Criterion(.not($0), title: title, at: node.location) }
        case "at_least":
            guard let inner = entry.value.fields(required: ["n", "of"], in: &problems) else { return nil }
            let count = inner["n"]?.integer(in: &problems)
            guard let count, let list = inner["of"], let children = children(list) else { return nil }
            if !(1...max(1, children.count)).contains(count) {
                problems.error(at: entry.value.location, "at least \(count) of \(children.count) cannot be")
            }
            return Criterion(.atLeast(count, children), title: title, at: node.location)
        default:
            guard let children = children(entry.value) else { return nil }
            return Criterion(entry.key == "all" ? .all(children) : .any(children), title: title, at: node.location)
        }
    }

    private mutating func children(_ node: YAMLNode) -> [Criterion]? {
        guard let items = node.items(in: &problems) else { return nil }
        if items.isEmpty { problems.error(at: node.location, "the list of criteria is empty") }
        return items.compactMap { criterion($0) }
    }

    private mutating func use(_ node: YAMLNode, _ value: YAMLNode) -> Criterion? {
        let title = node.fields(required: ["use"], optional: ["title"], in: &problems)?["title"]?.string(in: &problems)
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
        return Criterion(criterion.kind, title: title ?? criterion.title, at: criterion.location)
    }

    private mutating func leaf(_ node: YAMLNode) -> Criterion? {
        guard
            let fields = node.fields(
                required: ["id", "title", "cite", "fact", "test"], optional: ["not_older_than"], in: &problems)
        else { return nil }
        let head = head(fields)
        let notOlderThan = fields["not_older_than"]?.duration(in: &problems)
        guard let factNode = fields["fact"], let key = factNode.string(in: &problems) else { return nil }
        guard let declaration = vocabulary[key] else {
            problems.error(at: factNode.location, vocabulary.unknownFact(key))
            return nil
        }
        let test = fields["test"].flatMap { LeafTestReader(type: declaration.type).test($0, in: &problems) }
        guard let head, let test else { return nil }
        let leaf = Leaf(
            id: head.id, title: head.title, citation: head.citation, fact: key, test: test, notOlderThan: notOlderThan,
            location: node.location)
        return Criterion(.leaf(leaf), title: head.title, at: node.location)
    }

    private mutating func gap(_ node: YAMLNode) -> Criterion? {
        guard let fields = node.fields(required: ["id", "title", "cite", "not_on_file"], in: &problems) else {
            return nil
        }
        guard let head = head(fields), let reason = fields["not_on_file"]?.string(in: &problems) else { return nil }
        let leaf = Leaf(
            id: head.id, title: head.title, citation: head.citation, fact: nil, test: .notOnFile(reason: reason),
            notOlderThan: nil, location: node.location)
        return Criterion(.leaf(leaf), title: head.title, at: node.location)
    }

    private mutating func head(_ fields: YAMLFields) -> (id: String, title: String, citation: Citation)? {
        let title = fields["title"]?.string(in: &problems)
        let citation = fields["cite"].flatMap { self.citation($0) }
        guard let node = fields["id"], let id = node.string(in: &problems) else { return nil }
        if !id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }) {
            problems.error(at: node.location, "an id has lower-case letters, digits and - only")
        }
        if let first = leaves[id], first != node.location {
            problems.error(
                at: node.location,
                "the id \"\(id)\" stands already in line \(first.line); put a shared criterion under "
                    + "\"named\" and \"use\" it")
        }
        leaves[id] = node.location
        guard let title, let citation else { return nil }
        return (id, title, citation)
    }

    /// `policy-page MS, second point`: the source's id, then the place in it.
    private mutating func citation(_ node: YAMLNode) -> Citation? {
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
