public import ArgumentParser

/// `precert`, the command.
public struct PrecertCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "precert",
        abstract: "Prior authorizations, from the order to the day the approval runs out.",
        discussion: """
            With nothing configured, precert keeps its data in a private PostgreSQL cluster of yours. DATABASE_URL or \
            libpq's PG* variables select a server instead.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Requests:",
                subcommands: [
                    LintCommand.self, NewCommand.self, AmendCommand.self, CheckCommand.self, EvidenceCommand.self,
                    DocumentCommand.self, SubmitCommand.self, DecideCommand.self, RecordCommand.self,
                    WithdrawCommand.self, ShowCommand.self,
                    ListCommand.self,
                ]),
            CommandGroup(
                name: "The day:",
                subcommands: [
                    WorklistCommand.self, ImportCommand.self, QuarantineCommand.self, ExpiringCommand.self,
                    AlertsCommand.self,
                ]),
            CommandGroup(
                name: "Rules:",
                subcommands: [WorkflowCommand.self, PayerCommand.self, PolicyCommand.self, CodesCommand.self]),
            CommandGroup(
                name: "Running it:",
                subcommands: [DoctorCommand.self, DatabaseCommand.self, WorkerCommand.self, AuditCommand.self]),
        ])

    /// Rises with each release; a database remembers the newest that has brought it up to date.
    static let version = "0.1.0"

    public init() {}
}
