import ArgumentParser
import CivilTime
import Diagnostics
import Engine
import Exchange
import Payers
import PostgresClient

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a payer's status file.",
        discussion: """
            Every row ends with one outcome, and the counts add up to the rows read. A row that matches nothing, \
            matches two requests, or says something unknown is quarantined with the reason. The same file again \
            changes nothing. Interrupted and begun again, it goes on where it stopped.

            Exit code 0 when every row was applied or known, 5 when rows were quarantined.

            Example: precert import status.csv --payer unitedhealthcare
            """)

    @Argument(help: "The payer's file.", completion: .file())
    var file: String

    @Option(help: "The payer whose file it is.")
    var payer: String

    @Option(help: "Which of the payer's mappings reads it (default: the only one).")
    var mapping: String?

    @Option(help: ArgumentHelp("Rows a transaction.", visibility: .hidden))
    var chunk = 2000

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try output.refuseCSV()
        guard (1...5000).contains(chunk) else { throw ValidationError("--chunk goes from 1 to 5000.") }
    }

    func run() async throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        let catalog = try rules.payerHeads()
        guard let module = catalog.payer(payer) else { throw unknownPayer(payer, in: catalog) }
        let mapping = try choose(rules.mappings(of: module.id), of: module.id)
        let content = try InputFile.read(file, limit: 128 << 20)
        let read = try StatusFile.read(content, file: file, mapping: mapping)
        let rows = read.rows.map { PostgresJSON(bytes: $0.jsonObject) }
        let isTerminal = Terminal.standardError.isTerminal
        let report = try await engine.withEngine { engine in
            try await engine.importStatuses(
                rows, payer: module.id, mapping: "\(mapping.name)/\(mapping.version)", content: content,
                asOf: SystemClock.civilDate(at: self.engine.time.now, in: module.timeZone), chunk: chunk
            ) { done in
                if isTerminal, rows.count > 2000 { Console.err("\(done) of \(rows.count) rows") }
            }
        }
        let screen = ImportScreen(report: report, rows: read.rows, payer: module.name)
        switch output.format {
        case .json: try output.render(json: ImportDocument(report, payer: module.id))
        case .table, .csv: Console.out(screen.text(on: .standardOutput))
        }
        if report.status != "known", report.rows.contains(where: { ImportScreen.needsAPerson($0.outcome) }) {
            throw ExitStatus.refusedInput
        }
    }

    private func choose(_ mappings: [StatusMapping], of payer: String) throws -> StatusMapping {
        let names = mappings.map(\.name).joined(separator: ", ")
        if let wanted = mapping {
            guard let found = mappings.first(where: { $0.name == wanted || $0.name == "\(payer)/\(wanted)" }) else {
                throw CLIFailure(.notFound, "\(payer) has no mapping \"\(wanted.prefix(60))\"; it has: \(names)")
            }
            return found
        }
        guard let only = mappings.first, mappings.count == 1 else {
            throw CLIFailure(
                .usage,
                mappings.isEmpty
                    ? "\(payer) has no mapping in Workflows/payers/\(payer)/imports"
                    : "\(payer) has several mappings: \(names)",
                hint: mappings.isEmpty ? "docs/import-mapping.md says how to write one" : "choose with --mapping")
        }
        return only
    }
}
