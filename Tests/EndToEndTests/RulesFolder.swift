import Foundation
import TestSupport

/// A practice's own copy of the rules, in which a test may write, and `precert` working with it.
final class RulesFolder: Sendable {
    /// What `PRECERT_HOME` names.
    let path: String

    init() throws {
        path = try Scratch.folder()
        for name in ["SQL", "Workflows"] {
            try FileManager.default.copyItem(
                atPath: "\(TestServer.repositoryRoot)/\(name)", toPath: "\(path)/\(name)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a command that needs no database.
    func precert(_ arguments: [String], columns: Int = 80) async throws -> Answer {
        let environment = Scratch.environment(home: path).merging([
            "PRECERT_HOME": path, "COLUMNS": String(columns),
        ]) { $1 }
        return try await Turnstile.commands.pass {
            try await Program.start(Program.path, arguments, in: self.path, environment: environment).wait()
        }
    }

    func precert(_ arguments: String...) async throws -> Answer { try await precert(arguments) }

    func read(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    /// Puts other words in the place of words that must be there.
    func replace(_ old: String, with new: String, in file: String) throws {
        let text = try read(file)
        guard text.contains(old) else { throw NotThere(text: old, file: file) }
        try write(text.replacing(old, with: new), to: file)
    }

    /// Every file with its content, to see that nothing was changed.
    func content() throws -> [String: String] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: "\(path)/Workflows")
        return Dictionary(
            uniqueKeysWithValues: files.compactMap { file in
                (try? read("Workflows/\(file)")).map { (file, $0) }  // A folder has no content.
            })
    }
}

struct NotThere: Error {
    let text: String
    let file: String
}
