import ArgumentParser
import Engine

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Everything on record about one request, with its whole timeline.",
        discussion: """
            The patient stands there by initials. --names shows name, birth date and member id, and writes down who \
            looked and why.
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @Option(help: ArgumentHelp("Show the patient in full; say what for.", valueName: "purpose"))
    var names: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try output.refuseCSV()
        if let names, names.allSatisfy(\.isWhitespace) { throw ValidationError("--names needs a purpose.") }
    }

    func run() async throws {
        let shown = try await engine.withEngine { engine in
            let found = try await engine.find(request)
            return try await engine.requestCase(found.id, purpose: names)
        }
        if engine.time.date != nil, let last = shown.events.last?.recordedAt, engine.time.now < last {
            Console.err("note: this is what is on record now; things have happened since \(engine.time.today)")
        }
        switch output.format {
        case .json: try output.render(json: ShowDocument(shown, withNames: names != nil))
        case .table, .csv:
            Console.out(
                ShowScreen(request: shown, withNames: names != nil, now: engine.time.now).text(on: .standardOutput))
        }
    }
}
