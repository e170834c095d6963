import ArgumentParser
import Diagnostics

/// Prints an error for people to standard error and says with which code to exit.
func report(_ error: any Error) -> Int32 {
    let report = ErrorReport(error)
    let terminal = Terminal.standardError
    for line in report.text(on: terminal) { Console.err(line) }
    return report.status.rawValue
}

/// What a person is told about an error.
///
/// An error that nobody has translated is named by its type alone: its text could hold patient data.
struct ErrorReport: Equatable {
    enum Line: Equatable {
        case plain(String)
        case error(String)
        case hint(String)
    }

    let status: ExitStatus
    let lines: [Line]

    init(_ error: any Error, translators: [ErrorTranslator] = ErrorTranslators.all) {
        switch error {
        case let status as ExitStatus:
            self.init(status: status, lines: [])
        case let failure as CLIFailure:
            self.init(failure)
        case let invalid as InvalidSource:
            self.init(status: .refusedInput, lines: invalid.diagnostics.map { .plain($0.description) })
        case let error:
            for translator in translators {
                if let failure = translator(error) {
                    self.init(failure)
                    return
                }
            }
            self.init(
                CLIFailure(
                    .internalError, "something went wrong inside precert (\(type(of: error)))",
                    hint: "repeat the command; if it fails again, report it with this line"))
        }
    }

    private init(_ failure: CLIFailure) {
        let hint = failure.hint.map { [Line.hint($0)] } ?? []
        self.init(status: failure.status, lines: [.error(failure.message)] + hint)
    }

    private init(status: ExitStatus, lines: [Line]) {
        self.status = status
        self.lines = lines
    }

    func text(on terminal: Terminal) -> [String] {
        lines.map { line in
            switch line {
            case .plain(let text): TextLayout.printable(text)
            case .error(let text): Style.bad.applied(to: "error:", on: terminal) + " " + TextLayout.printable(text)
            case .hint(let text): Style.heading.applied(to: "hint:", on: terminal) + " " + TextLayout.printable(text)
            }
        }
    }
}
