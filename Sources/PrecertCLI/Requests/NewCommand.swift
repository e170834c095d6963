import ArgumentParser
import CivilTime
import Codes
import Diagnostics
import Engine
import Exchange
import Payers

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Open a request from an order file.",
        discussion: """
            The order is held against the code tables first: a drug, code, unit, dose or diagnosis that disagree are \
            refused with the place in the file and the right value (exit code 5). A live request of the same patient \
            for the same code is refused (exit code 4).

            A dose that is given once has "every: once" in its service line.

            Example: precert new order.yaml
            """)

    @Argument(help: "The order, in YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var order: String

    @Flag(name: .customLong("check-only"), help: "Look at the order and store nothing.")
    var checkOnly = false

    @Option(help: "Whose request it is (default: nobody's).")
    var owner: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        let parsed = try OrderFile.parse(InputFile.read(order), file: order)
        let review = OrderReview(parsed, file: order, codes: try rules.codes())
        for diagnostic in review.diagnostics + review.doubts(on: engine.time.today) {
            Console.err(diagnostic.description)
        }
        guard !review.hasErrors, let drug = review.drug else {
            throw CLIFailure(
                .refusedInput, "the order was refused; nothing was stored", hint: "correct \(order) and repeat")
        }
        let catalog = try rules.payerHeads()
        guard let payer = catalog.payer(parsed.payer.value) else {
            throw unknownPayer(parsed.payer.value, in: catalog, at: "\(parsed.payer.location)")
        }
        if checkOnly {
            Console.err("the order is fine; nothing was stored")
            return
        }
        let criteria = try rules.criteria(at: payer.id)
        let request = NewRequest(parsed, drug: drug, payer: payer.id, owner: owner)
        let reference = try await engine.withEngine { engine in
            let reference = try await engine.open(request)
            let found = try await engine.find(reference)
            let opened = try await engine.requestCase(found.id)
            let check = try opened.check(criteria, asOf: self.engine.time.today)
            _ = try await engine.settleCriteria(of: opened, by: check)
            return reference
        }
        var block = KeyValues()
        block.add("Request", key: "request", .text(reference))
        block.add("Payer", key: "payer", .text(payer.name))
        block.add("Asked for", key: "service", .text(request.inWords))
        block.add("Next", key: "next", .text("precert check \(reference)"))
        output.render(block)
    }
}

extension NewRequest {
    /// `natalizumab 300 mg every 28 days: 300 units of J2323`.
    fileprivate var inWords: String {
        lines.map { line in
            let interval =
                line.everyDays.map { " every \(counted($0, "day"))" } ?? line.everyMonths.map {
                    " every \(counted($0, "month"))"
                }
                ?? " once"
            return "\(drug) \(line.doseAmount) \(line.doseUnit)\(interval): \(line.units) units of \(line.hcpcs)"
        }.joined(separator: "; ")
    }
}

/// A payer that no module describes: refused, since no clock and no policy would bind it.
func unknownPayer(_ name: String, in catalog: PayerCatalog, at place: String? = nil) -> CLIFailure {
    let known = catalog.modules.map(\.id).joined(separator: ", ")
    return CLIFailure(
        .refusedInput, "\(place.map { "\($0): " } ?? "")unknown payer \"\(name.prefix(60))\"; known payers: \(known)",
        hint: "docs/payer-module.md says how to add one")
}
