import Diagnostics
import StrictYAML

/// The smaller parts of a mapping file.
extension StatusMapping {
    /// `ours: [their word, their other word]`; a word may stand once only.
    static func readVocabulary<Meaning: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, among: Meaning.Type, in problems: inout DiagnosticList
    ) -> [String: Meaning] {
        guard let fields = node.fields(optional: Meaning.allCases.map(\.rawValue), in: &problems) else { return [:] }
        var words: [String: Meaning] = [:]
        for meaning in Meaning.allCases {
            guard let listNode = fields[meaning.rawValue] else { continue }
            let wordNodes: [YAMLNode]
            if case .scalar = listNode.content {
                wordNodes = [listNode]
            } else {
                wordNodes = listNode.items(in: &problems) ?? []
            }
            for wordNode in wordNodes {
                guard let word = wordNode.string(in: &problems) else { continue }
                if let other = words.updateValue(meaning, forKey: folded(word)) {
                    problems.error(
                        at: wordNode.location, "\"\(word)\" stands under \(other.rawValue) and \(meaning.rawValue)")
                }
            }
        }
        return words
    }

    static func readWords<Word: RawRepresentable<String>>(
        _ node: YAMLNode?, default missing: [Word], allowed: [Word], in problems: inout DiagnosticList
    ) -> [Word] {
        guard let node else { return missing }
        let nodes: [YAMLNode]
        if case .scalar = node.content {
            nodes = [node]
        } else {
            nodes = node.items(in: &problems) ?? []
        }
        if nodes.isEmpty { problems.error(at: node.location, "expected at least one word") }
        return nodes.compactMap { item in
            item.word(among: allowed.map(\.rawValue), in: &problems).flatMap(Word.init(rawValue:))
        }
    }

    static func readDelimiter(_ node: YAMLNode, in problems: inout DiagnosticList) -> UInt8? {
        switch node.word(among: ["comma", "semicolon", "tab"], in: &problems) {
        case "comma": UInt8(ascii: ",")
        case "semicolon": UInt8(ascii: ";")
        case "tab": UInt8(ascii: "\t")
        default: nil
        }
    }

    static func readSkipLines(_ node: YAMLNode, in problems: inout DiagnosticList) -> Int? {
        guard let count = node.integer(in: &problems) else { return nil }
        guard (0...100).contains(count) else {
            problems.error(at: node.location, "expected 0 to 100 lines above the header")
            return nil
        }
        return count
    }

    static func readTrailer(_ node: YAMLNode, in problems: inout DiagnosticList) -> TrailerRule? {
        guard let fields = node.fields(required: ["first_cell", "count_cell"], in: &problems),
            let word = fields["first_cell"]?.string(in: &problems),
            let countNode = fields["count_cell"], let cell = countNode.integer(in: &problems)
        else { return nil }
        guard (2...1000).contains(cell) else {
            problems.error(at: countNode.location, "the number of rows stands in the second cell or later")
            return nil
        }
        return TrailerRule(word: folded(word), countCell: cell)
    }
}
