import ArgumentParser
import CivilTime
import Codes
import Diagnostics
import Engine
import Exchange

struct AmendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amend",
        abstract: "Correct the order of a request that was not sent.",
        discussion: """
            A wrong code, dose, unit, diagnosis, site or day is put right by one event; what it was stays on record and \
            precert show tells both. The order is held against the code tables as by precert new: an error that they \
            find is refused (exit code 5), and nothing is changed. Facts that were recorded of the order as it was, such \
            as dose_within_label after another dose, are withdrawn: they stay on record, count no more, and are asked \
            again. --drug takes another name of the same drug; another drug is another request.

            Once it was sent, the payer has another order, and this is refused (exit code 4): what can be done instead \
            is said. The same command again changes nothing.

            Examples:
              precert amend PA-7KQ --units 300 --reason "a zero was missing"
              precert amend PA-7KQ --line 2 --code Q5134 --reason biosimilar --dry-run
              precert amend PA-7KQ --diagnosis K50.013 --reason "it is Crohn's"
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @Option(help: "Why; kept with the change, and shown.")
    var reason: String
    @Flag(help: "Say what would be changed, and change nothing.")
    var dryRun = false

    @OptionGroup(title: "What is changed") var order: OrderOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason needs words.") }
        try output.refuseCSV()
    }

    func run() async throws {
        let library = RuleLibrary(installation: try Installation.locate())
        let today = engine.time.today
        let (document, changes) = try await engine.withEngine { engine in
            let opened = try await engine.requestCase(engine.find(request).id)
            let reference = opened.summary.reference
            let rules = try library.criteria(at: opened.summary.payerID)
            let review = OrderReview(
                try amended(opened, on: today), file: reference, codes: rules.codes)
            guard let drug = review.drug, drug.id == opened.detail.drugID else { throw otherDrug(opened) }
            let terms = OrderTerms(
                NewRequest(review.order, drug: drug, payer: opened.summary.payerID, owner: opened.summary.owner))
            let changes = opened.terms.changes(to: terms)
            let before = try opened.check(rules, asOf: today)
            guard !changes.isEmpty else {
                return (answer(opened, .unchanged, before: before, check: before), changes)
            }
            let events = try await engine.recordableEvents(of: opened.summary.id)
            guard events.contains(where: { $0.event == Engine.amendment && $0.target != nil }) else {
                throw tooLate(opened, events)
            }
            try refuseErrors(review, of: opened, codes: rules.codes, today: today)

            let withdrawn = opened.evidence(restingOn: changes, rules.vocabulary)
            if dryRun {
                let check = try opened.amended(to: terms, withdrawing: withdrawn.map(\.number))
                    .check(rules, asOf: today)
                return (
                    answer(opened, .wouldBeAmended, changes, withdrawn, before: before, check: check), changes
                )
            }
            let result: EventResult
            do {
                result = try await engine.amend(
                    opened, to: terms, withdrawing: withdrawn.map(\.number), reason: reason)
            } catch let error as EngineError where error.code == .illegalMove {
                // Somebody may have been faster than what was read above.
                throw tooLate(
                    try await engine.requestCase(opened.summary.id),
                    try await engine.recordableEvents(of: opened.summary.id))
            }
            let now = try await engine.requestCase(opened.summary.id)
            let check = try now.check(rules, asOf: today)
            let state = try await engine.settleCriteria(of: now, by: check)
            return (
                answer(
                    opened, .amended, seq: result.seq, state: state, changes, withdrawn, before: before, check: check),
                changes
            )
        }
        switch output.format {
        case .json: try output.render(json: document)
        case .table, .csv: output.render(AmendScreen(document: document, changes: changes).block)
        }
    }

    /// The order with what the options say, read as an order file is.
    private func amended(_ opened: RequestCase, on today: CivilDate) throws -> Order {
        let reference = opened.summary.reference
        let lines = opened.lines.map { "\($0.number): \($0.hcpcs)" }.joined(separator: ", ")
        if order.saysOfLine, order.line == nil, opened.lines.count > 1 {
            throw CLIFailure(
                .usage, "\(reference) has \(opened.lines.count) service lines; say which one is changed",
                hint: "--line N, of \(lines)")
        }
        guard let index = opened.lines.firstIndex(where: { $0.number == order.line ?? 1 }) else {
            throw CLIFailure(
                .notFound, "\(reference) has no service line \(order.line ?? 1)", hint: "it has \(lines)")
        }
        var draft = OrderDraft(opened)
        order.replace(in: &draft, line: index, today: today)
        do {
            return try draft.read()
        } catch {
            for diagnostic in error.diagnostics { Self.say(diagnostic) }
            throw Self.refusal(opened)
        }
    }

    /// As `precert new` does. An error that stood on another line before does not hinder: it takes an amendment of its own.
    private func refuseErrors(
        _ review: OrderReview, of opened: RequestCase, codes: CodeBook, today: CivilDate
    ) throws {
        for diagnostic in review.diagnostics + review.doubts(on: today) { Self.say(diagnostic) }
        let stood =
            (try? OrderDraft(opened).read())  // What can no longer be read had no line in order.
            .map { OrderReview($0, file: opened.summary.reference, codes: codes).placed } ?? []
        let errors = review.placed.filter { placed in
            let isOld =
                order.saysOfLine && opened.lines.count > 1 && placed.line != order.line
                && OrderReview.isAboutLine(placed.finding.field)
                && stood.contains { $0.line == placed.line && $0.finding == placed.finding }
            return placed.finding.severity == .error && !isOld
        }
        if !errors.isEmpty { throw Self.refusal(opened) }
    }

    /// Where it stands in a file means nothing here: the option, or the request, is what it is about.
    private static func say(_ diagnostic: Diagnostic) {
        Console.err(
            "\(diagnostic.location.file): \(diagnostic.severity.rawValue): \(TextLayout.printable(diagnostic.message))")
    }

    private static func refusal(_ opened: RequestCase) -> CLIFailure {
        CLIFailure(
            .refusedInput, "\(opened.summary.reference): the amendment was refused; nothing was changed",
            hint: "correct what is said above and repeat")
    }

    private func otherDrug(_ opened: RequestCase) -> CLIFailure {
        CLIFailure(
            .refusedInput,
            "\(opened.summary.reference) is for \(opened.detail.drugID), and \"\((order.drug ?? "").prefix(60))\" is "
                + "no name of it; nothing was changed",
            hint: "another drug is another request: precert withdraw, then precert new")
    }

    /// Why the order can no longer be changed, and what can be done.
    private func tooLate(_ opened: RequestCase, _ events: [RecordableEvent]) -> CLIFailure {
        let summary = opened.summary
        let possible = events.filter { $0.target != nil }.map(\.event)
        let why =
            opened.submissions.isEmpty
            ? "nothing is asked for any more" : "what the payer has, or may have, is the order as it was sent"
        let hint =
            if possible.contains("order.corrected") {
                "precert record \(summary.reference) order.corrected --reason TEXT takes it back to preparation; "
                    + "then amend it"
            } else if possible.contains("request.withdrawn") {
                "precert withdraw \(summary.reference), tell the payer, and open the right order anew with precert new"
            } else {
                "open the right order anew with precert new"
            }
        return CLIFailure(
            .conflict,
            "\(summary.reference): the order cannot be amended in the state \"\(summary.stateTitle)\" "
                + "(\(summary.state)): \(why)", hint: hint)
    }

    private func answer(
        _ opened: RequestCase, _ outcome: AmendDocument.Outcome, seq: Int64? = nil, state: String? = nil,
        _ changes: [OrderChange] = [], _ withdrawn: [RequestCase.EvidenceRow] = [], before: CriteriaReport,
        check: CriteriaReport
    ) -> AmendDocument {
        let state = state ?? opened.summary.state
        let reference = opened.summary.reference
        let next =
            switch outcome {
            case .wouldBeAmended: "the same without --dry-run"
            case .amended where state == "intake": "precert record \(reference) order.accepted"
            case .amended: "precert \(check.isMet ? "submit" : "check") \(reference)"
            case .unchanged: "precert show \(reference)"
            }
        return AmendDocument(
            request: reference, outcome: outcome, seq: seq, state: state,
            changes: changes.map { ChangeDocument($0, withNames: false) },
            withdrawn: withdrawn.map { .init(evidence: $0.number, fact: $0.fact) }, documents: opened.documents.count,
            criteriaBefore: before.verdictInWords, criteria: check.verdictInWords, next: next)
    }
}
