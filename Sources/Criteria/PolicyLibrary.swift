public import Diagnostics
import StrictYAML

/// The policy files of an installation, each read once; a policy may take over another's criteria.
public final class PolicyLibrary {
    private let vocabulary: Vocabulary
    private let roots: [String: Result<YAMLNode, InvalidSource>]
    private let paths: [String: [String]]
    private var policies: [String: Result<Policy, InvalidSource>] = [:]
    /// The files that are being read, the outermost first.
    private var open: [(path: String, id: String)] = []

    /// - Parameter files: every policy file's path and bytes.
    public init(_ files: [(path: String, bytes: [UInt8])], vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        var roots: [String: Result<YAMLNode, InvalidSource>] = [:]
        var paths: [String: [String]] = [:]
        for file in files.sorted(by: { $0.path < $1.path }) {
            do {
                let root = try YAMLDocument.parse(file.bytes, file: file.path)
                roots[file.path] = .success(root)
                if let id = policyID(root) { paths[id, default: []].append(file.path) }
            } catch {
                roots[file.path] = .failure(error)
            }
        }
        self.roots = roots
        self.paths = paths
    }

    /// Reads one of the files.
    /// - Throws: `InvalidSource` with everything that is wrong in it.
    public func policy(at path: String) throws(InvalidSource) -> Policy {
        if let known = policies[path] { return try known.get() }
        guard let root = roots[path] else {
            throw InvalidSource(at: SourceLocation(file: path, line: 1, column: 1), "there is no such policy file")
        }
        let result: Result<Policy, InvalidSource>
        do {
            let node = try root.get()
            open.append((path, policyID(node) ?? path))
            defer { open.removeLast() }
            result = .success(try Policy.read(node, vocabulary: vocabulary, library: self))
        } catch {
            result = .failure(error)
        }
        policies[path] = result
        return try result.get()
    }

    enum Lookup {
        case found(Policy)
        case none(known: [String])
        case several(files: [String])
        /// The policies that take each other over.
        case circle([String])
        case broken
    }

    func lookUp(_ id: String) -> Lookup {
        guard let files = paths[id], let path = files.first else { return .none(known: paths.keys.sorted()) }
        guard files.count == 1 else { return .several(files: files) }
        if open.contains(where: { $0.path == path }) { return .circle(open.map(\.id) + [id]) }
        guard let policy = try? policy(at: path) else { return .broken }
        return .found(policy)
    }
}

private func policyID(_ root: YAMLNode) -> String? {
    guard case .mapping(let entries) = root.content,
        case .scalar(let id, _)? = entries.first(where: { $0.key == "policy" })?.value.content
    else { return nil }
    return id
}
