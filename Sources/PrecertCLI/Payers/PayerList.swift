import ArgumentParser
import Criteria
import Payers

struct PayerList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The payers on file, with their drugs and what waits to be looked at.",
        discussion: """
            "Stale" counts what precert policy list --stale would list, a review within 30 days included; "unverified" \
            those among them that are marked superseded or unconfirmed, or whose source was never seen.

            Examples:
              precert payer list
              precert payer list --as-of 2027-03-01
              precert payer list --format csv
            """)

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let catalog = try RuleLibrary(installation: Installation.locate()).payers()
        let today = asOf.today
        var table = Table(
            [
                Table.Column("payer", "Payer", priority: .essential),
                Table.Column("name", "Name", minimumWidth: 16, wraps: true),
                Table.Column("drugs", "Drugs", minimumWidth: 12, wraps: true),
                Table.Column("policies", "Policies", alignment: .right, priority: .essential),
                Table.Column("stale", "Stale", alignment: .right, priority: .essential),
                Table.Column("unverified", "Unverified", alignment: .right, isForPrograms: true),
                Table.Column("next_review_by", "Next review", priority: .essential),
            ], whenEmpty: "no payer is on file; precert payer new begins one")
        for module in catalog.modules {
            let standings = module.standings(today: today, within: .days(30))
            let stale = standings.count { $0.standing.isStale }
            let isOverdue = standings.contains { $0.standing.isOverdue }
            let drugs = Set(module.policies.flatMap(\.product.ingredients)).sorted().joined(separator: ", ")
            table.append(
                .text(module.id), .text(module.name), .text(drugs), .number(module.policies.count),
                .number(stale).styled(stale > 0 ? .caution : nil),
                .number(standings.count { $0.standing.isUnverified }),
                .date(module.policies.map(\.reviewBy).min()).styled(isOverdue ? .bad : nil))
        }
        output.render(table)
    }
}
