import Diagnostics

/// A name as the file has it, with its place.
struct Located: Hashable {
    let name: String
    let location: SourceLocation
}

/// A definition as it was written: groups not flattened, names not yet looked up.
struct WorkflowSource {
    struct Declared<Detail> {
        let name: Located
        let title: String
        let detail: Detail
    }

    struct AnchorDetail {
        let lasts: Bool
        let day: CompiledWorkflow.Day
    }

    struct AlertDetail {
        let severity: CompiledWorkflow.Severity
        let lead: Located?
    }

    struct EventDetail {
        let by: CompiledWorkflow.Source
        let recording: Recording?
    }

    struct Recording {
        let location: SourceLocation
        let needs: [Located]
        let takes: [Located]
        let oneWay: String?
        let rules: [Located]
    }

    struct Migration {
        let location: SourceLocation
        let version: Int
        let versionLocation: SourceLocation
        let states: [(old: Located, new: Located)]
    }

    var location: SourceLocation
    var name = ""
    var version = 0
    var start: Located?
    var clocks: [Declared<Void>] = []
    var anchors: [Declared<AnchorDetail>] = []
    var alerts: [Declared<AlertDetail>] = []
    var effects: [Declared<CompiledWorkflow.WhenLost>] = []
    var events: [Declared<EventDetail>] = []
    var always: [Located] = []
    var nodes: [Node] = []
    var migration: Migration?

    /// A state, or a group when it has children.
    struct Node {
        let name: Located
        let title: String
        let kind: CompiledWorkflow.Kind?
        let waitsForeverBecause: String?
        let moves: [Move]
        let deadlines: [Deadline]
        let children: [Node]
        var isGroup: Bool { kind == nil }
    }

    struct Move {
        enum Target {
            case stay
            case state(Located)
        }

        let event: Located
        let target: Target
        let effect: Located?
    }

    struct Deadline {
        enum Timing {
            case after(clock: Located)
            case at(anchor: Located)
            case before(anchor: Located, by: Located)

            var anchor: Located? {
                switch self {
                case .after: nil
                case .at(let anchor), .before(let anchor, _): anchor
                }
            }
        }

        let name: Located
        let timing: Timing
        let otherwise: Located?
        let otherwiseAlert: Located?
        let event: Located?
        let alert: Located?
    }

    /// Every state and group, parents before children.
    var allNodes: [Node] {
        func flatten(_ nodes: [Node]) -> [Node] { nodes.flatMap { [$0] + flatten($0.children) } }
        return flatten(nodes)
    }
}
