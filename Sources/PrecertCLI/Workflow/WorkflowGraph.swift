import ArgumentParser
import Foundation
import Workflow

struct WorkflowGraph: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draw a workflow.",
        discussion: """
            mermaid and dot are text; svg is drawn by Graphviz's dot, which must be installed.

            Examples:
              precert workflow graph > workflow.mmd
              precert workflow graph --as svg --output workflow.svg
              precert workflow graph drafts/prior-authorization.yaml --as dot
            """)

    enum Form: String, CaseIterable, ExpressibleByArgument {
        case mermaid
        case dot
        case svg
    }

    @Argument(
        help: "A workflow definition (default: the installation's).", completion: .file(extensions: ["yaml"]))
    var file: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("What to draw it as.", valueName: "form"))
    var form: Form = .mermaid

    @Option(
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
    var output: String?

    func run() throws {
        let workflow = try read()
        let text =
            switch form {
            case .mermaid: workflow.mermaidText
            case .dot: workflow.graphvizText
            case .svg: try Graphviz.svg(of: workflow.graphvizText, environment: Environment.current)
            }
        guard let output else {
            Console.out(text)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw CLIFailure(
                .refusedInput, "cannot write \(output)", hint: "is its directory there, and may you write in it?")
        }
    }

    private func read() throws -> CompiledWorkflow {
        guard let file else { return try RuleLibrary(installation: Installation.locate()).workflow() }
        return try WorkflowReading(InputFile.read(file), file: file).get()
    }
}

/// Graphviz's `dot`, as far as it is installed.
enum Graphviz {
    /// - Throws: `CLIFailure` with `.configuration` when there is no `dot`, or when it fails.
    static func svg(of graph: String, environment: [String: String]) throws -> String {
        guard let dot = find("dot", in: environment["PATH"] ?? "") else {
            throw CLIFailure(
                .configuration, "svg is drawn by Graphviz's dot, which is not in PATH",
                hint: "install it (apt-get install graphviz), or use --as dot or --as mermaid")
        }
        // Through a file, since a child that reads and writes pipes at once can make both sides wait.
        let input = FileManager.default.temporaryDirectory.appendingPathComponent("precert-\(UUID().uuidString).dot")
        try Data(graph.utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }  // What is left in the temporary folder does no harm.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: dot)
        process.arguments = ["-Tsvg", input.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw CLIFailure(.configuration, "\(dot) could not be started")
        }
        let drawing = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, !drawing.isEmpty else {
            throw CLIFailure(
                .configuration, "\(dot) did not draw the graph; its own words stand above",
                hint: "is Graphviz installed completely?")
        }
        return String(decoding: drawing, as: UTF8.self)
    }

    private static func find(_ program: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
