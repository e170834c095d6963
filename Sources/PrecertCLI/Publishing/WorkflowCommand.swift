import ArgumentParser

struct WorkflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow", abstract: "The state machine: check it, draw it, publish it.",
        subcommands: [WorkflowCheck.self, WorkflowGraph.self, WorkflowPublish.self, WorkflowList.self])
}
