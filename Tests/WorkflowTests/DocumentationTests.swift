import Diagnostics
import Foundation
import Testing
import Workflow

@Suite("docs/workflow-language.md") struct DocumentationTests {
    private let page: String

    init() throws {
        page = try String(contentsOf: WorkflowFiles.root.appending(path: "docs/workflow-language.md"), encoding: .utf8)
    }

    @Test("its example compiles without a word")
    func example() throws {
        let parts = page.components(separatedBy: "```yaml\n")
        let example = try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
        let reading = read(example)
        #expect(reading.diagnostics == [])
        let workflow = try reading.get()
        #expect(workflow.name == "referral")
        #expect(workflow.deadlines(in: "waiting").map(\.name) == ["answer", "answer-notice"])
        #expect(workflow.migrationTarget(for: "sent") == "waiting")
    }

    @Test("names every word of the language that has a closed list")
    func words() {
        let words =
            CompiledWorkflow.Kind.allCases.map(\.rawValue) + CompiledWorkflow.Severity.allCases.map(\.rawValue)
            + CompiledWorkflow.WhenLost.allCases.map(\.rawValue) + CompiledWorkflow.Source.allCases.map(\.rawValue) + [
                "day: begins"
            ] + CompiledWorkflow.Recording.words
        for word in words { #expect(page.contains("`\(word)`"), "\(word)") }
    }
}
