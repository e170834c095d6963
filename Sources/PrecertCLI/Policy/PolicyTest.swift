import ArgumentParser
import Criteria
import Diagnostics

struct PolicyTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the example patients that policy files carry.",
        discussion: """
            Each example names facts and the verdict that must come of them. A warning names each criterion that no \
            example shows to matter. The exit code is 1 when an example comes out otherwise, 5 when a file cannot be \
            read at all.

            Examples:
              precert policy test
              precert policy test Workflows/payers/bcbs_north_dakota/natalizumab.yaml
              precert policy test --format json
            """)

    @OptionGroup var files: PolicyFiles
    @OptionGroup var output: OutputOptions

    func run() throws {
        let vocabulary = try files.readVocabulary()
        var table = Table(
            [
                Table.Column("policy", "Policy", minimumWidth: 20, wraps: true),
                Table.Column("file", "File", priority: .low, minimumWidth: 16, wraps: true),
                Table.Column("examples", "Examples", alignment: .right, priority: .essential),
                Table.Column("failed", "Failed", alignment: .right, priority: .essential),
                Table.Column("not_shown", "Not shown", alignment: .right, priority: .essential),
                Table.Column("result", "Result", priority: .essential),
            ], whenEmpty: "There is no policy to test.")
        var refused: [Diagnostic] = []
        var findings: [Diagnostic] = []
        var hasFailures = false
        let found = try files.find()
        let library = try files.library(found, vocabulary: vocabulary)
        for file in found {
            do {
                let policy = try library.policy(at: file.name)
                let report = policy.runTests()
                findings += report.failures + report.uncovered
                hasFailures = hasFailures || !report.hasPassed
                table.append(
                    .text(policy.id), .text(file.name), .number(report.caseCount), .number(report.failures.count),
                    .number(report.uncovered.count),
                    .text(report.hasPassed ? "passed" : "failed").styled(report.hasPassed ? .good : .bad))
            } catch {
                refused += error.diagnostics
                table.append(.none, .text(file.name), .none, .none, .none, .text("refused").styled(.bad))
            }
        }
        Console.err(refused + findings)
        output.render(table)
        if !refused.isEmpty { throw ExitStatus.refusedInput }
        if hasFailures { throw ExitStatus.negative }
    }
}
