public import Diagnostics
import StrictYAML

/// The policy files of an installation, each read once and only when it is asked for; a policy may take over another's
/// criteria.
public final class PolicyLibrary {
    private let vocabulary: Vocabulary
    private let files: [String: [UInt8]]
    /// The files by the policy that they hold, found when a policy first names another.
    private lazy var paths = pathsByPolicy()
    private var policies: [String: Result<Policy, InvalidSource>] = [:]
    /// The files that are being read, the outermost first.
    private var open: [(path: String, id: String)] = []

    /// - Parameter files: every policy file's path and bytes.
    public init(_ files: [(path: String, bytes: [UInt8])], vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        self.files = Dictionary(files, uniquingKeysWith: { first, _ in first })
    }

    private func pathsByPolicy() -> [String: [String]] {
        var paths: [String: [String]] = [:]
        for path in files.keys.sorted() {
            if let id = files[path].flatMap({ policyID($0) }) { paths[id, default: []].append(path) }
        }
        return paths
    }

    /// Reads one of the files.
    /// - Throws: `InvalidSource` with everything that is wrong in it.
    public func policy(at path: String) throws(InvalidSource) -> Policy {
        if let known = policies[path] { return try known.get() }
        guard let bytes = files[path] else {
            throw InvalidSource(at: SourceLocation(file: path, line: 1, column: 1), "there is no such policy file")
        }
        open.append((path, policyID(bytes) ?? path))
        defer { open.removeLast() }
        let result: Result<Policy, InvalidSource>
        do {
            let root = try YAMLDocument.parse(bytes, file: path)
            result = .success(try Policy.read(root, vocabulary: vocabulary, library: self))
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

/// The name in the line `policy: payer/drug`, without reading the rest.
private func policyID(_ bytes: [UInt8]) -> String? {
    let key = Array("policy:".utf8)
    guard let line = bytes.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: key) }) else {
        return nil
    }
    let value = String(decoding: line.dropFirst(key.count), as: UTF8.self)
    let word = value.split(separator: "#").first.map(String.init) ?? ""
    return word.trimming { " \t\r\"'".contains($0) }
}

extension String {
    fileprivate func trimming(_ isOutside: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isOutside(first) { rest.removeFirst() }
        while let last = rest.last, isOutside(last) { rest.removeLast() }
        return String(rest)
    }
}
