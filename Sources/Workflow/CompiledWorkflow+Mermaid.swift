extension CompiledWorkflow {
    /// The definition as a Mermaid state diagram; the same for equal definitions.
    ///
    /// Groups are composite states. Mermaid has no dashed arrows in state diagrams, so a move that a deadline makes says
    /// in its label when it is due. Arrows stand after all states, since Mermaid puts a state into the composite that
    /// mentions it first. Events that leave a state alone are not drawn.
    public var mermaidText: String {
        var lines = ["stateDiagram-v2"]
        for kind in Kind.allCases { lines.append("    classDef \(kind.rawValue)State fill:\(kind.fill),color:#000") }
        appendMermaidStates(at: [], to: &lines)
        lines.append("    [*] --> \(mermaidID(start)) : \(Self.openingEvent)")
        for edge in drawnEdges {
            let label = edge.labels.joined(separator: "<br/>")
            lines.append("    \(mermaidID(edge.from)) --> \(mermaidID(edge.to)) : \(label)")
        }
        for state in states where state.kind == .final { lines.append("    \(mermaidID(state.name)) --> [*]") }
        for kind in Kind.allCases {
            let names = states.filter { $0.kind == kind }.map { mermaidID($0.name) }
            if !names.isEmpty { lines.append("    class \(names.joined(separator: ",")) \(kind.rawValue)State") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func appendMermaidStates(at path: [String], to lines: inout [String]) {
        let indent = String(repeating: "    ", count: path.count + 1)
        let (groups, states) = drawnChildren(of: path)
        for state in states {
            lines.append("\(indent)state \"\(mermaidEscaped(state.title))\" as \(mermaidID(state.name))")
            for alert in drawnAlerts(in: state.name) {
                lines.append("\(indent)\(mermaidID(state.name)) : \(mermaidEscaped(alert))")
            }
        }
        for group in groups {
            lines.append("\(indent)state \"\(mermaidEscaped(group.title))\" as \(mermaidID(group.name)) {")
            appendMermaidStates(at: path + [group.name], to: &lines)
            lines.append("\(indent)}")
        }
    }

    /// A word of Mermaid's own language cannot be a state's identifier; the title still shows the right word.
    private func mermaidID(_ name: String) -> String {
        let reserved = [
            "as", "class", "classdef", "click", "default", "direction", "end", "hide", "href", "note", "scale", "state",
            "style",
        ]
        return reserved.contains(name) ? name + "_" : name
    }

    private func mermaidEscaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\"": "#quot;"
            case "#": "#35;"
            case ";": "#59;"
            case "<": "#lt;"
            case ">": "#gt;"
            default: String(character)
            }
        }.joined()
    }
}
