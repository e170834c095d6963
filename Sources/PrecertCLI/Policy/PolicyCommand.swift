import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Payers' policies: list, check, explain, compare and try out the files.",
        subcommands: [
            PolicyList.self, PolicyCheck.self, PolicyTest.self, PolicyExplain.self, PolicyDiffCommand.self,
            PolicySimulate.self,
        ])
}
