import Foundation
import TestSupport
import Testing
import Workflow

@Suite("Drawings") struct GraphTests {
    @Test("Graphviz shows clusters, kinds, clock moves and effects")
    func graphviz() throws {
        #expect(
            try read(grouped).get().graphvizText
                == """
                digraph "small" {
                    label="small version 1";
                    labelloc=t; rankdir=TB; compound=true; newrank=true; fontname="sans-serif";
                    node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11];
                    edge [fontname="sans-serif", fontsize=9];
                    "(start)" [shape=circle, label="", width=0.2, fillcolor=black];
                    "done" [label="Done\\n(done)", fillcolor="#e6e6e6", peripheries=2];
                    subgraph "cluster_office" {
                        label="Our \\"office\\""; style=rounded; color="#888888";
                        "note" [label="Note\\n(note)", fillcolor="#fff2cc"];
                        "waiting" [label="Waiting\\n(waiting)\\nalert late (after long)", fillcolor="#dae8fc"];
                    }
                    "(start)" -> "note" [label="request.opened"];
                    "note" -> "waiting" [label="order.resent\\norder.sent / letter"];
                    "note" -> "done" [label="order.dropped", ltail="cluster_office"];
                    "note" -> "done" [label="answer.lapsed (after long)", ltail="cluster_office", style=dashed];

                """.appending("}\n"))
    }

    @Test("Mermaid shows composites, ends, and when clock moves come")
    func mermaid() throws {
        #expect(
            try read(grouped).get().mermaidText == """
                stateDiagram-v2
                    classDef workState fill:#fff2cc,color:#000
                    classDef waitState fill:#dae8fc,color:#000
                    classDef finalState fill:#e6e6e6,color:#000
                    state "Done" as done
                    state "Our #quot;office#quot;" as office {
                        state "Note" as note_
                        state "Waiting" as waiting
                        waiting : alert late (after long)
                    }
                    [*] --> note_ : request.opened
                    note_ --> waiting : order.resent<br/>order.sent / letter
                    office --> done : order.dropped
                    office --> done : answer.lapsed (after long)
                    done --> [*]
                    class note_ workState
                    class waiting waitState
                    class done finalState

                """)
    }

    @Test("a group's move into the group itself is drawn from each state")
    func moveInside() throws {
        let text = grouped.replacing("order.dropped: done", with: "order.dropped: waiting")
        let workflow = try read(text).get()
        #expect(workflow.mermaidText.contains("    note_ --> waiting : order.dropped<br/>order.resent<br/>"))
        #expect(workflow.mermaidText.contains("    waiting --> waiting : order.dropped\n"))
        #expect(workflow.graphvizText.contains("    \"waiting\" -> \"waiting\" [label=\"order.dropped\"];\n"))
    }

    @Test("every state and every move that leaves a state is drawn")
    func complete() throws {
        let workflow = try WorkflowFiles.shipped().get()
        for state in workflow.states {
            #expect(workflow.graphvizText.contains("(\(state.name))"))
            #expect(workflow.mermaidText.contains(" as \(state.name)\n"))
        }
        for edge in workflow.edges where !edge.isStay {
            #expect(workflow.graphvizText.contains(edge.event))
            #expect(workflow.mermaidText.contains(edge.event))
        }
    }

    @Test(
        "dot draws it without a complaint, where it is installed", .enabled(if: Dot.path != nil),
        arguments: [nil, 1, 2, 3, 4, 5] as [UInt64?])
    func dot(seed: UInt64?) throws {
        let workflow =
            try seed.map { try GeneratedWorkflow(seed: $0).compiled() } ?? WorkflowFiles.shipped().get()
        let result = try Dot.draw(workflow.graphvizText)
        #expect(result.status == 0 && result.complaints == "")
        #expect(result.svg.contains("</svg>"))
        for state in workflow.states { #expect(result.svg.contains("<title>\(state.name)</title>")) }
    }
}

/// The Graphviz program, when this machine has it.
private enum Dot {
    static let path = ["/usr/bin/dot", "/usr/local/bin/dot", "/opt/homebrew/bin/dot"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func draw(_ text: String) throws -> (status: Int32, svg: String, complaints: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "precert-dot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appending(path: "workflow.dot")
        let drawing = folder.appending(path: "workflow.svg")
        let complaints = folder.appending(path: "complaints.txt")
        try Data(text.utf8).write(to: source)
        try Data().write(to: complaints)
        let process = Process()
        process.executableURL = URL(filePath: try #require(path))
        process.arguments = ["-Tsvg", source.path, "-o", drawing.path]
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: drawing, encoding: .utf8),
            try String(contentsOf: complaints, encoding: .utf8)
        )
    }
}

private let grouped = """
    workflow: small
    version: 1
    start: note
    clocks: {long: "Long"}
    alerts: {late: {title: "Late", severity: info}}
    effects: {letter: {title: "Letter", lost: hold}}
    events:
      request.opened: {title: "Opened", by: operator}
      order.sent: {title: "Sent", by: operator}
      order.resent: {title: "Sent again", by: operator}
      order.dropped: {title: "Dropped", by: operator}
      evidence.recorded: {title: "Evidence", by: operator}
      answer.lapsed: {title: "Lapsed", by: clock}
    always: [evidence.recorded]
    states:
      office:
        title: 'Our "office"'
        deadlines: {lapse: {after: long, event: answer.lapsed}}
        moves: {answer.lapsed: done, order.dropped: done}
        states:
          note:
            title: "Note"
            kind: work
            moves: {order.sent: {to: waiting, effect: letter}, order.resent: waiting}
          waiting:
            title: "Waiting"
            kind: wait
            deadlines: {late: {after: long, alert: late}}
      done: {title: "Done", kind: final}

    """
