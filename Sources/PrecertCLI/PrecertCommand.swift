public import ArgumentParser

/// `precert`, the command.
public struct PrecertCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "precert",
        abstract: "Prior authorizations, from the order to the day the approval runs out.")

    public init() {}
}
