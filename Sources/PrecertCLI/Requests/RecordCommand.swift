import ArgumentParser
import CivilTime
import Diagnostics
import Engine
import Payers

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record a step of your own, or what became of it: information sent, an appeal filed, a call.",
        discussion: """
            Without an event it lists those that can be recorded now, what each needs and where it leads. What the payer \
            decided is recorded with precert decide. A step that ends something for good says so first, with the \
            payer's own rules, and asks.

            The same step told again in the same words is recorded once. What is written with a step is kept beside \
            the history, not in it; precert show --names shows notes.

            Examples:
              precert record PA-7KQ
              precert record PA-7KQ information.sent --on 2026-12-08 --reference "fax 4711"
              precert record PA-7KQ authorization.extended --date authorization-end=2027-08-31
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String
    @Argument(help: "What happened, such as information.sent.")
    var event: String?

    @Option(help: "The day on which it was done (default: today).")
    var on: DateArgument?
    @Option(help: "Anything worth keeping.")
    var note: String?
    @Option(help: "Why.")
    var reason: String?
    @Option(help: "A number under which the other side knows it.")
    var reference: String?
    @Option(help: "Billing units.")
    var units: Int?
    @Option(help: ArgumentHelp("A date that the event carries; may be given several times.", valueName: "name=date"))
    var date: [NamedDate] = []

    @OptionGroup var confirm: ConfirmOption
    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        for (name, text) in ["note": note, "reason": reason, "reference": reference] {
            if let text, text.allSatisfy(\.isWhitespace) { throw ValidationError("--\(name) needs words.") }
        }
        if let units, units < 1 { throw ValidationError("--units needs a number above 0.") }
        if Set(date.map(\.name)).count != date.count { throw ValidationError("--date names one date twice.") }
        if event == nil, !words.isEmpty || !date.isEmpty || on != nil {
            throw ValidationError("Say which event it is; without options, the command lists them.")
        }
    }

    func run() async throws {
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let opened = try await engine.requestCase(found.id)
            let events = try await engine.recordableEvents(of: found.id)
            guard let event else {
                output.render(RecordScreen(events: events, opened: opened).table)
                return
            }
            let chosen = try RecordScreen(events: events, opened: opened).choose(event)
            let step = try step(chosen, of: opened)
            if let target = chosen.event.target, chosen.recording.oneWay != nil || !chosen.recording.rules.isEmpty {
                try warn(chosen, of: opened)
                if let oneWay = chosen.recording.oneWay {
                    try confirm.confirm("\(oneWay). \(found.reference): \(target.title). Record it?")
                }
            }
            let result: EventResult
            do {
                result = try await engine.record(step, of: found.id)
            } catch let error as EngineError where error.code == .illegalMove {
                // Somebody may have been faster than what was read above.
                let now = RecordScreen(
                    events: try await engine.recordableEvents(of: found.id),
                    opened: try await engine.requestCase(found.id))
                throw now.notPossible(event)
            }
            var block = KeyValues()
            block.add("Request", key: "request", .text(found.reference))
            block.add("Event", key: "event", .text(event))
            block.add(
                "Outcome", key: "outcome", .text(result.outcome == "duplicate" ? "already recorded" : "recorded"))
            block.add("Number", key: "seq", .number(result.seq))
            block.add(
                "State", key: "state", .text(result.outcome == "duplicate" ? opened.summary.state : result.toState))
            output.render(block)
        }
    }

    private var words: [String: String] {
        var words: [String: String] = [:]
        words["note"] = note
        words["reason"] = reason
        words["reference"] = reference
        words["units"] = units.map(String.init)
        return words
    }

    /// The step as it was told, once it has all that it needs and nothing that the event cannot carry.
    private func step(_ chosen: RecordScreen.Chosen, of opened: RequestCase) throws -> RecordedStep {
        let today = SystemClock.civilDate(at: engine.time.now, in: opened.detail.timeZone)
        let openedOn = SystemClock.civilDate(at: opened.summary.openedAt, in: opened.detail.timeZone)
        let doneOn = on?.date(from: today) ?? today
        guard doneOn <= today else {
            throw CLIFailure(.refusedInput, "--on \(doneOn) is after today at the payer, \(today)")
        }
        guard doneOn >= openedOn else {
            throw CLIFailure(.refusedInput, "--on \(doneOn) is before the request was opened, \(openedOn)")
        }
        let dates = Dictionary(
            date.map { ($0.name, $0.date.date(from: today)) }, uniquingKeysWith: { first, _ in first })
        let (name, recording) = (chosen.event.event, chosen.recording)
        let known = recording.needs + recording.takes
        for word in words.keys.sorted() where word != "note" && !known.contains(word) {
            throw CLIFailure(.usage, "\(name) takes no --\(word)", hint: chosen.usage)
        }
        for word in dates.keys.sorted() where !known.contains(word) {
            let nearest = nearestMatch(to: word, among: known).map { "; did you mean \($0)?" } ?? ""
            throw CLIFailure(.usage, "\(name) carries no date \"\(word.prefix(60))\"\(nearest)", hint: chosen.usage)
        }
        for word in recording.needs where words[word] == nil && dates[word] == nil {
            throw CLIFailure(.usage, "\(name) needs \(RecordScreen.option(word))", hint: chosen.usage)
        }
        return RecordedStep(event: name, doneOn: doneOn, words: words, dates: dates)
    }

    /// What it ends, and what the payer says about it.
    private func warn(_ chosen: RecordScreen.Chosen, of opened: RequestCase) throws {
        if let oneWay = chosen.recording.oneWay { Console.err("warning: \(oneWay)") }
        guard !chosen.recording.rules.isEmpty else { return }
        let catalog = try RuleLibrary(installation: Installation.locate()).payerHeads()
        let payer = catalog.payer(opened.summary.payerID)
        for topic in chosen.recording.rules {
            let rules = (payer?.rules ?? []).filter { $0.topic == topic }
            for rule in rules {
                Console.err(
                    "warning: \(opened.summary.payerName) on \(topic): \(rule.text)"
                        + " [\(rule.source)\(rule.isVerified ? "" : ", NOT VERIFIED")]")
            }
            if rules.isEmpty {
                Console.err(
                    "warning: \(opened.summary.payerName) has no rule on \(topic) on file; ask before you rely on one")
            }
        }
    }
}

/// `authorization-end=2027-05-31`.
struct NamedDate: ExpressibleByArgument, Sendable {
    let name: String
    let date: DateArgument

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let date = DateArgument(parts[1]) else { return nil }
        name = parts[0]
        self.date = date
    }
}
