extension CompiledWorkflow {
    /// The whole definition as text, one fact a line, the same for every order of the file's keys. Two definitions are
    /// the same exactly when their texts are; the checksum of a published version is over these UTF-8 bytes.
    public var canonicalText: String {
        "precert workflow, form 1\n" + rows.map { "\($0.subject) \($0.key): \($0.text)\n" }.joined()
    }

    /// One fact of the definition: what it is about, which one, and what is said.
    struct Row {
        let subject: String
        let key: String
        let text: String
    }

    var rows: [Row] {
        var rows = [Row(subject: "workflow", key: name, text: "version \(version), start \(start)")]
        rows += clocks.map { Row(subject: "clock", key: $0.name, text: quoted($0.title)) }
        rows += anchors.map {
            Row(
                subject: "anchor", key: $0.name,
                text: quoted($0.title) + ", day \($0.day.rawValue)" + ($0.lasts ? ", lasts" : ""))
        }
        rows += alerts.map {
            Row(
                subject: "alert", key: $0.name,
                text: "\(quoted($0.title)), \($0.severity.rawValue)" + suffix("lead", $0.lead))
        }
        rows += effectKinds.map {
            Row(subject: "effect", key: $0.name, text: "\(quoted($0.title)), lost: \($0.lost.rawValue)")
        }
        rows += events.map {
            Row(
                subject: "event", key: $0.name,
                text: "\(quoted($0.title)), by \($0.by.rawValue)" + ($0.recording.map(text) ?? ""))
        }
        rows += groups.map { Row(subject: "group", key: $0.name, text: quoted($0.title) + within($0.path)) }
        rows += states.map {
            Row(
                subject: "state", key: $0.name,
                text: "\($0.kind.rawValue), \(quoted($0.title))" + within($0.path)
                    + suffix("waits forever because", $0.waitsForeverBecause.map(quoted)))
        }
        rows += moveRows
        rows += deadlines.map { Row(subject: "deadline", key: "\($0.state) \($0.name)", text: text(of: $0)) }
        if let migration {
            rows.append(Row(subject: "migrates", key: "from", text: "version \(migration.fromVersion)"))
            rows += migration.states.sorted { $0.key < $1.key }.map {
                Row(subject: "migration", key: $0.key, text: $0.value)
            }
        }
        return rows
    }

    private func text(of recording: Recording) -> String {
        func list(_ label: String, _ names: [String]) -> String {
            names.isEmpty ? "" : ", \(label) \(names.joined(separator: " "))"
        }
        return ", recorded" + list("needs", recording.needs) + list("takes", recording.takes)
            + suffix("one way", recording.oneWay.map(quoted)) + list("rules", recording.rules)
    }

    private var moveRows: [Row] {
        let effectOfMove = Dictionary(
            effects.map { ([$0.from, $0.event], $0.effect) }, uniquingKeysWith: { first, _ in first })
        return edges.map { edge in
            let declared = edge.scope == edge.from ? nil : edge.scope
            return Row(
                subject: "move", key: "\(edge.from) \(edge.event)",
                text: (edge.isStay ? "stay" : edge.to) + suffix("effect", effectOfMove[[edge.from, edge.event]])
                    + suffix("from", declared))
        }
    }

    private func text(of deadline: Deadline) -> String {
        var text = deadline.timing
        text += suffix("event", deadline.event)
        text += suffix("alert", deadline.alert)
        if let fallback = deadline.fallback {
            text += "; otherwise "
            text += fallback.lead.map { "\($0) before the end of \(fallback.clock)" } ?? "after \(fallback.clock)"
            text += suffix("event", fallback.event)
            text += suffix("alert", fallback.alert)
        }
        return text + suffix("from", deadline.scope == deadline.state ? nil : deadline.scope)
    }

    private func within(_ path: [String]) -> String { path.isEmpty ? "" : ", in " + path.joined(separator: "/") }

    private func suffix(_ label: String, _ value: String?) -> String { value.map { ", \(label) \($0)" } ?? "" }

    private func quoted(_ title: String) -> String {
        "\"" + title.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
