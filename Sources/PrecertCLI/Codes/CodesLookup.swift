import ArgumentParser
import CivilTime
import Codes

struct CodesLookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "What a HCPCS or ICD-10-CM code means on a date of service.",
        discussion: """
            For a drug code its billing unit and dates; for a diagnosis whether it can be billed, and what stands \
            below it when it cannot. Every answer names the release that it comes from; on a date that the release \
            does not speak of, it says so.

            Examples:
              precert codes lookup J2323
              precert codes lookup G35 --on 2025-10-01
              precert codes lookup G35.A --format json
            """)

    @Argument(help: "The code, with or without its dot, in any case.")
    var code: String

    @Option(help: ArgumentHelp("The date of service (default: today).", valueName: "date"))
    var on: DateArgument?

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() throws {
        let today = asOf.today
        let date = on?.date(from: today) ?? today
        let book = try RuleLibrary(installation: Installation.locate()).codes()
        let answers = CodeAnswers(code, on: date, in: book)
        guard answers.isFound else { throw answers.notFound(in: book) }
        if output.format == .json {
            try output.render(json: answers)
        } else {
            answers.render(output)
        }
    }
}
