public import Diagnostics
import StrictYAML

/// An order in the words of an order file, by the file's keys: some words are replaced, and all of it is read as the
/// file would be, so that what a file may not say cannot be said here either. Holds patient data.
public struct OrderDraft: Sendable {
    /// What stands under a key, and what to call its place.
    public struct Words: Sendable {
        let content: YAMLNode.Content
        let place: SourceLocation

        public init(_ text: String, at place: SourceLocation) {
            content = .scalar(text, isPlain: false)
            self.place = place
        }

        /// A list, also of one or none.
        public init(list: [String], at place: SourceLocation) {
            content = .sequence(
                list.map { YAMLNode(content: .scalar($0, isPlain: false), location: place) })
            self.place = place
        }
    }

    public typealias Section = [String: Words]

    /// `payer`, `kind`, `urgency`, `drug`, `diagnoses`, `planned_first_dose`.
    public var order: Section = [:]
    public var patient: Section = [:]
    public var plan: Section = [:]
    public var prescriber: Section = [:]
    public var site: Section = [:]
    public var services: [Section] = []
    /// Of what is missing.
    private let place: SourceLocation

    public init(at place: SourceLocation) { self.place = place }

    /// - Throws: `InvalidSource` with all that is wrong, each with the place of its words and without any value about the
    ///   patient.
    public func read() throws(InvalidSource) -> Order {
        var entries = mapping(order)
        for (key, section) in [("patient", patient), ("plan", plan), ("prescriber", prescriber), ("site", site)] {
            entries.append(entry(key, YAMLNode(content: .mapping(mapping(section)), location: place)))
        }
        let lines = services.map { YAMLNode(content: .mapping(mapping($0)), location: place) }
        entries.append(entry("services", YAMLNode(content: .sequence(lines), location: place)))
        return try OrderFile.parse(YAMLNode(content: .mapping(entries), location: place))
    }

    private func mapping(_ section: Section) -> [YAMLEntry] {
        section.sorted { $0.key < $1.key }.map { key, words in
            entry(key, YAMLNode(content: words.content, location: words.place))
        }
    }

    private func entry(_ key: String, _ value: YAMLNode) -> YAMLEntry {
        YAMLEntry(key: key, keyLocation: value.location, value: value)
    }
}
