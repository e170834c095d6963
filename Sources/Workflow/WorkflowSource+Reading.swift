import Diagnostics
import StrictYAML

/// Reads the shape of a definition: which keys, which types, which spelling of names. Names are looked up later.
struct WorkflowSourceReader {
    var problems = DiagnosticList()

    mutating func read(_ root: YAMLNode) -> WorkflowSource? {
        guard
            let fields = root.fields(
                required: ["workflow", "version", "start", "events", "states"],
                optional: ["clocks", "anchors", "alerts", "effects", "always", "migrates_from"], in: &problems)
        else { return nil }
        var source = WorkflowSource(location: root.location)
        source.name = name(fields["workflow"], .kebab)?.name ?? ""
        source.version = version(fields["version"]) ?? 0
        source.start = name(fields["start"], .state)
        source.clocks = declared(fields["clocks"], .kebab) { reader, node in
            reader.text(node).map { ($0, ()) }
        }
        source.anchors = declared(fields["anchors"], .kebab) { $0.anchor($1) }
        source.alerts = declared(fields["alerts"], .kebab) { $0.alert($1) }
        source.effects = declared(fields["effects"], .kebab) { $0.effect($1) }
        source.events = declared(fields["events"], .event) { $0.event($1) }
        for node in fields["always"]?.items(in: &problems) ?? [] {
            if let event = name(node, .event) { source.always.append(event) }
        }
        source.nodes = nodes(fields["states"])
        source.migration = migration(fields["migrates_from"])
        return source
    }

    // MARK: Words

    /// A name in a value's place.
    mutating func name(_ node: YAMLNode?, _ style: NameStyle) -> Located? {
        guard let node, let text = node.string(in: &problems) else { return nil }
        return name(text, at: node.location, style)
    }

    /// A name in a key's place.
    mutating func name(_ text: String, at location: SourceLocation, _ style: NameStyle) -> Located? {
        guard style.accepts(text) else {
            problems.error(at: location, "the name \"\(text)\" is not accepted; \(style.advice)")
            return nil
        }
        return Located(name: text, location: location)
    }

    /// A title: one line, no control characters.
    mutating func text(_ node: YAMLNode?) -> String? {
        guard let node, let text = node.string(in: &problems) else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            problems.error(at: node.location, "write it on one line, without tabs or other control characters")
            return nil
        }
        return text
    }

    mutating func word<Value: CaseIterable & RawRepresentable>(_ node: YAMLNode?) -> Value?
    where Value.RawValue == String {
        node?.word(among: Value.allCases.map(\.rawValue), in: &problems).flatMap { Value(rawValue: $0) }
    }

    private mutating func version(_ node: YAMLNode?) -> Int? {
        guard let node, let number = node.integer(in: &problems) else { return nil }
        guard (1...Int(Int32.max)).contains(number) else {
            problems.error(at: node.location, "versions count from 1, found \(number)")
            return nil
        }
        return number
    }

    // MARK: Declarations

    private mutating func declared<Detail>(
        _ node: YAMLNode?, _ style: NameStyle,
        _ read: (inout Self, YAMLNode) -> (title: String, detail: Detail)?
    ) -> [WorkflowSource.Declared<Detail>] {
        guard let entries = node?.entries(in: &problems) else { return [] }
        var result: [WorkflowSource.Declared<Detail>] = []
        for entry in entries {
            let name = name(entry.key, at: entry.keyLocation, style)
            guard let value = read(&self, entry.value), let name else { continue }
            result.append(.init(name: name, title: value.title, detail: value.detail))
        }
        return result
    }

    private mutating func anchor(_ node: YAMLNode) -> (title: String, detail: WorkflowSource.AnchorDetail)? {
        if case .scalar = node.content { return text(node).map { ($0, .init(lasts: false, day: .ends)) } }
        guard let fields = node.fields(required: ["title"], optional: ["lasts", "day"], in: &problems) else {
            return nil
        }
        let lasts = fields["lasts"]?.boolean(in: &problems) ?? false
        let day: CompiledWorkflow.Day = word(fields["day"]) ?? .ends
        return text(fields["title"]).map { ($0, .init(lasts: lasts, day: day)) }
    }

    private mutating func alert(_ node: YAMLNode) -> (title: String, detail: WorkflowSource.AlertDetail)? {
        guard let fields = node.fields(required: ["title", "severity"], optional: ["lead"], in: &problems) else {
            return nil
        }
        let severity: CompiledWorkflow.Severity? = word(fields["severity"])
        let lead = name(fields["lead"], .kebab)
        guard let title = text(fields["title"]), let severity else { return nil }
        return (title, .init(severity: severity, lead: lead))
    }

    private mutating func effect(_ node: YAMLNode) -> (title: String, detail: CompiledWorkflow.WhenLost)? {
        guard let fields = node.fields(required: ["title", "lost"], in: &problems) else { return nil }
        let lost: CompiledWorkflow.WhenLost? = word(fields["lost"])
        guard let title = text(fields["title"]), let lost else { return nil }
        return (title, lost)
    }

    private mutating func event(_ node: YAMLNode) -> (title: String, detail: WorkflowSource.EventDetail)? {
        guard let fields = node.fields(required: ["title", "by"], optional: ["record"], in: &problems) else {
            return nil
        }
        let by: CompiledWorkflow.Source? = word(fields["by"])
        let recording = recording(fields["record"])
        guard let title = text(fields["title"]), let by else { return nil }
        return (title, .init(by: by, recording: recording))
    }

    private mutating func recording(_ node: YAMLNode?) -> WorkflowSource.Recording? {
        guard let node,
            let fields = node.fields(optional: ["needs", "takes", "one_way", "rules"], in: &problems)
        else { return nil }
        func names(_ key: String, _ style: NameStyle, _ reader: inout Self) -> [Located] {
            (fields[key]?.items(in: &reader.problems) ?? []).compactMap { reader.name($0, style) }
        }
        return .init(
            location: node.location, needs: names("needs", .kebab, &self), takes: names("takes", .kebab, &self),
            oneWay: text(fields["one_way"]), rules: names("rules", .state, &self))
    }

    private mutating func migration(_ node: YAMLNode?) -> WorkflowSource.Migration? {
        guard let node, let fields = node.fields(required: ["version", "states"], in: &problems),
            let version = version(fields["version"]), let entries = fields["states"]?.entries(in: &problems)
        else { return nil }
        var states: [(old: Located, new: Located)] = []
        for entry in entries {
            let old = name(entry.key, at: entry.keyLocation, .state)
            guard let new = name(entry.value, .state), let old else { continue }
            states.append((old, new))
        }
        return .init(
            location: node.location, version: version, versionLocation: fields["version"]?.location ?? node.location,
            states: states)
    }
}
