import ArgumentParser
import Engine

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Rows of payers' files that wait for a person.",
        subcommands: [QuarantineList.self], defaultSubcommand: QuarantineList.self)
}

struct QuarantineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What is held, the longest waiting first, and the requests it may belong to.",
        discussion: """
            A held row is not applied by a later file either. Look at the payer's file at the line named, settle it with \
            the payer, and record what holds with precert decide.
            """)

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rows = try await engine.withEngine { try await $0.quarantined() }
        var table = Table(
            [
                Table.Column("held", "Held since", priority: .essential),
                Table.Column("payer", "Payer", priority: .low),
                Table.Column("row", "Row", alignment: .right, priority: .optional),
                Table.Column("line", "Line", alignment: .right, priority: .essential),
                Table.Column("outcome", "Outcome", priority: .essential),
                Table.Column("why", "Why", minimumWidth: 24, wraps: true),
                Table.Column("candidates", "May belong to", priority: .low, minimumWidth: 13, wraps: true),
            ], whenEmpty: "nothing is held")
        for row in rows {
            table.append(
                .instant(row.heldAt), .text(row.payer), .number(row.row), .number(row.line), .text(row.reason),
                .text(ImportScreen.words(row.detail)),
                .text(row.candidates.isEmpty ? nil : row.candidates.joined(separator: ", ")))
        }
        output.render(table)
    }
}
