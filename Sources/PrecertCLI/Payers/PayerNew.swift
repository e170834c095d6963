import ArgumentParser
import Codes
import Criteria
import Diagnostics
import Payers

struct PayerNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a payer: a folder that passes every check, to be filled in.",
        discussion: """
            Makes Workflows/payers/ID with payer.yaml and, for each --drug, a policy in which all that the payer asks \
            for is marked as not on file: it answers "unknown" until somebody has filled it in. Comments in the files \
            say what to do next. A folder that is there already is left alone, and nothing is left half-written.

            Examples:
              precert payer new acme_health --name "Acme Health" --drug natalizumab
              precert payer new acme_health --name "Acme Health" --drug Tysabri --drug Briumvi
              precert payer new acme_health --name "Acme Health" --into drafts
            """)

    @Argument(help: "The folder's name and the payer's id: lower-case letters, digits and _.")
    var id: String

    @Option(help: "The payer's name as people know it.")
    var name: String

    @Option(help: "Begin a policy for this drug (ingredient, brand or HCPCS code); may be given several times.")
    var drug: [String] = []

    @Option(help: ArgumentHelp("In which the payer's days end (default: the practice's own).", valueName: "zone"))
    var timeZone: String?

    @Option(
        help: ArgumentHelp(
            "Make the payer's folder in this one (default: the installation's Workflows/payers).", valueName: "folder"),
        completion: .directory)
    var into: String?

    @OptionGroup var asOf: AsOfOption

    func validate() throws {
        let isKey = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
        guard isKey, let first = id.utf8.first, (97...122).contains(first), id.utf8.count <= 60 else {
            throw ValidationError(
                "A payer's id has lower-case letters, digits and _ only and begins with a letter: acme_health.")
        }
        let isPrintable = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isPrintable, !name.allSatisfy(\.isWhitespace), name.count <= 120 else {
            throw ValidationError("--name needs 1 to 120 printable characters.")
        }
    }

    func run() throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        let catalog = try rules.payerHeads()
        if let other = catalog.payer(id) ?? catalog.payer(name) {
            throw CLIFailure(
                .conflict, "\(other.name) is on file already (\(other.id))",
                hint: "precert payer show \(other.id)")
        }
        let codes = try rules.codes()
        let scaffold = PayerScaffold(
            id: id, name: name, timeZone: timeZone ?? Publishing.practiceTimeZone, today: asOf.today,
            schemas: into == nil ? "../../schema" : nil)
        let files = scaffold.files(for: try drugs(in: codes.drugs), factsOf: codes.drugsRelease)
        try check(files, rules)

        let folder = "\(into ?? "\(rules.installation.root)/\(RuleLibrary.payersFolder)")/\(id)"
        try NewFolder.make(folder, files: files)
        for file in files { Console.out("\(folder)/\(file.name)") }
        Console.err("made \(folder); next: fill it in, precert workflow check, precert workflow publish")
    }

    private func drugs(in facts: DrugFacts) throws -> [Drug] {
        var found: [Drug] = []
        for name in drug {
            guard let drug = facts.match(name)?.drug ?? facts.owner(of: name.uppercased())?.drug else {
                let hint = facts.nearestName(to: name).map { "; did you mean \($0)?" } ?? ""
                throw CLIFailure(
                    .refusedInput, "no drug on file is called \"\(name.prefix(60))\"\(hint)",
                    hint: "on file: \(facts.drugs.map(\.id).sorted().joined(separator: ", "))")
            }
            if !found.contains(drug) { found.append(drug) }
        }
        return found
    }

    /// The files as the reader will find them: what would not pass is not written.
    private func check(_ files: [(name: String, text: String)], _ rules: RuleLibrary) throws {
        let module = try PayerModule.load(
            files.map { PayerFile(path: "\(id)/\($0.name)", bytes: $0.text.utf8) }, vocabulary: rules.vocabulary())
        let failures = module.policies.flatMap { $0.runTests().failures }
        if !failures.isEmpty { throw InvalidSource(diagnostics: failures) }
    }
}
