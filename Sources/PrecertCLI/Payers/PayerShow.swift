import ArgumentParser
import Diagnostics
import Payers

struct PayerShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Everything on file about one payer, with the source of each statement.",
        discussion: """
            [seen] means that somebody saw the statement in the source below it, not that the payer still keeps it. \
            [not verified] means that nobody has: a lead, to be confirmed before anybody relies on it.

            Examples:
              precert payer show unitedhealthcare
              precert payer show 87726
              precert payer show "UnitedHealthcare" --format json
            """)

    @Argument(help: "The payer's id, name or EDI id.")
    var payer: String

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() throws {
        let catalog = try RuleLibrary(installation: Installation.locate()).payers()
        guard let module = catalog.payer(payer) else {
            let known = catalog.modules.map(\.id)
            let nearest = nearestMatch(to: payer, among: known).map { "; did you mean \($0)?" } ?? ""
            throw CLIFailure(
                .notFound, "no payer \"\(payer.prefix(60))\" is on file\(nearest)",
                hint: "on file: \(known.joined(separator: ", ")); precert payer new begins another")
        }
        switch output.format {
        case .json: try output.render(json: PayerDocument(module, today: asOf.today))
        case .table, .csv: Console.out(PayerScreen(module: module, today: asOf.today).text(on: .standardOutput))
        }
    }
}
