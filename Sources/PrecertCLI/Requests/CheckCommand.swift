import ArgumentParser
import Criteria
import Engine
import Payers

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "What the payer's published criteria still need.",
        discussion: """
            Says which criteria are met and by what evidence, what is missing, and the next question in plain words. \
            "Met" means that the recorded facts satisfy the published criteria; never that the payer will approve. Each \
            decision of the payer's (the authorization, the site of care, the preferred product) is judged by itself, at \
            the day of submission and at the planned first dose. Of the notes in the policy's file those are shown that \
            bear on what is open; precert policy explain has them all.

            Exit code 0 when met, 1 when not.
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() async throws {
        let library = RuleLibrary(installation: try Installation.locate())
        let (reference, check, notes, single) = try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let opened = try await engine.requestCase(found.id)
            let rules = try library.criteria(at: opened.summary.payerID)
            StoredReview(opened, codes: rules.codes).warn()
            let notes = PolicyNotes(rules.catalog.modules.flatMap(\.policies))
            let single = opened.lines.filter { $0.every == nil && $0.doses == 1 }.map(\.number)
            return (found.reference, try opened.check(rules, asOf: self.engine.time.today), notes, single)
        }
        switch output.format {
        case .json: try output.render(json: CheckDocument(reference: reference, report: check, notes: notes))
        case .table, .csv:
            let screen = CheckScreen(
                reference: reference, report: check, notes: notes, singleDoses: Set(single))
            Console.out(screen.text(on: .standardOutput))
        }
        if !check.isMet { throw ExitStatus.negative }
    }
}

/// The check as JSON.
struct CheckDocument: Encodable {
    let request: String
    /// The worst of the decisions': `met`, `unmet`, `unknown`, `policy not loaded` or `policy ambiguous`.
    let verdict: String
    let decisions: [Decision]

    struct Decision: Encodable {
        /// `authorization`, `site_of_care`, `preferred_product` or `benefit`.
        let decision: String
        let lines: [Int]
        let hcpcs: String
        let diagnosis: String?
        let atSubmission: Outcome
        /// Only when its verdict is another.
        let atPlannedDose: Outcome?
    }

    struct Outcome: Encodable {
        let verdict: String
        /// Why there is no evaluation.
        let reason: String?
        /// What to ask to know which policy holds.
        let questions: [MissingFact]?
        let evaluation: Evaluation?
        /// Records on file whose empty fields keep it open, with the question for each.
        let blankRecords: [BlankRecord]?
        /// Every note of the policy's file, with the open criteria on which it bears.
        let notes: [PolicyNotes.Note]?

        init(_ check: CriteriaCheck, _ notes: PolicyNotes, hcpcs: String) {
            if case .evaluated(let evaluation) = check {
                self.notes = notes.notes(on: evaluation, hcpcs: hcpcs)
                blankRecords = evaluation.blankRecords
            } else {
                (self.notes, blankRecords) = (nil, nil)
            }
            verdict = check.verdictInWords
            switch check {
            case .evaluated(let evaluation): (self.evaluation, reason, questions) = (evaluation, nil, nil)
            case .notLoaded(let reason): (evaluation, self.reason, questions) = (nil, reason, nil)
            case .ambiguous(let reason, let questions):
                (evaluation, self.reason, self.questions) = (nil, reason, questions)
            }
        }
    }

    init(reference: String, report: CriteriaReport, notes: PolicyNotes) {
        request = reference
        verdict = report.verdictInWords
        decisions = report.decisions.map { decision in
            Decision(
                decision: decision.decision.rawValue, lines: decision.lines, hcpcs: decision.hcpcs,
                diagnosis: decision.diagnosis, atSubmission: Outcome(decision.check, notes, hcpcs: decision.hcpcs),
                atPlannedDose: decision.atPlannedDose.map { Outcome($0, notes, hcpcs: decision.hcpcs) })
        }
    }
}
