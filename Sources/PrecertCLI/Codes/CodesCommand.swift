import ArgumentParser

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "Drug and diagnosis codes: what is loaded, and what it says.",
        subcommands: [CodesLookup.self])
}
