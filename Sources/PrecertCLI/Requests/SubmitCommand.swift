import ArgumentParser
import CivilTime
import Criteria
import Engine
import Exchange
import Payers

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Send a request to its payer.",
        discussion: """
            Fixes the packet as it will be sent and puts it into the outbox, from which a worker delivers it by the \
            payer's channel. Refused (exit code 1) while criteria are open, unless --override says why it is sent all \
            the same; and (exit code 5) while the code guard finds an error in it, see precert codes rules.

            Write the reason for the payer: where a fact speaks against a criterion or is not on record yet, the packet \
            asks for an exception and gives the reason as the practice's own.
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @Option(help: ArgumentHelp("Send although criteria are open; the payer reads the reason.", valueName: "reason"))
    var override: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let override, override.allSatisfy(\.isWhitespace) { throw ValidationError("--override needs a reason.") }
    }

    func run() async throws {
        let library = RuleLibrary(installation: try Installation.locate())
        let today = engine.time.today
        let (reference, result, channel, told) = try await engine.withEngine { engine in
            let found = try await engine.find(request)
            var opened = try await engine.requestCase(found.id)
            let rules = try library.criteria(at: opened.summary.payerID)
            guard let payer = rules.catalog.payer(opened.summary.payerID) else {
                throw unknownPayer(opened.summary.payerID, in: rules.catalog)
            }
            if override == nil, let failure = StoredReview(opened, codes: rules.codes).failure(for: found.reference) {
                throw failure
            }
            let check = try opened.check(rules, asOf: today)
            _ = try await engine.settleCriteria(of: opened, by: check)
            if !check.isMet {
                guard override != nil else { throw criteriaOpen(check, found.reference) }
                if opened.summary.state == "criteria_collection" || opened.summary.state == "ready" {
                    opened = try await engine.requestCase(found.id)
                    _ = try await engine.waiveCriteria(of: opened, as: check)
                }
            }
            opened = try await engine.requestCase(found.id)
            let content = try PacketContent(
                opened, check: check, codes: rules.codes, practice: try await engine.organizationName(),
                override: override, on: today)
            let packet = Packet(content)
            let result = try await engine.requestSubmission(
                of: found.id, at: opened.summary.seq, channel: payer.delivery.rawValue, verdict: check.verdictInWords,
                override: override, document: String(decoding: packet.document, as: UTF8.self),
                json: String(decoding: packet.json, as: UTF8.self))
            return (found.reference, result, payer.delivery.rawValue, content.reason != nil)
        }
        var block = KeyValues()
        block.add("Request", key: "request", .text(reference))
        block.add("State", key: "state", .text(result.toState))
        block.add("Channel", key: "channel", .text(channel))
        block.add("Packet", key: "packet", .text("\(reference)-\(result.seq)"))
        if override != nil {
            let who = told ? "stands in the packet, for the payer to read" : "is kept here; the packet does not say it"
            block.add("Reason", key: "reason", .text(who))
        }
        block.add("Next", key: "next", .text("a worker delivers it: precert worker --once"))
        output.render(block)
    }

    private func criteriaOpen(_ report: CriteriaReport, _ reference: String) -> CLIFailure {
        let open = report.decisions.filter { !$0.check.isMet }.map { decision in
            let what = decision.decision == .authorization ? "criteria" : "\(decision.decision.inWords) criteria"
            if case .evaluated(let evaluation) = decision.check {
                return "the \(what) are \(evaluation.verdict.rawValue)"
            }
            let words = decision.check.verdictInWords
            return decision.decision == .authorization ? words : "\(decision.decision.inWords): \(words)"
        }
        return CLIFailure(
            .negative, "\(reference) was not sent: \(open.joined(separator: "; "))",
            hint: "precert check \(reference) says what is missing; --override REASON sends it all the same")
    }
}
