import ArgumentParser

struct PayerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payer",
        abstract: "Payers: who is on file, what is known of each, begin a new one.",
        subcommands: [PayerList.self, PayerShow.self, PayerNew.self])
}
