import ArgumentParser
import CivilTime
import Criteria
import Payers

struct PayerList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The payers on file, with their drugs and what waits to be looked at.",
        discussion: """
            "Due" (in JSON and CSV "to_review") counts the policies whose day of review has passed or comes within 30 days, and those that have \
            ended with nothing after them; "unconfirmed" those that are marked superseded or unconfirmed, or of which a \
            source was never seen. One policy may be both; precert policy list --stale names them all, with why.

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
        let toReview: Int
        let unconfirmed: Int
        let nextReview: CivilDate?
        let isOverdue: Bool

        init(_ module: PayerModule, today: CivilDate) {
            let standings = module.standings(today: today, within: .days(30))
            id = module.id
            name = module.name
            drugs = Set(module.policies.flatMap(\.product.ingredients)).sorted().joined(separator: ", ")
            policies = standings.count
            toReview = standings.count { $0.standing.isToReview }
            unconfirmed = standings.count { $0.standing.isUnconfirmed }
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
                Table.Column("drugs", "Drugs", minimumWidth: 13, wraps: true),
                Table.Column("policies", "Policies", alignment: .right, priority: .essential),
                Table.Column("to_review", "Due", alignment: .right, priority: .essential),
                Table.Column("unconfirmed", "Unconfirmed", alignment: .right, priority: .essential),
                Table.Column("next_review_by", "Review by", priority: .essential),
            ], whenEmpty: Self.whenEmpty)
        for row in rows {
            table.append(
                .text("\(row.id)\n\(row.name)"), .text(row.drugs), .number(row.policies),
                .number(row.toReview).styled(row.toReview > 0 ? .caution : nil), .number(row.unconfirmed),
                .date(row.nextReview).styled(row.isOverdue ? .bad : nil))
        }
        return table
    }

    private func forPrograms(_ rows: [Row]) -> Table {
        var table = Table(
            [
                Table.Column("payer", "Payer"), Table.Column("name", "Name"), Table.Column("drugs", "Drugs"),
                Table.Column("policies", "Policies"), Table.Column("to_review", "To review"),
                Table.Column("unconfirmed", "Unconfirmed"), Table.Column("next_review_by", "Next review"),
            ], whenEmpty: Self.whenEmpty)
        for row in rows {
            table.append(
                .text(row.id), .text(row.name), .text(row.drugs), .number(row.policies), .number(row.toReview),
                .number(row.unconfirmed), .date(row.nextReview))
        }
        return table
    }
}
