import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Payers' policies: list and check the files, run their example patients.",
        subcommands: [PolicyList.self, PolicyCheck.self, PolicyTest.self])
}
