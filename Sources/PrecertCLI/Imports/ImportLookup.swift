import ArgumentParser
import Engine
import Foundation

struct ImportList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The files imported last, and how many of their rows wait for a person.")

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let imports = try await engine.withEngine { try await $0.imports() }
        var table = Table(
            [
                Table.Column("import", "Import", priority: .essential),
                Table.Column("payer", "Payer", priority: .essential),
                Table.Column("started", "Begun"),
                Table.Column("rows", "Rows", alignment: .right, priority: .essential),
                Table.Column("held", "Held", alignment: .right, priority: .essential),
                Table.Column("status", "Status"),
                Table.Column("seen", "Times given", alignment: .right, priority: .low),
                Table.Column("mapping", "Mapping", priority: .low),
                Table.Column("by", "By", priority: .low),
            ], whenEmpty: "no file was imported yet")
        for item in imports {
            table.append(
                .text(String(item.batch.uuidString.lowercased().prefix(8))), .text(item.payer),
                .instant(item.startedAt),
                .number(item.rowCount), .number(item.heldCount), .text(item.status), .number(item.timesSeen),
                .text(item.mapping), .text(item.importedBy))
        }
        output.render(table)
    }
}

struct ImportShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What came of an import: the report, as its rows stand now.")

    @Argument(help: "The import's id, or the beginning of it, as precert import list has it.")
    var batch: String

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() async throws {
        let report = try await engine.withEngine { try await $0.importReport(batch) }
        switch output.format {
        case .json: try output.render(json: ImportDocument(report, payer: report.payer))
        case .table, .csv:
            Console.out(ImportScreen(report: report, payer: report.payer, isDryRun: false).text(on: .standardOutput))
        }
    }
}
