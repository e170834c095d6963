import Codes
import Criteria
import Diagnostics
import Exchange
import Payers
import Workflow

extension CheckReport {
    @discardableResult
    mutating func checkWorkflow(_ bytes: [UInt8], file: String) throws -> CompiledWorkflow? {
        try check(file, kind: "workflow") {
            let reading = WorkflowReading(bytes, file: file)
            let workflow = try reading.get()
            let summary = """
                \(workflow.name) \(workflow.version): \(workflow.states.count) states, \(workflow.edges.count) moves, \
                \(workflow.deadlines.count) deadlines
                """
            return (workflow, summary, reading.diagnostics)
        }
    }

    /// Checks every file under `Workflows/`, whether they fit each other, and the policies' example patients.
    ///
    /// What needs a file that was refused is left out: its complaints would be about that file once more.
    /// - Returns: the rules, when there is no error among the findings.
    @discardableResult
    mutating func checkInstallation(_ rules: RuleLibrary) throws -> CheckedRules? {
        let workflow = try checkWorkflow(
            rules.installation.read(RuleLibrary.workflowFile), file: RuleLibrary.workflowFile)
        let vocabulary = try check("Workflows/vocabulary.yaml", kind: "vocabulary") {
            (try rules.vocabulary(), "the facts that policies may ask about", [])
        }
        let codes = try check("Workflows/codes/codes.yaml", kind: "codes") {
            let codes = try rules.codes()
            try codes.diagnoses.check()
            return (codes, codes.releases.map(\.name).joined(separator: "; "), [])
        }
        let calendar = try check("Workflows/calendars/us-federal.yaml", kind: "calendar") {
            let calendar = try rules.holidays()
            return (calendar, "\(calendar.title), \(calendar.years.lowerBound) to \(calendar.years.upperBound)", [])
        }
        let clocksFile = "Workflows/clocks.yaml"
        let clocks = try check(clocksFile, kind: "clocks") {
            let bytes = try rules.installation.read(clocksFile)
            let clocks = try ClockTable.parsePracticeDefaults(bytes, file: clocksFile)
            return (clocks, "\(clocks.rules.count) rows", [])
        }
        guard let vocabulary else { return nil }
        let catalog = try checkPayers(rules, vocabulary: vocabulary, clocks: clocks ?? ClockTable(rules: []))
        guard let catalog else { return nil }
        try checkMappings(rules, payers: catalog.modules.map(\.id))
        if let codes {
            add(CheckReport.unknownCodes(catalog.modules.flatMap(\.policies), in: codes))
            add(CheckReport.drugsWithoutWords(codes, in: vocabulary))
        }
        add(catalog.modules.flatMap(\.policies).flatMap { $0.runTests().failures })
        guard let workflow, let calendar, clocks != nil else { return nil }
        add(
            catalog.check(
                workflowClocks: workflow.clocks.map(\.name), calendars: [calendar.name],
                practiceFile: SourceLocation(file: clocksFile, line: 1, column: 1)))
        return hasErrors ? nil : CheckedRules(workflow: workflow, catalog: catalog, calendar: calendar)
    }

    private mutating func checkPayers(
        _ rules: RuleLibrary, vocabulary: Vocabulary, clocks: ClockTable
    ) throws -> PayerCatalog? {
        let files = try rules.installation.files(under: "Workflows/payers", endingIn: ".yaml").map { path in
            PayerFile(path: rules.relative(path), bytes: try InputFile.read(path))
        }
        return try check("Workflows/payers", kind: "payers") {
            let catalog = try PayerCatalog.load(files, vocabulary: vocabulary, practiceClocks: clocks)
            let policies = catalog.modules.map(\.policies.count).reduce(0, +)
            let summary = "\(catalog.modules.count) payers, \(policies) policies"
            return (catalog, summary, catalog.modules.flatMap(\.warnings))
        }
    }

    private mutating func checkMappings(_ rules: RuleLibrary, payers: [String]) throws {
        for path in try rules.installation.files(under: "Workflows/payers", endingIn: ".yaml")
        where PayerFile.isImportMapping(path) {
            let file = rules.relative(path)
            try check(file, kind: "import mapping") {
                let mapping = try StatusMapping.parse(InputFile.read(path), file: file)
                guard payers.contains(mapping.payer) else {
                    throw InvalidSource(
                        at: SourceLocation(file: file, line: 1, column: 1),
                        "no payer \"\(mapping.payer)\" is on file; known: \(payers.joined(separator: ", "))")
                }
                return (mapping, "\(mapping.name) \(mapping.version) of \(mapping.payer)", [])
            }
        }
    }

    /// What is asked for and what was tried before are told apart by the same words: each drug on file, its class and its
    /// brands stand in the vocabulary, a brand under its own drug.
    private static func drugsWithoutWords(_ codes: CodeBook, in vocabulary: Vocabulary) -> [Diagnostic] {
        let start = SourceLocation(file: "Workflows/vocabulary.yaml", line: 1, column: 1)
        guard let tried = vocabulary["prior_therapies"], case .records(let fields) = tried.type,
            case .word(let ingredients)? = fields["ingredient"], case .word(let classes)? = fields["drug_class"],
            let products = vocabulary.told(by: "product", of: tried.key)
        else { return [Diagnostic(.error, at: start, "prior_therapies needs ingredient, drug_class and product")] }
        func missing(_ words: String) -> Diagnostic {
            Diagnostic(.error, at: tried.location, "Workflows/codes has \(words)")
        }
        var found: [Diagnostic] = []
        for drug in codes.drugs.drugs {
            if !ingredients.contains(drug.id) { found.append(missing("the drug \(drug.id), which ingredients lacks")) }
            if let name = drug.drugClass, !classes.contains(name) {
                found.append(missing("\(drug.id)'s class \(name), which drug_classes lacks"))
            }
            for brand in drug.products.flatMap(\.brands) {
                let word = word(for: brand)
                guard products[word] != drug.id else { continue }
                let place = products[word].map { ", where it stands under \($0)" } ?? ""
                found.append(
                    missing("\(brand), a brand of \(drug.id): write \(word) under \(drug.id) in products\(place)"))
            }
        }
        return found
    }

    /// `Ocrevus Zunovo` as `ocrevus_zunovo`.
    private static func word(for brand: String) -> String {
        String(brand.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    /// A policy for a code that no release has would never answer.
    private static func unknownCodes(_ policies: [Policy], in codes: CodeBook) -> [Diagnostic] {
        let classes = Set(codes.drugs.drugs.compactMap(\.drugClass))
        return policies.flatMap { policy in
            policy.product.hcpcs.filter { codes.hcpcs.lookup($0, on: policy.lastChecked).entry == nil }
                .map { code in
                    Diagnostic(.error, at: policy.location, "no loaded release of HCPCS has the code \(code)")
                }
                + policy.product.classes.filter { !classes.contains($0) }.map { name in
                    let hint = nearestMatch(to: name, among: classes).map { "; did you mean \"\($0)\"?" } ?? ""
                    return Diagnostic(.error, at: policy.location, "no drug on file is of the class \"\(name)\"\(hint)")
                }
        }
    }
}
