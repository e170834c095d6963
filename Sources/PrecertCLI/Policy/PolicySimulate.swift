import ArgumentParser
import CivilTime
import Criteria
import Engine
import Payers

struct PolicySimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "What a new version would have said about past requests.",
        discussion: """
            Judges every request that was sent or decided anew, by the new file and by the version on file that holds \
            for it, with the facts that were on record by the payer's first decision (by the last submission where there \
            is none), on the day on which the last of it was handed in. A version that was not yet or no longer in \
            force on that day is asked all the same. Both are compared with what the payer decided. The evidence is read \
            as it stands now: what was erased since counts as unknown. No names and no values are printed, and nothing is \
            written.

            Examples:
              precert policy simulate drafts/ocrelizumab.yaml --since 2026-01-01
              precert policy simulate drafts/ocrelizumab.yaml --format csv --limit 10000
            """)

    @Argument(help: "The new version.", completion: .file(extensions: ["yaml"]))
    var file: String

    @Option(help: "Only requests submitted on this day or later.")
    var since: DateArgument?
    @Option(help: "Only requests to this payer (default: all that the policy judges).")
    var payer: String?
    @Option(help: "Name at most so many requests one by one.")
    var limit = 50

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...10_000).contains(limit) else { throw ValidationError("--limit goes from 0 to 10000.") }
    }

    func run() async throws {
        let library = RuleLibrary(installation: try Installation.locate())
        let policy = try PolicyFileReader(vocabulary: nil).policy(file)
        let payers = try payers(judgedBy: policy, library.payerHeads())
        let catalog = try library.payers(policiesOf: payers.count == 1 ? payers[0] : nil)
        let rules = CriteriaRules(vocabulary: try library.vocabulary(), catalog: catalog, codes: try library.codes())
        let today = engine.time.today
        let simulation = try await engine.withEngine { engine in
            try await engine.simulate(
                policy, rules: rules, payers: payers, since: since?.date(from: today), most: limit)
        }
        if simulation.unreadableValues > 0 {
            Console.err(
                "warning: \(simulation.unreadableValues) recorded values no longer fit the vocabulary; they counted as "
                    + "unknown\n")
        }
        switch output.format {
        case .json:
            try output.render(
                json: PolicySimulationDocument(
                    policy: policy.id, version: policy.version, payers: payers, since: since?.date(from: today),
                    simulation: simulation))
        case .csv: output.render(PolicySimulationScreen.flips(simulation))
        case .table:
            Console.out(PolicySimulationScreen(policy: policy, simulation: simulation).text(on: .standardOutput))
        }
    }

    private func payers(judgedBy policy: Policy, _ catalog: PayerCatalog) throws -> [String] {
        let all = catalog.payers(judgedBy: policy)
        guard let payer else {
            guard !all.isEmpty else {
                throw CLIFailure(.notFound, "no payer on file is judged by policies of \(policy.payer)")
            }
            return all
        }
        guard let module = catalog.payer(payer) else { throw unknownPayer(payer, in: catalog) }
        guard all.contains(module.id) else {
            throw CLIFailure(
                .refusedInput, "\(policy.id) does not judge requests to \(module.id)",
                hint: "it judges those to: \(all.joined(separator: ", "))")
        }
        return [module.id]
    }
}

struct PolicySimulationDocument: Encodable {
    let policy: String
    let version: Int
    let payers: [String]
    let since: CivilDate?
    let simulation: PolicySimulation
}

/// How a simulation came out, for a person.
struct PolicySimulationScreen {
    let policy: Policy
    let simulation: PolicySimulation

    func text(on terminal: Terminal) -> String {
        let count = simulation.judged
        var text = "\(policy.id) version \(policy.version), tried on \(count) past request\(count == 1 ? "" : "s")\n"
        guard count > 0 else { return text }
        text += "\n" + heading("Answers and the payer's decisions", terminal)
        text += scores.text(on: terminal)
        text += agreement("The policy on file", simulation.present) + agreement("The new one", simulation.new)
        text += "\n" + heading("What would change", terminal)
        guard simulation.flipCount > 0 else { return text + "No request would have got another answer.\n" }
        text += groups.text(on: terminal)
        if !simulation.flips.isEmpty {
            text += "\n" + heading("Which requests", terminal) + Self.flips(simulation).text(on: terminal)
        }
        if simulation.flips.count < simulation.flipCount {
            text += "\(simulation.flips.count) of \(simulation.flipCount) are named; --limit names more.\n"
        }
        return text
    }

    private func heading(_ words: String, _ terminal: Terminal) -> String {
        Style.heading.applied(to: words, on: terminal) + "\n"
    }

    private func agreement(_ name: String, _ score: PolicySimulation.Score) -> String {
        guard score.comparable > 0 else { return "\(name) and the payer cannot be compared yet.\n" }
        return
            "\(name) agrees with the payer on \(score.agreeing) of \(score.comparable) decided requests.\n"
    }

    private var scores: Table {
        var table = Table(
            [
                Table.Column("policy", "Policy", priority: .essential),
                Table.Column("answer", "Answer", priority: .essential),
                Table.Column("approved", "Approved", alignment: .right, priority: .essential),
                Table.Column("approved_in_part", "In part", alignment: .right, priority: .essential),
                Table.Column("denied", "Denied", alignment: .right, priority: .essential),
                Table.Column("none", "Undecided", alignment: .right, priority: .essential),
            ], whenEmpty: "")
        for (name, score) in [("on file", simulation.present), ("new", simulation.new)] {
            for answer in PolicySimulation.Answer.allCases
            where answer != .notLoaded || simulation.present.count(answer) > 0 && name == "on file" {
                table.append(
                    [.text(name), .text(answer.inWords)]
                        + PolicySimulation.Decision.allCases.map { .number(score.count(answer, $0)) })
            }
        }
        return table
    }

    private var groups: Table {
        var table = Table(
            [
                Table.Column("count", "Requests", alignment: .right, priority: .essential),
                Table.Column("before", "On file", priority: .essential),
                Table.Column("after", "New", priority: .essential),
                Table.Column("decisive", "Because of", wraps: true),
            ], whenEmpty: "")
        for group in simulation.groups.prefix(20) {
            table.append(
                .number(group.count), .text(group.before.inWords), .text(group.after.inWords),
                .text(Self.criteria(group.decisive)))
        }
        return table
    }

    /// One row for each request that would get another answer.
    static func flips(_ simulation: PolicySimulation) -> Table {
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("judged_on", "Judged on", priority: .essential),
                Table.Column("before", "On file", priority: .essential),
                Table.Column("after", "New", priority: .essential),
                Table.Column("decision", "The payer", priority: .essential),
                Table.Column("decisive", "Because of", wraps: true),
            ], whenEmpty: "no request would have got another answer")
        for flip in simulation.flips {
            table.append(
                .text(flip.request), .date(flip.judgedOn), .text(flip.before.inWords), .text(flip.after.inWords),
                .text(flip.decision == .none ? nil : flip.decision.rawValue.replacing("_", with: " ")),
                .text(criteria(flip.decisive)))
        }
        return table
    }

    private static func criteria(_ ids: [String]) -> String? {
        guard !ids.isEmpty else { return nil }
        let more = ids.count > 4 ? " and \(ids.count - 4) more" : ""
        return ids.prefix(4).joined(separator: ", ") + more
    }
}

extension PolicySimulation.Answer {
    fileprivate var inWords: String { rawValue.replacing("_", with: " ") }
}
