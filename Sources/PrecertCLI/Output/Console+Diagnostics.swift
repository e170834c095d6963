import Diagnostics

extension Console {
    /// Writes findings to standard error, sorted by place: `file:line:column: error: message`.
    static func err(_ diagnostics: [Diagnostic]) {
        let terminal = Terminal.standardError
        for diagnostic in diagnostics.sorted(by: { $0.location < $1.location }) {
            let style: Style = diagnostic.severity == .error ? .bad : .caution
            let severity = style.applied(to: "\(diagnostic.severity.rawValue):", on: terminal)
            Console.err(
                "\(TextLayout.printable("\(diagnostic.location)")): \(severity) \(TextLayout.printable(diagnostic.message))"
            )
        }
    }
}
