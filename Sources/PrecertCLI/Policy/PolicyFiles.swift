import ArgumentParser
import Criteria
import Foundation
import Payers

/// Which policy files a command reads, and the vocabulary that they are checked against.
struct PolicyFiles: ParsableArguments {
    @Argument(
        help: "Policy files, or folders of them (default: the installation's Workflows/payers).",
        completion: .file(extensions: ["yaml"]))
    var paths: [String] = []

    @Option(
        help: ArgumentHelp("The vocabulary of facts (default: the installation's).", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var vocabulary: String?

    struct Found {
        /// Where the file is.
        let path: String
        /// What it is called in messages.
        let name: String
    }

    func readVocabulary() throws -> Vocabulary {
        guard let vocabulary else { return try RuleLibrary(installation: Installation.locate()).vocabulary() }
        return try Vocabulary.parse(InputFile.read(vocabulary), file: vocabulary)
    }

    /// The files, sorted within each folder.
    ///
    /// - Throws: `CLIFailure` with `.notFound` when a path does not exist or a folder holds no policy.
    func find() throws -> [Found] {
        if paths.isEmpty {
            let rules = RuleLibrary(installation: try Installation.locate())
            let folder = "\(rules.installation.root)/Workflows/payers"
            return try PolicyFiles.policies(in: folder).map { Found(path: $0, name: rules.relative($0)) }
        }
        return try paths.flatMap { try PolicyFiles.policies(in: $0) }.map { Found(path: $0, name: $0) }
    }

    /// The files to be read, and those of the installation whose criteria they may take over.
    func library(_ found: [Found], vocabulary: Vocabulary) throws -> PolicyLibrary {
        var files = try found.map { (path: $0.name, bytes: try InputFile.read($0.path)) }
        if let installation = try? Installation.locate() {
            let rules = RuleLibrary(installation: installation)
            let given = Set(found.map { URL(filePath: $0.path).standardized.path })
            for path in try PolicyFiles.policies(in: "\(installation.root)/Workflows/payers")
            where !given.contains(URL(filePath: path).standardized.path) {
                files.append((rules.relative(path), try InputFile.read(path)))
            }
        }
        return PolicyLibrary(files, vocabulary: vocabulary)
    }

    /// A folder's policies: its YAML files without those that describe the payer itself or its status files. A file
    /// that is named is a policy, whatever it is called.
    private static func policies(in path: String) throws -> [String] {
        let files = try InputFile.list(path, endingIn: ".yaml")
        if files == [path] { return files }
        let policies = files.filter { file in
            file.split(separator: "/").last != "payer.yaml" && !PayerFile.isImportMapping(file)
        }
        guard !policies.isEmpty else { throw CLIFailure(.notFound, "there is no policy file under \(path)") }
        return policies
    }
}
