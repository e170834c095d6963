public import Workflow

/// A compiled workflow as the rows that the SQL function `publish_workflow` stores.
public struct WorkflowRows: Sendable, Encodable {
    let workflow: CompiledWorkflow

    public init(_ workflow: CompiledWorkflow) { self.workflow = workflow }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(workflow.name, forKey: "workflow")
        try container.encode(workflow.version, forKey: "version")
        try container.encode(
            workflow.states.map { ["name": $0.name, "kind": $0.kind.rawValue, "title": $0.title] }, forKey: "states")
        try container.encode(workflow.events.map(EventRow.init), forKey: "events")
        try container.encode(
            workflow.edges.map {
                ["from": $0.from, "event": $0.event, "to": $0.to, "is_stay": $0.isStay ? "true" : "false"]
            }, forKey: "edges")
        try container.encode(
            workflow.anchors.map { ["name": $0.name, "lasts": $0.lasts ? "true" : "false"] }, forKey: "anchors")
        try container.encode(
            workflow.alerts.map { ["name": $0.name, "title": $0.title, "severity": $0.severity.rawValue] },
            forKey: "alerts")
        try container.encode(workflow.deadlines.map(Self.row), forKey: "deadlines")
        try container.encode(
            workflow.effects.map {
                ["from": $0.from, "event": $0.event, "effect": $0.effect, "lost": $0.lost.rawValue]
            }, forKey: "effects")
        if let migration = workflow.migration {
            var map = container.nestedContainer(keyedBy: Key.self, forKey: "migration")
            try map.encode(migration.fromVersion, forKey: "from_version")
            try map.encode(migration.states, forKey: "states")
        }
    }

    private struct EventRow: Encodable {
        let name: String
        let title: String
        let by: String
        let recording: EventRecording?

        init(_ event: CompiledWorkflow.EventKind) {
            name = event.name
            title = event.title
            by = event.by.rawValue
            recording = event.recording.map(EventRecording.init)
        }
    }

    private static func row(_ deadline: CompiledWorkflow.Deadline) -> [String: String?] {
        [
            "state": deadline.state, "name": deadline.name, "scope": deadline.scope,
            "relation": deadline.relation.rawValue,
            // One column: how long after the entry, or how long before the anchor.
            "clock": deadline.clock ?? deadline.by, "anchor": deadline.anchor, "lead": deadline.lead,
            "event": deadline.event, "alert": deadline.alert, "fallback_clock": deadline.fallback?.clock,
            "fallback_lead": deadline.fallback?.lead, "fallback_event": deadline.fallback?.event,
            "fallback_alert": deadline.fallback?.alert,
        ]
    }

    private struct Key: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringLiteral value: String) { stringValue = value }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
