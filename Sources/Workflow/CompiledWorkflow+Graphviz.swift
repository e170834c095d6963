extension CompiledWorkflow {
    /// The definition as a Graphviz DOT text; the same for equal definitions.
    ///
    /// Groups are clusters, the colour tells the kind of a state, moves that a deadline makes are dashed. Events that
    /// leave a state alone are not drawn.
    public var graphvizText: String {
        var lines = [
            "digraph \(quoted(name)) {",
            "    label=\(quoted("\(name) version \(version)"));",
            // Without newrank, dot 2.43 loses edges between nested clusters ("trouble in init_rank").
            "    labelloc=t; rankdir=TB; compound=true; newrank=true; fontname=\"sans-serif\";",
            "    node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];",
            "    edge [fontname=\"sans-serif\", fontsize=9];",
            "    \(quoted(Self.beforeOpening)) [shape=circle, label=\"\", width=0.2, fillcolor=black];",
        ]
        appendGraphvizNodes(at: [], to: &lines)
        lines.append("    \(quoted(Self.beforeOpening)) -> \(quoted(start)) [label=\(quoted(Self.openingEvent))];")
        lines += drawnEdges.map(graphvizEdge)
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private func appendGraphvizNodes(at path: [String], to lines: inout [String]) {
        let indent = String(repeating: "    ", count: path.count + 1)
        let (groups, states) = drawnChildren(of: path)
        for state in states {
            let label = ([state.title, "(\(state.name))"] + drawnAlerts(in: state.name)).joined(separator: "\n")
            let border = state.kind == .final ? ", peripheries=2" : ""
            lines.append(
                "\(indent)\(quoted(state.name)) [label=\(quoted(label)), fillcolor=\"\(state.kind.fill)\"\(border)];")
        }
        for group in groups {
            lines.append("\(indent)subgraph \(quoted("cluster_\(group.name)")) {")
            lines.append("\(indent)    label=\(quoted(group.title)); style=rounded; color=\"#888888\";")
            appendGraphvizNodes(at: path + [group.name], to: &lines)
            lines.append("\(indent)}")
        }
    }

    private func graphvizEdge(_ edge: DrawnEdge) -> String {
        var attributes = ["label=\(quoted(edge.labels.joined(separator: "\n")))"]
        var tail = edge.from
        if edge.isFromGroup {
            // Graphviz draws between nodes; the arrow is cut at the border of the cluster.
            tail = states.first { $0.path.contains(edge.from) }?.name ?? edge.from
            attributes.append("ltail=\(quoted("cluster_\(edge.from)"))")
        }
        if edge.isClock { attributes.append("style=dashed") }
        return "    \(quoted(tail)) -> \(quoted(edge.to)) [\(attributes.joined(separator: ", "))];"
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}

extension CompiledWorkflow.Kind {
    /// The colour of a state in drawings.
    var fill: String {
        switch self {
        case .work: "#fff2cc"
        case .wait: "#dae8fc"
        case .final: "#e6e6e6"
        }
    }
}
