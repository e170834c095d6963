import ArgumentParser
import Criteria
import Engine

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "What the payer's published criteria still need.",
        discussion: """
            Says which criteria are met and by what evidence, what is missing, and the next question in plain words. \
            "Met" means that the recorded facts satisfy the published criteria; never that the payer will approve.

            Exit code 0 when met, 1 when not.
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try output.refuseCSV() }

    func run() async throws {
        let rules = try RuleLibrary(installation: Installation.locate()).criteria()
        let (reference, check) = try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let opened = try await engine.requestCase(found.id)
            StoredReview(opened, codes: rules.codes).warn()
            return (found.reference, try opened.check(rules, asOf: self.engine.time.today))
        }
        switch output.format {
        case .json: try output.render(json: CheckDocument(reference: reference, check: check))
        case .table, .csv: Console.out(CheckScreen(reference: reference, check: check).text(on: .standardOutput))
        }
        if !check.isMet { throw ExitStatus.negative }
    }
}

/// The check as JSON.
struct CheckDocument: Encodable {
    let request: String
    /// `met`, `unmet`, `unknown`, `policy not loaded` or `policy ambiguous`.
    let verdict: String
    let reason: String?
    let evaluation: Evaluation?

    init(reference: String, check: CriteriaCheck) {
        request = reference
        verdict = check.verdictInWords
        switch check {
        case .evaluated(let evaluation):
            self.evaluation = evaluation
            reason = nil
        case .notLoaded(let reason), .ambiguous(let reason):
            evaluation = nil
            self.reason = reason
        }
    }
}
