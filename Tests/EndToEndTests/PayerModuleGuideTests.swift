import Foundation
import PostgresClient
import TestSupport
import Testing

/// docs/payer-module.md is followed to the letter: every command is run as it is printed there, every file is written as
/// it is shown, and what the page says is printed must be printed.
@Suite("The guide to payer modules") struct PayerModuleGuideTests {
    @Test("leads from nothing to a published policy")
    func followed() async throws {
        let practice = try await Practice.open(isEmpty: true)
        let shell = try Shell(practice)
        let steps = try Guide("docs/payer-module.md").steps
        var printed = ""
        for step in steps {
            switch step.kind {
            case .commands(let exit):
                let answer = try await shell.run(step.lines)
                #expect(answer.status == exit, "line \(step.line): \(answer.everything.prefix(2000))")
                printed = answer.everything
            case .output:
                for line in step.lines where !line.isEmpty {
                    #expect(
                        printed.contains(line),
                        "line \(step.line): not printed: \(line); printed: \(printed.prefix(2000))")
                }
            case .file:
                let path = try #require(step.lines.first?.split(separator: " ").last)
                try shell.fill(String(path), with: step.lines.joined(separator: "\n") + "\n")
            case .change:
                let path = try #require(step.lines.first?.split(separator: " ").last)
                let gone = step.lines.dropFirst().filter { $0.hasPrefix("-") }.map { $0.dropFirst() }
                let new = step.lines.dropFirst().filter { $0.hasPrefix("+") }.map { $0.dropFirst() }
                try shell.replace(gone.joined(separator: "\n"), with: new.joined(separator: "\n"), in: String(path))
            }
        }
        let kinds = steps.map(\.kind)
        #expect(kinds.count { $0 == .file } == 2 && kinds.count { $0 == .change } == 2)

        // What was published, and that the files are used.
        #expect(
            try await practice.text(
                "select name || ', ' || time_zone from precert.payer where payer_id = 'acme_health'")
                == "Acme Health, America/Chicago")
        #expect(try await practice.count("select count(*) from precert.clock_rule where payer_id = 'acme_health'") == 3)
        let tested = try await shell.run(["precert policy test Workflows/payers/acme_health --format csv"])
        #expect(tested.out.contains(",8,0,0,passed"))
        #expect(tested.err.isEmpty)
        #expect(try await practice.precert("workflow", "list").out.contains("prior-authorization"))
    }

    /// Somebody's shell, in their home, with Precert installed as the guide takes it to be.
    private final class Shell {
        private let practice: Practice
        /// What earlier commands left behind in the shell: where it is, and what it exported.
        private var state: [Substring] = []
        private let installation: String

        init(_ practice: Practice) throws {
            self.practice = practice
            installation = practice.folder + "/installed"
            let files = FileManager.default
            try files.createDirectory(atPath: installation + "/bin", withIntermediateDirectories: true)
            try files.createSymbolicLink(atPath: installation + "/bin/precert", withDestinationPath: Program.path)
            for name in ["SQL", "Workflows"] {
                try files.copyItem(
                    atPath: "\(TestServer.repositoryRoot)/\(name)", toPath: "\(installation)/\(name)")
            }
        }

        func run(_ lines: [Substring]) async throws -> Answer {
            // The one thing that differs from the page: where the installation lies.
            let script = (["set -e"] + state + lines).joined(separator: "\n")
                .replacing("/usr/local/share/precert", with: installation)
            state += lines.filter { $0.hasPrefix("export ") || $0.hasPrefix("cd ") }
            let environment = practice.environment.merging([
                "PATH": "\(installation)/bin:/usr/bin:/bin", "COLUMNS": "80",
            ]) { $1 }
            return try await Turnstile.commands.pass { [practice] in
                try await Program.start("/bin/sh", ["-c", script], in: practice.folder, environment: environment)
                    .wait()
            }
        }

        private func file(_ path: String) -> URL { URL(fileURLWithPath: "\(practice.folder)/precert-rules/\(path)") }

        func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: file(path)) }

        /// What the page shows takes the place of all but the first line.
        func fill(_ path: String, with text: String) throws {
            let first = try String(contentsOf: file(path), encoding: .utf8).prefix { $0 != "\n" }
            try #require(first.hasPrefix("# yaml-language-server: $schema="))
            try write("\(first)\n\(text)", to: path)
        }

        func replace(_ old: String, with new: String, in path: String) throws {
            let text = try String(contentsOf: file(path), encoding: .utf8)
            try #require(text.components(separatedBy: old).count == 2, "\"\(old)\" stands once in \(path)")
            try write(text.replacing(old, with: new), to: path)
        }
    }
}
