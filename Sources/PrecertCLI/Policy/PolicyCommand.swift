import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Payers' policies: check the files, run their example patients, compare versions.",
        subcommands: [PolicyCheck.self, PolicyTest.self, PolicyDiffCommand.self])
}
