public import Diagnostics
import Yams

/// Reads a YAML file strictly: one document, UTF-8, no anchors or aliases, no tags, no key twice, bounded in size and
/// depth. Everything else that can go wrong is said with file, line and column.
public enum YAMLDocument {
    /// The most bytes that a file may have.
    public static let maximumBytes = 4 << 20
    /// How deep lists and mappings may stand in each other.
    public static let maximumDepth = 64

    /// - Parameters:
    ///   - bytes: the file's content; a UTF-8 byte order mark is accepted and skipped.
    ///   - file: the name for messages.
    /// - Throws: `InvalidSource`.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> YAMLNode {
        var content = Array(bytes)
        let start = SourceLocation(file: file, line: 1, column: 1)
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
        guard content.count <= maximumBytes else {
            throw InvalidSource(at: start, "the file has \(content.count) bytes; at most \(maximumBytes) are read")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw InvalidSource(at: firstInvalidUTF8(in: content, file: file), "not UTF-8; save the file as UTF-8")
        }
        try refuseAliases(in: text, file: file)
        try refuseDeepNesting(in: text, file: file)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch let error as YamlError {
            throw InvalidSource(diagnostics: [translate(error, file: file)])
        } catch {
            throw InvalidSource(at: start, "not YAML: \(error)")
        }
        guard let root else { throw InvalidSource(at: start, "the file is empty") }
        return try convert(root, file: file, depth: 0)
    }

    private static func convert(_ node: Node, file: String, depth: Int) throws(InvalidSource) -> YAMLNode {
        let location = SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        guard depth < maximumDepth else {
            throw InvalidSource(at: location, "lists and mappings stand more than \(maximumDepth) deep")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return YAMLNode(content: .scalar(scalar.string, isPlain: isPlain), location: location)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence { items.append(try convert(item, file: file, depth: depth + 1)) }
            return YAMLNode(content: .sequence(items), location: location)
        case .mapping(let mapping):
            var entries: [YAMLEntry] = []
            for (key, value) in mapping {
                let keyLocation = SourceLocation(
                    file: file, line: key.mark?.line ?? location.line, column: key.mark?.column ?? location.column)
                guard case .scalar(let name) = key else {
                    throw InvalidSource(at: keyLocation, "a key must be a word, not a list or a mapping")
                }
                if name.string == "<<" { throw InvalidSource(at: keyLocation, "merge keys (<<) are not accepted") }
                entries.append(
                    YAMLEntry(
                        key: name.string, keyLocation: keyLocation,
                        value: try convert(value, file: file, depth: depth + 1)))
            }
            return YAMLNode(content: .mapping(entries), location: location)
        case .alias:
            throw InvalidSource(at: location, "aliases (*name) are not accepted; write the value out")
        }
    }

    private static func translate(_ error: YamlError, file: String) -> Diagnostic {
        func at(_ mark: Mark?) -> SourceLocation {
            SourceLocation(file: file, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Diagnostic(.error, at: at(mark), "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            return Diagnostic(.error, at: at(context.mark), "the key \(names) stands twice in one mapping")
        default:
            return Diagnostic(.error, at: at(nil), "not YAML: \(String(describing: error).prefix(200))")
        }
    }

    private static func firstInvalidUTF8(in bytes: [UInt8], file: String) -> SourceLocation {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var line = 1
        var column = 1
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue("\n"): (line, column) = (line + 1, 1)
            case .scalarValue: column += 1
            case .emptyInput, .error: return SourceLocation(file: file, line: line, column: column)
            }
        }
    }
}
