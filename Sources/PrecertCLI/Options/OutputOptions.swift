import ArgumentParser

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `--format` and `--raw`, and the way from an answer to standard output.
struct OutputOptions: ParsableArguments {
    @Option(help: "How the answer is written.")
    var format: OutputFormat = .table

    @Flag(help: "In CSV, leave text that a spreadsheet would take for a formula as it is.")
    var raw = false

    /// Prints a table in the format asked for.
    func render(_ table: Table) { Console.out(text(table, on: .standardOutput)) }

    /// Prints a block in the format asked for.
    func render(_ block: KeyValues) { Console.out(text(block, on: .standardOutput)) }

    /// Prints a nested document as JSON, whatever the format: ask `format` first.
    func render(json document: some Encodable) throws { Console.out(try JSONDocument.text(document)) }

    func text(_ table: Table, on terminal: Terminal) -> String {
        switch format {
        case .table: table.text(on: terminal)
        case .json: table.json()
        case .csv: table.csv(raw: raw)
        }
    }

    func text(_ block: KeyValues, on terminal: Terminal) -> String {
        switch format {
        case .table: block.text(on: terminal)
        case .json: block.json()
        case .csv: block.csv(raw: raw)
        }
    }

    /// For `validate()` of a command whose answer has no rows.
    func refuseCSV() throws {
        if format == .csv {
            throw ValidationError("This answer is not a table of rows and has no CSV form; use --format json.")
        }
    }
}

/// Nested documents: indented, sorted snake_case keys, instants as `2026-12-01T15:00:00Z`; a missing value has no key.
enum JSONDocument {
    static func text(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(InstantText.full(date))
        }
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}
