import Diagnostics
import StrictYAML

extension WorkflowSourceReader {
    mutating func nodes(_ node: YAMLNode?) -> [WorkflowSource.Node] {
        guard let node, let entries = node.entries(in: &problems) else { return [] }
        if entries.isEmpty { problems.error(at: node.location, "no state stands here; give at least one") }
        return entries.compactMap { self.node($0) }
    }

    private mutating func node(_ entry: YAMLEntry) -> WorkflowSource.Node? {
        let name = name(entry.key, at: entry.keyLocation, .state)
        let isGroup = hasKey("states", entry.value)
        let fields =
            isGroup
            ? entry.value.fields(required: ["title", "states"], optional: ["moves", "deadlines"], in: &problems)
            : entry.value.fields(
                required: ["title", "kind"], optional: ["moves", "deadlines", "waits", "because"], in: &problems)
        guard let fields else { return nil }
        let title = text(fields["title"]) ?? ""
        let moves = moves(fields["moves"])
        let deadlines = deadlines(fields["deadlines"])
        // A state whose kind cannot be read is read on as work, so that the rest of it is checked too.
        let kind: CompiledWorkflow.Kind? = isGroup ? nil : word(fields["kind"]) ?? .work
        let because = isGroup ? nil : waitsForever(fields, kind: kind)
        let children = isGroup ? nodes(fields["states"]) : []
        guard let name else { return nil }
        if name.name == "stay" {
            problems.error(at: name.location, "no state can be called stay: it is the word for leaving a state alone")
        }
        return WorkflowSource.Node(
            name: name, title: title, kind: kind, waitsForeverBecause: because, moves: moves, deadlines: deadlines,
            children: children)
    }

    private func hasKey(_ key: String, _ node: YAMLNode) -> Bool {
        guard case .mapping(let entries) = node.content else { return false }
        return entries.contains { $0.key == key }
    }

    private mutating func waitsForever(_ fields: YAMLFields, kind: CompiledWorkflow.Kind?) -> String? {
        guard let waits = fields["waits"] else {
            if let because = fields["because"] {
                problems.error(
                    at: because.location, "\"because\" goes with \"waits: forever\"; this state has no such line")
            }
            return nil
        }
        guard waits.word(among: ["forever"], in: &problems) != nil else { return nil }
        if kind != .wait {
            problems.error(at: waits.location, "only a state of kind wait can wait forever")
        }
        guard let because = fields["because"] else {
            problems.error(at: waits.location, "say why with \"because:\", so that the next reader can judge it")
            return nil
        }
        return text(because)
    }

    private mutating func moves(_ node: YAMLNode?) -> [WorkflowSource.Move] {
        guard let entries = node?.entries(in: &problems) else { return [] }
        return entries.compactMap { move($0) }
    }

    private mutating func move(_ entry: YAMLEntry) -> WorkflowSource.Move? {
        let event = name(entry.key, at: entry.keyLocation, .event)
        var target: WorkflowSource.Move.Target?
        var effect: Located?
        if case .mapping = entry.value.content {
            guard let fields = entry.value.fields(required: ["to"], optional: ["effect"], in: &problems) else {
                return nil
            }
            target = self.target(fields["to"])
            effect = name(fields["effect"], .kebab)
        } else {
            target = self.target(entry.value)
        }
        guard let event, let target else { return nil }
        return .init(event: event, target: target, effect: effect)
    }

    private mutating func target(_ node: YAMLNode?) -> WorkflowSource.Move.Target? {
        guard let name = name(node, .state) else { return nil }
        return name.name == "stay" ? .stay : .state(name)
    }

    private mutating func deadlines(_ node: YAMLNode?) -> [WorkflowSource.Deadline] {
        guard let entries = node?.entries(in: &problems) else { return [] }
        return entries.compactMap { deadline($0) }
    }

    private mutating func deadline(_ entry: YAMLEntry) -> WorkflowSource.Deadline? {
        let name = name(entry.key, at: entry.keyLocation, .kebab)
        guard
            let fields = entry.value.fields(
                optional: ["after", "at", "before", "by", "otherwise", "otherwise_alert", "event", "alert"],
                in: &problems)
        else { return nil }
        let timing = timing(fields)
        let otherwise = self.name(fields["otherwise"], .kebab)
        let otherwiseAlert = self.name(fields["otherwise_alert"], .kebab)
        let event = self.name(fields["event"], .event)
        let alert = self.name(fields["alert"], .kebab)
        if fields["event"] == nil, fields["alert"] == nil {
            problems.error(at: entry.keyLocation, "the deadline does nothing; give it an event, an alert or both")
        }
        if let node = fields["otherwise"], fields["after"] != nil {
            problems.error(at: node.location, "\"otherwise\" is for dates that may be missing; an \"after\" has none")
        }
        if let node = fields["otherwise_alert"], fields["otherwise"] == nil {
            problems.error(
                at: node.location, "\"otherwise_alert\" needs \"otherwise\": the clock after which it is raised")
        }
        guard let name, let timing else { return nil }
        return .init(
            name: name, timing: timing, otherwise: otherwise, otherwiseAlert: otherwiseAlert, event: event,
            alert: alert)
    }

    private mutating func timing(_ fields: YAMLFields) -> WorkflowSource.Deadline.Timing? {
        let given = ["after", "at", "before"].filter { fields[$0] != nil }
        guard given.count == 1 else {
            problems.error(
                at: fields.location,
                "a deadline has exactly one of \"after\" (a clock), \"at\" and \"before\" (a date); this one has "
                    + (given.isEmpty ? "none" : given.joined(separator: " and ")))
            return nil
        }
        if let by = fields["by"], given != ["before"] {
            problems.error(
                at: by.location, "\"by\" goes with \"before\": the clock by which it is earlier than the date")
        }
        if let clock = fields["after"] { return name(clock, .kebab).map { .after(clock: $0) } }
        if let anchor = fields["at"] { return name(anchor, .kebab).map { .at(anchor: $0) } }
        guard let by = fields["by"] else {
            problems.error(
                at: fields.location, "\"before\" needs \"by\": the clock by which it is earlier than the date")
            return nil
        }
        guard let anchor = name(fields["before"], .kebab), let by = name(by, .kebab) else { return nil }
        return .before(anchor: anchor, by: by)
    }
}
