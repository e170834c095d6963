/// The statements that one connection has prepared, by text and parameter types, the least recently used dropped first.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    static let limit = 256

    private var names: [Key: (name: String, lastUse: UInt64)] = [:]
    private var counter: UInt64 = 0
    /// Names that the server still holds and nobody uses any more.
    private var discarded: [String] = []

    mutating func name(for key: Key) -> String? {
        guard let name = names[key]?.name else { return nil }
        counter += 1
        names[key]?.lastUse = counter
        return name
    }

    mutating func newName() -> String {
        counter += 1
        return "precert_\(counter)"
    }

    mutating func insert(_ name: String, for key: Key) {
        if names.count >= StatementCache.limit, let oldest = names.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            remove(oldest.key)
        }
        counter += 1
        names[key] = (name, counter)
    }

    mutating func remove(_ key: Key) {
        if let entry = names.removeValue(forKey: key) { discarded.append(entry.name) }
    }

    /// Forgets everything; the server keeps nothing either.
    mutating func removeAll() {
        names = [:]
        discarded = []
    }

    /// The statement that makes the server forget what was dropped here, if anything was.
    mutating func takeDiscarded() -> String? {
        guard !discarded.isEmpty else { return nil }
        let text = discarded.map { "DEALLOCATE \($0)" }.joined(separator: "; ")
        discarded = []
        return text
    }

    var count: Int { names.count }
}
