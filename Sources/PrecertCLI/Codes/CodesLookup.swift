import ArgumentParser
import CivilTime
import Codes

struct CodesLookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "What a code means on a date of service, and which tables are loaded.",
        discussion: """
            For a drug code its billing unit and dates; for a diagnosis whether it can be billed, and what stands \
            below it when it cannot; for an NDC whose it is; a modifier's and a place of service's meaning. Every \
            answer names the release that it comes from; on a date that the release does not speak of, it says so. \
            Without a code: every loaded table, its release, and the dates of service that it answers for.

            Examples:
              precert codes lookup J2323
              precert codes lookup G35 --on 2025-10-01
              precert codes lookup G35.A --format json
              precert codes lookup 64406-008-01
              precert codes lookup
            """)

    @Argument(help: "The code, with or without its dot, in any case.")
    var code: String?

    @Option(help: ArgumentHelp("The date of service (default: today).", valueName: "date"))
    var on: DateArgument?

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if code != nil { try output.refuseCSV() }
    }

    func run() throws {
        let today = asOf.today
        let date = on?.date(from: today) ?? today
        let book = try RuleLibrary(installation: Installation.locate()).codes()
        guard let code else {
            let tables = LoadedTables(book, on: date)
            return output.format == .json ? try output.render(json: tables) : output.render(tables.table)
        }
        let answers = CodeAnswers(code, on: date, in: book)
        guard answers.isFound else { throw answers.notFound(in: book) }
        if output.format == .json {
            try output.render(json: answers)
        } else {
            answers.render(output)
        }
    }
}
