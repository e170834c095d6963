import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Payers' policies: check, explain, compare and try out the files.",
        subcommands: [
            PolicyCheck.self, PolicyTest.self, PolicyExplain.self, PolicyDiffCommand.self, PolicySimulate.self,
        ])
}
