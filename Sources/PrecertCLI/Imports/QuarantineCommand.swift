import ArgumentParser
import Engine
import Exchange

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Rows of payers' files that wait for a person.",
        discussion: """
            A held row is not applied by a later file either. Look at it, settle with the payer what holds, then give \
            the row to its request or discard it.
            """,
        subcommands: [
            QuarantineList.self, QuarantineShow.self, QuarantineResolve.self, QuarantineDiscard.self,
        ], defaultSubcommand: QuarantineList.self)
}

struct QuarantineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What is held, the longest waiting first, and the requests it may belong to.")

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rows = try await engine.withEngine { try await $0.quarantined() }
        var table = Table(
            [
                Table.Column("no", "No", alignment: .right, priority: .essential),
                Table.Column("held", "Held since", priority: .low),
                Table.Column("payer", "Payer", priority: .low),
                Table.Column("row", "Row", alignment: .right, priority: .optional),
                Table.Column("line", "Line", alignment: .right),
                Table.Column("outcome", "Outcome", priority: .essential),
                Table.Column("why", "Why", minimumWidth: 24, wraps: true),
                Table.Column("candidates", "May belong to", priority: .low, minimumWidth: 13, wraps: true),
            ], whenEmpty: "nothing is held")
        for row in rows {
            table.append(
                .number(row.number), .instant(row.heldAt), .text(row.payer), .number(row.row), .number(row.line),
                .text(row.reason), .text(ImportScreen.words(row.detail)),
                .text(row.candidates.isEmpty ? nil : row.candidates.joined(separator: ", ")))
        }
        output.render(table)
    }
}

struct QuarantineShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What a held row says, why it waits, and what would settle it.")

    @Argument(help: "The row's number, as the list has it.")
    var number: Int64

    @Option(help: ArgumentHelp("Show the patient's data too, and write down why.", valueName: "why"))
    var names: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let row = try await engine.withEngine { try await $0.quarantinedRow(number, purpose: names) }
        var block = KeyValues()
        block.add("No", key: "no", .number(row.number))
        block.add("Held since", key: "held", .instant(row.heldAt))
        block.add("Payer", key: "payer", .text(row.payer))
        block.add("File", key: "line", .text("line \(row.line), row \(row.row)"))
        block.add("Outcome", key: "outcome", .text(row.reason))
        block.add("Why", key: "why", .text(row.values["fault_message"] ?? ImportScreen.words(row.detail)))
        for (key, value) in row.values.sorted(by: { $0.key < $1.key }) where !key.hasPrefix("fault") {
            block.add(key.replacing("_", with: " "), key: "said_\(key)", .text(value))
        }
        block.add("May belong to", key: "candidates", .text(row.candidates.joined(separator: ", ")))
        if let settled = row.settled {
            block.add(
                "Settled", key: "settled",
                .text("\(settled.isDiscarded ? "discarded" : "applied") by \(settled.by): \(settled.words)"))
        } else {
            block.add("Next", key: "next", .text(next(row)))
        }
        output.render(block)
    }

    private func next(_ row: QuarantinedRow) -> String {
        let request = row.candidates.count == 1 ? row.candidates[0] : "PA-…"
        if row.values["fault"] != nil || row.detail == "one-of-several-codes" {
            return "precert decide PA-… …, then precert quarantine discard \(row.number) --reason …"
        }
        return "precert quarantine resolve \(row.number) --request \(request) --reason …"
    }
}

struct QuarantineResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Give a held row to its request.",
        discussion: """
            It is applied like a row that matches, with the time at which the payer said it. The payer's numbers in it \
            lead to this request from then on; they are named. What cannot be applied where the request stands waits on.

            Examples:
              precert quarantine resolve 12 --request PA-7KQ --reason "the payer confirmed by phone, ref 4711"
              precert quarantine resolve 13 --request PA-7KQ --means pended --reason "closed for now, says the payer"
            """)

    @Argument(help: "The row's number, as the list has it.")
    var number: Int64

    @Option(help: "The request of which the row speaks.")
    var request: String

    @Option(help: "What its status means, where the row itself does not say.")
    var means: DecideCommand.Decision?

    @Option(help: "Why, in your words; kept with the row.")
    var reason: String

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let settlement = try await engine.settleQuarantine(
                number, as: found.id, kind: means?.kind, words: reason)
            var block = KeyValues()
            block.add("Row", key: "no", .number(number))
            block.add("Request", key: "request", .text(found.reference))
            block.add("Outcome", key: "outcome", .text(settlement.outcome))
            block.add("Was", key: "from", .text(settlement.fromState))
            block.add("Is now", key: "to", .text(settlement.toState))
            block.add(
                "Leads here now", key: "numbers",
                .text(settlement.learnedNumbers.isEmpty ? nil : settlement.learnedNumbers.joined(separator: ", ")))
            output.render(block)
        }
    }
}

struct QuarantineDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Disregard a held row, now and whenever the payer says the same again.",
        discussion: """
            The row, who discarded it and why are kept. A row that says anything else waits for a person again.

            Example: precert quarantine discard 12 --reason "a patient of the other clinic"
            """)

    @Argument(help: "The numbers of the rows, as the list has them.")
    var numbers: [Int64]

    @Option(help: "Why, in your words; kept with the row.")
    var reason: String

    @OptionGroup var confirm: ConfirmOption
    @OptionGroup var engine: EngineOptions

    func validate() throws {
        if numbers.isEmpty { throw ValidationError("Say which rows.") }
    }

    func run() async throws {
        let rows = numbers.map(String.init).joined(separator: ", ")
        try confirm.confirm(
            "Held \(numbers.count == 1 ? "row" : "rows") \(rows) will be disregarded for good. Discard?")
        try await engine.withEngine { engine in
            for number in numbers {
                _ = try await engine.settleQuarantine(number, as: nil, words: reason)
                Console.out("discarded \(number)\n")
            }
        }
    }
}
