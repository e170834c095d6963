import ArgumentParser
import CivilTime
import Criteria
import Diagnostics

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Where the verdict changes between two versions of a policy.",
        discussion: """
            Says for each set of criteria whether the new file is stricter, looser, mixed or the same, and for which \
            values of which facts the verdict differs: every value of every fact is taken into account, as long as it \
            is known. Sets are matched by their names. What is assumed is said; a policy too large for it is compared \
            by a sample, and that is said too.

            Exit code 0 when nothing differs, 1 when something does, 5 when a file cannot be read.

            Examples:
              precert policy diff Workflows/payers/acme/ocrelizumab.yaml drafts/ocrelizumab.yaml
              precert policy diff old.yaml new.yaml --as-of 2027-03-01 --format json
            """)

    @Argument(help: "The version to compare with.", completion: .file(extensions: ["yaml"]))
    var old: String

    @Argument(help: "The new version.", completion: .file(extensions: ["yaml"]))
    var new: String

    @Option(
        help: ArgumentHelp("The vocabulary of facts (default: the installation's).", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var vocabulary: String?

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() throws {
        let reader = try PolicyFileReader(vocabulary: vocabulary)
        let (before, after) = (try reader.policy(old), try reader.policy(new))
        let diff = before.difference(from: after, asOf: asOf.today)
        switch output.format {
        case .json: try output.render(json: PolicyDiffDocument(old: old, new: new, diff: diff))
        case .table, .csv:
            Console.out(PolicyDiffScreen(before: before, after: after, diff: diff).text(on: .standardOutput))
        }
        if !diff.isSame { throw ExitStatus.negative }
    }
}

/// Reads single policy files, with those of the installation whose criteria they may take over.
struct PolicyFileReader {
    let vocabulary: Vocabulary

    init(vocabulary file: String?) throws {
        vocabulary =
            try file.map { try Vocabulary.parse(InputFile.read($0), file: $0) }
            ?? RuleLibrary(installation: Installation.locate()).vocabulary()
    }

    /// - Throws: `InvalidSource` when the policy cannot be read, `CLIFailure` when there is no such file.
    func policy(_ path: String) throws -> Policy {
        var files = [(path: path, bytes: try InputFile.read(path))]
        if let installation = try? Installation.locate() {
            let rules = RuleLibrary(installation: installation)
            let given = URL(filePath: path).standardized.path
            for other in try installation.files(under: "Workflows/payers", endingIn: ".yaml")
            where URL(filePath: other).standardized.path != given {
                files.append((rules.relative(other), try InputFile.read(other)))
            }
        }
        return try PolicyLibrary(files, vocabulary: vocabulary).policy(at: path)
    }
}

struct PolicyDiffDocument: Encodable {
    let old: String
    let new: String
    let direction: CriteriaSetDiff.Direction
    let isSame: Bool
    let asOf: CivilDate
    let head: [PolicyDiff.Change]
    let sets: [CriteriaSetDiff]

    init(old: String, new: String, diff: PolicyDiff) {
        self.old = old
        self.new = new
        direction = diff.direction
        isSame = diff.isSame
        asOf = diff.asOf
        head = diff.head
        sets = diff.sets
    }
}
