import ArgumentParser
import Engine
import Workflow

struct WorkflowMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move requests to the newest published version of the workflow.",
        discussion: """
            A request stays on the version it began with until it is moved; moving it is an event in its history. Where \
            the newer version's migrates_from forgets a state, its requests stay, and are shown without a target \
            (exit code 1).
            """)

    @Flag(help: "Only say what would move.")
    var dryRun = false

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let name = try RuleLibrary(installation: Installation.locate()).workflow().name
        let moves = try await engine.withEngine { try await $0.migrateRequests(of: name, dryRun: dryRun) }
        var table = Table(
            [
                Table.Column("from_version", "From version", alignment: .right, priority: .essential),
                Table.Column("from_state", "State", priority: .essential),
                Table.Column("to_version", "To version", alignment: .right, priority: .essential),
                Table.Column("to_state", "State there", priority: .essential),
                Table.Column("requests", "Requests", alignment: .right, priority: .essential),
            ], whenEmpty: "every request is on the newest version")
        for move in moves {
            table.append(
                .number(move.fromVersion), .text(move.fromState), .number(move.toVersion), .text(move.toState),
                .number(move.requests))
        }
        output.render(table)
        if moves.contains(where: { $0.toState == nil }) { throw ExitStatus.negative }
    }
}
