import ArgumentParser
import CivilTime
import Criteria
import Engine

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "A policy's criteria in plain words, or all of why a request stands as it does.",
        discussion: """
            With --policy: every criterion, what it asks of which fact, and where the payer's document says so. With a \
            request: the same for the policies that judge it, with each criterion's verdict and why, and why these \
            versions were chosen. precert check shows only what decides.

            Examples:
              precert policy explain PA-7KQ2M9XD
              precert policy explain --policy Workflows/payers/acme/ocrelizumab.yaml --set rms.initial
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String?

    @Option(help: ArgumentHelp("A policy file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var policy: String?

    @Option(help: ArgumentHelp("Only this set of the file, for example rms.initial.", valueName: "set"))
    var set: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try output.refuseCSV()
        guard (request == nil) != (policy == nil) else {
            throw ValidationError("Name a request, or a file with --policy.")
        }
        if set != nil, policy == nil { throw ValidationError("--set belongs to --policy.") }
    }

    func run() async throws {
        if let policy { return try explain(file: policy) }
        guard let request else { return }
        let library = RuleLibrary(installation: try Installation.locate())
        let today = engine.time.today
        let (found, opened) = try await engine.withEngine { engine in
            let found = try await engine.find(request)
            return (found, try await engine.requestCase(found.id))
        }
        let reference = found.reference
        let rules = try library.criteria(at: found.payerID)
        let report = try opened.check(rules, asOf: today)
        let parts = report.decisions.map { decision -> ExplainedDecision in
            switch decision.check {
            case .notLoaded(let reason), .ambiguous(let reason, _):
                return ExplainedDecision(decision, reason: reason)
            case .evaluated(let evaluation):
                let choice = opened.choice(for: decision, evaluation, rules, asOf: today)
                return ExplainedDecision(decision, evaluation: evaluation, choice: choice)
            }
        }
        switch output.format {
        case .json: try output.render(json: ExplainedRequest(request: reference, decisions: parts))
        case .table, .csv:
            let screen = PolicyExplainScreen(terminal: .standardOutput)
            Console.out(parts.map { screen.text(reference, $0) }.joined(separator: "\n"))
        }
    }

    private func explain(file: String) throws {
        let policy = try PolicyFileReader(vocabulary: nil).policy(file)
        let sets = policy.sets.filter { set == nil || $0.id == set }
        guard !sets.isEmpty else {
            throw CLIFailure(
                .notFound, "\(policy.id) has no set \"\(set ?? "")\"",
                hint: "it has: \(policy.sets.map(\.id).joined(separator: ", "))")
        }
        switch output.format {
        case .json: try output.render(json: ExplainedPolicy(policy, sets))
        case .table, .csv: Console.out(PolicyExplainScreen(terminal: .standardOutput).text(policy, sets))
        }
    }
}

struct ExplainedRequest: Encodable {
    let request: String
    let decisions: [ExplainedDecision]
}

/// One of the payer's decisions about a request, with the policy's own words beside each verdict.
struct ExplainedDecision: Encodable {
    let decision: String
    let lines: [Int]
    let hcpcs: String
    let diagnosis: String?
    let verdict: String
    let reasons: [String]
    let chosenBecause: [String]
    let notChosen: [String]
    let policy: PolicyStamp?
    let warnings: [String]
    /// Of the policy's file, and of the policies that it takes over.
    let notes: [String]
    let criteriaSet: String?
    let approval: String?
    let criteria: ExplainedCriterion?
    let sources: [ExplainedSource]

    init(_ check: DecisionCheck, reason: String) {
        self.init(check, reasons: [reason], nil, nil)
    }

    init(_ check: DecisionCheck, evaluation: Evaluation, choice: PolicyChoice?) {
        self.init(check, reasons: evaluation.reasons, evaluation, choice)
    }

    private init(_ check: DecisionCheck, reasons: [String], _ evaluation: Evaluation?, _ choice: PolicyChoice?) {
        decision = check.decision.inWords
        lines = check.lines
        hcpcs = check.hcpcs
        diagnosis = check.diagnosis
        verdict = check.check.verdictInWords
        self.reasons = reasons
        chosenBecause = choice?.reasons ?? []
        notChosen = choice?.others ?? []
        policy = evaluation?.policy
        warnings = evaluation?.warnings ?? []
        notes = (choice?.policy).map { $0.notes + $0.taken.flatMap(\.markedNotes) } ?? []
        criteriaSet = evaluation?.criteriaSet
        approval = evaluation?.approval
        let root = choice?.policy.sets.first { $0.id == evaluation?.criteriaSet }?.root
        criteria = evaluation.map { ExplainedCriterion(root, $0.trace) }
        sources = choice?.policy.explainedSources ?? []
    }
}

struct ExplainedPolicy: Encodable {
    let policy: PolicyStamp
    let warnings: [String]
    let notes: [String]
    let members: ExplainedCriterion?
    let sets: [Set]
    let sources: [ExplainedSource]

    struct Set: Encodable {
        let id: String
        let approval: String?
        let criteria: ExplainedCriterion
    }

    init(_ policy: Policy, _ sets: [CriteriaSet]) {
        self.policy = policy.stamp
        warnings = policy.standingWarnings
        notes = policy.notes
        members = policy.members.map { ExplainedCriterion($0, nil) }
        self.sets = sets.map {
            Set(id: $0.id, approval: $0.approval?.description, criteria: ExplainedCriterion($0.root, nil))
        }
        sources = policy.explainedSources
    }
}

/// A node of the tree: what it asks, and for a request what it comes to.
struct ExplainedCriterion: Encodable {
    /// `all`, `any`, `at least 2`, `not`, `readings` or `leaf`.
    let kind: String
    let id: String?
    let title: String
    /// Of a leaf: the fact and the test in words.
    let asks: String?
    let citation: String?
    let verdict: Verdict?
    let why: String?
    let evidence: String?
    let observedOn: CivilDate?
    let isDecisive: Bool?
    let children: [ExplainedCriterion]

    /// The policy's node and the trace of the same node; one of them may be missing.
    init(_ criterion: Criterion?, _ trace: Trace?) {
        let leaf: Leaf? = if case .leaf(let leaf)? = criterion?.kind { leaf } else { nil }
        kind = trace?.kind ?? criterion?.kindName ?? ""
        id = trace?.id ?? leaf?.id
        title = trace?.title ?? leaf?.title ?? criterion?.title ?? criterion?.kindInWords ?? ""
        asks = leaf?.inWords
        citation = trace?.citation ?? leaf?.citation.description ?? criterion?.citation?.description
        verdict = trace?.verdict
        why = trace?.why
        evidence = trace?.evidence
        observedOn = trace?.observedOn
        isDecisive = trace?.isDecisive
        let criteria = criterion?.children ?? []
        let traces = trace?.children ?? []
        let count = max(criteria.count, traces.count)
        children = (0..<count).map { place in
            ExplainedCriterion(
                place < criteria.count ? criteria[place] : nil, place < traces.count ? traces[place] : nil)
        }
    }
}

struct ExplainedSource: Encodable {
    let id: String
    let title: String
    let number: String?
    let url: String
    let retrieved: CivilDate
    let evidence: String
    let isVerified: Bool
}

extension Policy {
    fileprivate var markedNotes: [String] { notes.map { "\(id): \($0)" } }

    fileprivate var explainedSources: [ExplainedSource] {
        sources.map {
            ExplainedSource(
                id: $0.id, title: $0.title, number: $0.number, url: $0.url, retrieved: $0.retrieved,
                evidence: $0.evidence.rawValue, isVerified: $0.isVerified)
        }
    }
}

extension ExplainedCriterion {
    /// How a group combines its parts, where its title does not say so.
    var combines: String? {
        guard kind != "leaf", !children.isEmpty, let words, words != title else { return nil }
        return words
    }

    private var words: String? {
        switch kind {
        case "all": "All of these"
        case "any": "One of these"
        case "not": "Not this"
        case "readings": "The payer's texts differ"
        default: "At" + kind.dropFirst(2) + " of these \(children.count)"
        }
    }
}

extension Criterion {
    fileprivate var kindName: String {
        switch kind {
        case .all: "all"
        case .any: "any"
        case .atLeast(let count, _): "at least \(count)"
        case .not: "not"
        case .readings: "readings"
        case .leaf: "leaf"
        }
    }

    fileprivate var kindInWords: String {
        switch kind {
        case .all: "All of these"
        case .any: "One of these"
        case .atLeast(let count, let children): "At least \(count) of these \(children.count)"
        case .not: "Not this"
        case .readings: "The payer's texts differ"
        case .leaf: ""
        }
    }
}
