import ArgumentParser

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "Drug and diagnosis codes: what is loaded, what it says, and what is checked with it.",
        subcommands: [CodesLookup.self, CodesLoad.self, CodesRules.self])
}
