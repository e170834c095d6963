import ArgumentParser
import Codes

struct CodesRules: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Every rule that an order is held against, by its id.",
        discussion: """
            The ids are stable: scripts and people may refer to them. docs/codes.md says of each when it is an error.

            Example: precert codes rules --format csv
            """)

    @OptionGroup var output: OutputOptions

    func run() { output.render(Self.table) }

    static var table: Table {
        var table = Table(
            [
                Table.Column("rule", "Rule", priority: .essential),
                Table.Column("summary", "Finds", minimumWidth: 20, wraps: true),
            ], whenEmpty: "There is no rule.")
        for rule in CodeGuard.rules { table.append(.text(rule.id), .text(rule.summary)) }
        return table
    }
}
