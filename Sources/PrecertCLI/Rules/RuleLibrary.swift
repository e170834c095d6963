import Codes
import Criteria
import Diagnostics
import Engine
import Exchange
import Payers
import Workflow

/// The rules of the installation's `Workflows/` folder, read when they are asked for.
struct RuleLibrary: Sendable {
    let installation: Installation

    /// The one workflow that this release publishes.
    static let workflowFile = "Workflows/prior-authorization.yaml"

    /// One folder for each payer.
    static let payersFolder = "Workflows/payers"

    func workflow() throws -> CompiledWorkflow {
        try WorkflowReading(installation.read(Self.workflowFile), file: Self.workflowFile).get()
    }

    func codes() throws -> CodeBook {
        let manifest = "Workflows/codes/codes.yaml"
        return try CodeBook(manifest: installation.read(manifest), file: manifest) { name in
            // The whole ICD-10-CM table has 8 MB.
            try installation.read("Workflows/codes/\(name)", limit: 64 << 20)
        }
    }

    func vocabulary() throws -> Vocabulary {
        let file = "Workflows/vocabulary.yaml"
        return try Vocabulary.parse(installation.read(file), file: file)
    }

    /// Every payer with every policy.
    func payers() throws -> PayerCatalog { try payers(policiesOf: nil) }

    /// Every payer, with the policies by which one of them decides; what the others' policies say takes no time.
    func payers(policiesOf payer: String?) throws -> PayerCatalog {
        let clocks = "Workflows/clocks.yaml"
        return try PayerCatalog.load(
            payerFiles(), vocabulary: vocabulary(),
            practiceClocks: ClockTable.parsePracticeDefaults(installation.read(clocks), file: clocks),
            policiesOf: payer)
    }

    /// Every payer without its policies: names, channels, clocks, rules.
    func payerHeads() throws -> PayerCatalog { try payers(policiesOf: "") }

    /// What a request at this payer is judged by.
    func criteria(at payer: String) throws -> CriteriaRules {
        CriteriaRules(vocabulary: try vocabulary(), catalog: try payers(policiesOf: payer), codes: try codes())
    }

    func holidays() throws -> HolidayCalendar {
        let file = "Workflows/calendars/us-federal.yaml"
        return try HolidayCalendar.parse(installation.read(file), file: file)
    }

    /// How the files of one payer are read, in the order of their names.
    func mappings(of payer: String) throws -> [StatusMapping] {
        try installation.files(under: "Workflows/payers/\(payer)", endingIn: ".yaml")
            .filter(PayerFile.isImportMapping)
            .map { path in try StatusMapping.parse(InputFile.read(path), file: relative(path)) }
    }

    private func payerFiles() throws -> [PayerFile] {
        try installation.files(under: "Workflows/payers", endingIn: ".yaml")
            .map { path in
                let name = relative(path)
                return PayerFile(
                    path: String(name.dropFirst("Workflows/payers/".count)), bytes: try InputFile.read(path))
            }
    }

    /// The path from the installation's root, as messages name it.
    func relative(_ path: String) -> String {
        path.hasPrefix(installation.root + "/") ? String(path.dropFirst(installation.root.count + 1)) : path
    }
}
