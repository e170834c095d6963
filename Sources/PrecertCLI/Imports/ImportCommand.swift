import ArgumentParser
import CivilTime
import Diagnostics
import Engine
import Exchange
import Payers
import PostgresClient

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a payer's status file, and see what came of earlier ones.",
        subcommands: [ImportRun.self, ImportList.self, ImportShow.self], defaultSubcommand: ImportRun.self)
}

struct ImportRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Import a payer's status file (the default).",
        discussion: """
            Every row ends with one outcome, and the counts add up to the rows read. A row that matches nothing, \
            matches two requests, or says something unknown is quarantined with the reason. The same file again \
            changes nothing. Interrupted and begun again, it goes on where it stopped. --dry-run gives the same report \
            and takes all of it back; while it runs, the requests that it looks at wait.

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
    var chunk = 5000

    @Flag(help: "Report what would happen, and change nothing.")
    var dryRun = false

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
        let source = try StatusFileSource(file, mapping: mapping)
        let isTerminal = Terminal.standardError.isTerminal
        let report = try await engine.withEngine { engine in
            try await engine.importStatuses(
                source, payer: module.id, mapping: "\(mapping.name)/\(mapping.version)",
                asOf: SystemClock.civilDate(at: self.engine.time.now, in: module.timeZone), chunk: chunk, dryRun: dryRun
            ) { done in
                if isTerminal, source.rowCount > 5000 { Console.err("\(done) of \(source.rowCount) rows") }
            }
        }
        let screen = ImportScreen(report: report, payer: module.name, isDryRun: dryRun)
        switch output.format {
        case .json: try output.render(json: ImportDocument(report, payer: module.id))
        case .table, .csv: Console.out(screen.text(on: .standardOutput))
        }
        if report.status != "known", report.counts.keys.contains(where: ImportScreen.needsAPerson) {
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
