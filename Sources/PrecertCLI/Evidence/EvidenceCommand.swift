import ArgumentParser
import CivilTime
import Criteria
import Engine
import Exchange
import PostgresClient

struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", abstract: "Facts that answer a payer's criteria.",
        subcommands: [EvidenceAdd.self, EvidenceList.self])
}

struct EvidenceAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record facts, from a file or one by one.",
        discussion: """
            Each fact is checked against Workflows/vocabulary.yaml. What is on file already, word for word, is not \
            recorded again. Documents that the file names are stored with it.

            Examples:
              precert evidence add PA-7KQ --from evidence.yaml
              precert evidence add PA-7KQ ms_form=rrms --observed 2026-11-01 --source chart
              precert evidence add PA-7KQ dose_within_label=true --line 2 --observed 2026-11-01
            """)

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @Argument(help: ArgumentHelp("FACT=VALUE", valueName: "fact=value"))
    var facts: [String] = []

    @Option(help: "A file of facts; patient data stays out of the command line.", completion: .file())
    var from: String?

    @Option(help: "The service line of which it is said, when the request has several.")
    var line: Int?

    @Option(help: "The day it was observed: the visit, the test.")
    var observed: DateArgument?

    enum Source: String, CaseIterable, ExpressibleByArgument { case chart, lab, claim, attestation }

    @Option(help: "Where it was seen.")
    var source = Source.chart

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if from == nil, facts.isEmpty { throw ValidationError("Give FACT=VALUE, or --from FILE.") }
        if from != nil, line != nil { throw ValidationError("In a file of facts, each says its own line.") }
        if from != nil, !facts.isEmpty { throw ValidationError("Give FACT=VALUE or --from FILE, not both.") }
    }

    func run() async throws {
        let library = RuleLibrary(installation: try Installation.locate())
        let reading = EvidenceReading(vocabulary: try library.vocabulary(), today: engine.time.today)
        let items: [EvidenceReading.Item] =
            if let from {
                try reading.file(from)
            } else {
                try reading.arguments(facts, line: line, observed: observed, source: source.rawValue)
            }
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            // Read before anything is written, so that rules that cannot be read leave nothing half done.
            let rules = try library.criteria(at: found.payerID)
            let before = try await engine.requestCase(found.id)
            var evidence: [NewEvidence] = []
            for item in try reading.placed(items, onRequestWith: before.lines.count) {
                var new = item.evidence
                if let document = item.document {
                    new.documentSHA256 = try await engine.addDocument(
                        document.content, mediaType: document.mediaType, title: document.title, to: found.id
                    ).sha256
                }
                evidence.append(new)
            }
            let result = try await engine.record(evidence, for: found.id)
            if result.outcome != "duplicate" { warnOfOlder(evidence, than: before.evidence.filter(\.isCurrent)) }
            let opened = try await engine.requestCase(found.id)
            let check = try opened.check(rules, asOf: self.engine.time.today)
            let state = try await engine.settleCriteria(of: opened, by: check)
            var block = KeyValues()
            block.add("Request", key: "request", .text(found.reference))
            block.add(
                "Recorded", key: "recorded",
                .text(
                    result.outcome == "duplicate"
                        ? "nothing new: it was on file" : counted(evidence.count, "fact")))
            block.add("Criteria", key: "criteria", .text(check.verdictInWords))
            block.add("State", key: "state", .text(state))
            block.add("Next", key: "next", .text("precert \(check.isMet ? "submit" : "check") \(found.reference)"))
            output.render(block)
        }
    }

    /// What was observed last counts. Whoever records an older observation must know that it does not.
    private func warnOfOlder(_ recorded: [NewEvidence], than before: [RequestCase.EvidenceRow]) {
        for new in recorded {
            guard let old = before.first(where: { $0.fact == new.fact && $0.line == new.line })?.observedOn,
                let observed = new.observedOn,
                observed < old
            else { continue }
            Console.err(
                "warning: \(new.fact) as observed on \(observed) is on record and does not count: what was observed on "
                    + "\(old) is newer")
        }
    }
}

struct EvidenceList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The facts on record for a request, old ones included.")

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rows = try await engine.withEngine { try await $0.evidence(of: $0.find(request).id) }
        output.render(EvidenceTable.table(rows, inWords: output.format == .table))
    }
}

enum EvidenceTable {
    /// - Parameter inWords: lists of records as a person says them, not as they are written.
    static func table(_ rows: [RequestCase.EvidenceRow], inWords: Bool) -> Table {
        var table = Table(
            [
                Table.Column("no", "#", alignment: .right, priority: .essential),
                Table.Column("fact", "Fact", priority: .essential),
                Table.Column("line", "Line", alignment: .right, priority: .low),
                Table.Column("value", "Value", minimumWidth: 16, wraps: true),
                Table.Column("observed_on", "Observed", priority: .essential),
                Table.Column("source", "Source"),
                Table.Column("document", "Document", priority: .optional),
                Table.Column("entered_by", "Entered by", priority: .optional),
                Table.Column("current", "Counts", priority: .low),
                Table.Column("withdrawn_by", "Withdrawn by event", isForPrograms: true),
            ], whenEmpty: "no evidence on record")
        for row in rows {
            table.append(
                .number(row.number), .text(row.fact), .number(row.line),
                .text((inWords ? row.listInWords : nil) ?? row.value.vocabularyText),
                .date(row.observedOn), .text(row.source),
                .text(row.documentSHA256.map { String($0.prefix(12)) }), .text(row.enteredBy), .boolean(row.isCurrent),
                .number(row.withdrawnBy))
        }
        return table
    }
}
