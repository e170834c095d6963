import ArgumentParser
import Engine
import Foundation

struct DocumentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: "Documents that prove facts: stored once, under their SHA-256.",
        subcommands: [DocumentAdd.self, DocumentGet.self])
}

struct DocumentAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a document with a request.",
        discussion:
            "The same bytes again change nothing. Example: precert document add PA-7KQ mri.pdf --title \"Brain MRI\"")

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String
    @Argument(help: "The document.", completion: .file())
    var file: String
    @Option(help: "What it is, for people (default: the file's name).")
    var title: String?

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let document = try DocumentFile.read(file, title: title)
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let stored = try await engine.addDocument(
                document.content, mediaType: document.mediaType, title: document.title, to: found.id)
            Console.out("\(stored.sha256)  \(stored.outcome == "duplicate" ? "was stored already" : "stored")")
        }
    }
}

struct DocumentGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Write a stored document to a file, byte for byte.",
        discussion: "Who looked is written down.")

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String
    @Argument(help: "The document's SHA-256, or at least its first four digits.")
    var sha256: String
    @Option(name: .shortAndLong, help: "The file to write; it must not exist yet.", completion: .file())
    var output: String

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let document = try await engine.withEngine { try await $0.document(sha256, of: $0.find(request).id) }
        do {
            try Data(document.content).write(to: URL(fileURLWithPath: output), options: .withoutOverwriting)
        } catch {
            throw CLIFailure(.refusedInput, "cannot write \(output): it exists, or its folder cannot be written")
        }
        Console.err("\(counted(document.content.count, "byte")), \(document.mediaType)")
    }
}
