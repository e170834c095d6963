import ArgumentParser
import CivilTime
import Criteria
import Payers

struct PayerList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The payers on file, with their drugs and what waits to be looked at.",
        discussion: """
            "Stale" counts what precert policy list --stale would list, a review within 30 days included; "unverified" \
            (in JSON and CSV) those among them that are marked superseded or unconfirmed, or whose source was never seen.

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
        let rows = catalog.modules.map { Row($0, today: today) }
        output.render(output.format == .table ? forPeople(rows) : forPrograms(rows))
    }

    private struct Row {
        let id: String
        let name: String
        let drugs: String
        let policies: Int
        let stale: Int
        let unverified: Int
        let nextReview: CivilDate?
        let isOverdue: Bool

        init(_ module: PayerModule, today: CivilDate) {
            let standings = module.standings(today: today, within: .days(30))
            id = module.id
            name = module.name
            drugs = Set(module.policies.flatMap(\.product.ingredients)).sorted().joined(separator: ", ")
            policies = standings.count
            stale = standings.count { $0.standing.isStale }
            unverified = standings.count { $0.standing.isUnverified }
            nextReview = module.policies.map(\.reviewBy).min()
            isOverdue = standings.contains { $0.standing.isOverdue }
        }
    }

    private static let whenEmpty = "no payer is on file; precert payer new begins one"

    /// The name below the id, so that both fit beside the drugs.
    private func forPeople(_ rows: [Row]) -> Table {
        var table = Table(
            [
                Table.Column("payer", "Payer", minimumWidth: 25, wraps: true),
                Table.Column("drugs", "Drugs", minimumWidth: 14, wraps: true),
                Table.Column("policies", "Policies", alignment: .right, priority: .essential),
                Table.Column("stale", "Stale", alignment: .right, priority: .essential),
                Table.Column("next_review_by", "Next review", priority: .essential),
            ], whenEmpty: Self.whenEmpty)
        for row in rows {
            table.append(
                .text("\(row.id)\n\(row.name)"), .text(row.drugs), .number(row.policies),
                .number(row.stale).styled(row.stale > 0 ? .caution : nil),
                .date(row.nextReview).styled(row.isOverdue ? .bad : nil))
        }
        return table
    }

    private func forPrograms(_ rows: [Row]) -> Table {
        var table = Table(
            [
                Table.Column("payer", "Payer"), Table.Column("name", "Name"), Table.Column("drugs", "Drugs"),
                Table.Column("policies", "Policies"), Table.Column("stale", "Stale"),
                Table.Column("unverified", "Unverified"), Table.Column("next_review_by", "Next review"),
            ], whenEmpty: Self.whenEmpty)
        for row in rows {
            table.append(
                .text(row.id), .text(row.name), .text(row.drugs), .number(row.policies), .number(row.stale),
                .number(row.unverified), .date(row.nextReview))
        }
        return table
    }
}
