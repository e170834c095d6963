public import Diagnostics

/// A piece of a YAML file with its place. Only what our files need: no anchors, aliases, tags or merge keys.
public struct YAMLNode: Sendable {
    public enum Content: Sendable {
        /// A word or a text. `isPlain` is false when it was quoted or a block, so that `"12"` stays a text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// Entries in the order of the file; keys are unique.
        case mapping([YAMLEntry])
    }

    public let content: Content
    public let location: SourceLocation

    public init(content: Content, location: SourceLocation) {
        self.content = content
        self.location = location
    }

    /// What it is, in the words of an error message.
    public var kindName: String {
        switch content {
        case .scalar(let text, let isPlain): isNull(text, isPlain) ? "nothing" : "\"\(text.prefix(60))\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One `key: value` of a mapping.
public struct YAMLEntry: Sendable {
    public let key: String
    public let keyLocation: SourceLocation
    public let value: YAMLNode

    public init(key: String, keyLocation: SourceLocation, value: YAMLNode) {
        self.key = key
        self.keyLocation = keyLocation
        self.value = value
    }
}

func isNull(_ text: String, _ isPlain: Bool) -> Bool {
    isPlain && (text.isEmpty || text == "~" || text == "null")
}
