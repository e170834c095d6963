import ArgumentParser
import Engine

struct WorkflowPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish the rules of Workflows/: holidays, clocks, payers and the workflow.",
        discussion: """
            Nothing is published unless every file passes every check of precert workflow check, example patients \
            included; then all of it is published in one transaction, or nothing. A published workflow never changes: \
            other content under its number is refused. Requests stay on the version they began with.
            """)

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let rules = try CheckedRules.check(RuleLibrary(installation: Installation.locate()))
        let lines = try await engine.withEngine { try await Publishing(rules: rules).publish(to: $0) }
        for line in lines { Console.out(line) }
    }
}

struct WorkflowList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Workflows that are published, and how many requests each has.")

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let published = try await engine.withEngine { try await $0.publishedWorkflows() }
        var table = Table(
            [
                Table.Column("workflow", "Workflow", priority: .essential),
                Table.Column("version", "Version", alignment: .right, priority: .essential),
                Table.Column("states", "States", alignment: .right),
                Table.Column("requests", "Requests", alignment: .right),
                Table.Column("published", "Published"),
                Table.Column("checksum", "SHA-256", priority: .low),
            ], whenEmpty: "no workflow is published; precert db migrate does it")
        for workflow in published {
            table.append(
                .text(workflow.name), .number(workflow.number), .number(workflow.states), .number(workflow.requests),
                .instant(workflow.publishedAt), .text(String(workflow.checksum.prefix(12))))
        }
        output.render(table)
    }
}
