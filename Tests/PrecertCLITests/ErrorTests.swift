import ArgumentParser
import Diagnostics
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Error reports") struct ErrorReportTests {
    private struct Secretive: Error { let patient = "Zebulon Marker" }
    private static let plain = Terminal(isTerminal: false)

    @Test("says what is wrong, then what to do") func failure() {
        let report = ErrorReport(CLIFailure(.conflict, "already decided", hint: "precert show PA-1"))
        #expect(report.status == .conflict)
        #expect(report.text(on: Self.plain) == ["error: already decided", "hint: precert show PA-1"])
    }

    @Test("prints diagnostics one a line, as a compiler does") func diagnostics() {
        let place = SourceLocation(file: "a.yaml", line: 3, column: 5)
        let invalid = InvalidSource(diagnostics: [
            Diagnostic(.warning, at: place, "doubtful"), Diagnostic(.error, at: place, "wrong"),
        ])
        let report = ErrorReport(invalid)
        #expect(report.status == .refusedInput)
        #expect(report.text(on: Self.plain) == ["a.yaml:3:5: warning: doubtful", "a.yaml:3:5: error: wrong"])
    }

    @Test("names an unknown error by its type and shows nothing that it holds") func unknown() {
        let report = ErrorReport(Secretive())
        let text = report.text(on: Self.plain).joined(separator: "\n")
        #expect(report.status == .internalError)
        #expect(text.contains("Secretive"))
        #expect(!text.contains("Zebulon"))
    }

    @Test("asks the translators in order") func translators() {
        let never: ErrorTranslator = { _ in nil }
        let first: ErrorTranslator = { $0 is Secretive ? CLIFailure(.unreachable, "first") : nil }
        let second: ErrorTranslator = { _ in CLIFailure(.conflict, "second") }
        let report = ErrorReport(Secretive(), translators: [never, first, second])
        #expect(report.text(on: Self.plain) == ["error: first"])
        #expect(report.status == .unreachable)
    }

    @Test("says nothing for a bare status") func bare() {
        let report = ErrorReport(ExitStatus.negative)
        #expect(report.status == .negative)
        #expect(report.lines.isEmpty)
    }

    @Test("lets no escape sequence of a file's name through") func escapes() {
        let report = ErrorReport(CLIFailure(.notFound, "no \u{1B}[2Jfile", hint: "\u{7}"))
        #expect(!report.text(on: Self.plain).joined().unicodeScalars.contains { $0.value < 0x20 })
    }
}

@Suite("Exit codes") struct ExitCodeTests {
    @Test("the page lists each code with its meaning") func page() throws {
        let page = try String(
            decoding: Data(contentsOf: Repository.url("docs/exit-codes.md")), as: UTF8.self)
        for status in ExitStatus.allCases {
            #expect(page.contains("| \(status.rawValue) | \(status.meaning) |"), "\(status)")
        }
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| code") }
        #expect(rows.count == ExitStatus.allCases.count)
    }

    private struct Root: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "root", version: "1", subcommands: [Fail.self])
    }

    private struct Fail: ParsableCommand {
        @Option var how: How = .fine

        enum How: String, ExpressibleByArgument, CaseIterable {
            case fine, failure, status, validation, exit, foreign
        }

        func run() throws {
            switch how {
            case .fine: return
            case .failure: throw CLIFailure(.unknownOutcome, "test: outcome unknown")
            case .status: throw ExitStatus.negative
            case .validation: throw ValidationError("test: validation")
            case .exit: throw ExitCode(4)
            case .foreign: throw CancellationError()
            }
        }
    }

    @Test(
        "come from what the command throws, and from the argument parser as it has them",
        arguments: [
            (["fail"], 0), (["fail", "--how", "failure"], 75), (["fail", "--how", "status"], 1),
            (["fail", "--how", "validation"], 64), (["fail", "--how", "exit"], 4), (["fail", "--how", "foreign"], 70),
            (["fail", "--how", "bogus"], 64), (["bogus"], 64), (["--help"], 0), (["help", "fail"], 0), ([], 0),
            (["--version"], 0),
        ] as [([String], Int32)])
    func codes(arguments: [String], expected: Int32) async {
        #expect(await PrecertProgram.run(Root.self, arguments: arguments) == expected)
    }
}
