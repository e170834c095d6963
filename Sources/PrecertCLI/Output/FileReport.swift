import Diagnostics

/// What looking at files came to: a row for each file, and everything that was found.
///
/// For people the findings stand on standard error like a compiler's; in JSON they are part of the document.
protocol FileReport: Encodable {
    /// The findings, in the order in which they are printed.
    var lines: [Diagnostic] { get }
    var table: Table { get }
}

extension FileReport {
    var hasErrors: Bool { lines.contains { $0.severity == .error } }

    /// Prints the report.
    ///
    /// - Throws: `ExitStatus.refusedInput` when there is an error among the findings.
    func finish(_ output: OutputOptions) throws {
        if output.format == .json {
            try output.render(json: self)
        } else {
            Console.err(lines)
            output.render(table)
        }
        if hasErrors { throw ExitStatus.refusedInput }
    }
}
