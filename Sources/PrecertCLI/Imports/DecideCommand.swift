import ArgumentParser
import CivilTime
import Engine
import PostgresClient

struct DecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Record by hand what a payer said: a letter, a call, a portal page.",
        discussion: """
            Takes the way of an imported row, so that it is matched, kept and compared in the same manner. An approval \
            without a number is preliminary; one without an end raises a task to find it out.

            A decision is one on the whole request, with all of its lines. Of a request with several codes --code says \
            which one was approved; it is approved in part until each of them is.

            Examples:
              precert decide PA-7KQ approved --number A123 --from 2026-12-01 --to 2027-05-31 --units 2100
              precert decide PA-7KQ pended --due 2026-12-10 --reason "last MRI report"
              precert decide PA-7KQ denied --reason-code D12
            """)

    enum Decision: String, CaseIterable, ExpressibleByArgument {
        case received, pended, approved, denied, cancelled
        case approvedInPart = "approved-in-part"
        case notRequired = "not-required"

        /// The word of `StatusKind`.
        var kind: String { rawValue.replacing("-", with: "_") }
    }

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String
    @Argument(help: "What the payer said.")
    var decision: Decision

    @Option(help: "The authorization number.")
    var number: String?
    @Option(help: "The payer's reference number, where it is another one.")
    var reference: String?
    @Option(help: "First day of the approved period.")
    var from: DateArgument?
    @Option(help: "Last day of the approved period.")
    var to: DateArgument?
    @Option(help: "Approved billing units.")
    var units: Int?
    @Option(help: "The code that was approved, of a request that has several or when it is another than was asked for.")
    var code: String?
    @Option(help: "When the information, or the appeal, is due.")
    var due: DateArgument?
    @Option(help: "The payer's reason code.")
    var reasonCode: String?
    @Option(help: "The payer's reason, or what it asks for, in its words.")
    var reason: String?
    @Option(help: "The day the payer decided (default: today).")
    var on: DateArgument?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let units, units < 1 { throw ValidationError("--units needs a number above 0.") }
        if let code, code.wholeMatch(of: /[A-Za-z][0-9]{4}/) == nil, code.wholeMatch(of: /[0-9]{5}/) == nil {
            throw ValidationError("--code needs a code such as J2323.")
        }
        if code != nil, decision != .approved, decision != .approvedInPart {
            throw ValidationError("--code goes with approved and approved-in-part only: what is left is not approved.")
        }
    }

    func run() async throws {
        let now = engine.time.now
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            let opened = try await engine.requestCase(found.id)
            let today = SystemClock.civilDate(at: now, in: opened.detail.timeZone)
            let decided = on?.date(from: today) ?? today
            guard decided <= today else {
                throw CLIFailure(.refusedInput, "--on \(decided) is after today at the payer, \(today)")
            }
            let openedOn = SystemClock.civilDate(at: opened.summary.openedAt, in: opened.detail.timeZone)
            guard decided >= openedOn else {
                throw CLIFailure(.refusedInput, "--on \(decided) is before the request was opened, \(openedOn)")
            }
            let first = from?.date(from: today)
            let last = to?.date(from: today)
            if let first, let last, last < first {
                throw CLIFailure(.refusedInput, "the period ends on \(last), before it begins on \(first)")
            }
            try refuseUnclear(opened)
            var record = ["trace": found.reference, "kind": decision.kind, "as_of": decided.description]
            record["member_id"] = opened.detail.memberID
            record["authorization_number"] = number
            record["reference"] = reference
            record["from"] = first?.description
            record["to"] = last?.description
            record["units"] = units.map(String.init)
            record["hcpcs"] = code?.uppercased()
            record["units_basis"] = units == nil ? nil : "hcpcs_units"
            record["due"] = due?.date(from: today).description
            record["reason_code"] = reasonCode
            record["reason_text"] = reason
            let row = try await engine.recordDecision(record, payer: opened.summary.payerID, asOf: today)
            guard row.outcome == "applied" || row.outcome == "no_change" || row.outcome == "duplicate" else {
                throw CLIFailure(
                    row.outcome == "illegal" ? .conflict : .refusedInput,
                    "\(found.reference): \(decision.rawValue) was not applied (\(row.reason.map(ImportScreen.words) ?? row.outcome))",
                    hint: "it is kept in quarantine; precert show \(found.reference) says where the request stands")
            }
            var block = KeyValues()
            block.add("Request", key: "request", .text(found.reference))
            block.add("Outcome", key: "outcome", .text(row.outcome))
            block.add("State", key: "state", .text(row.toState ?? opened.summary.state))
            if opened.lines.count > 1 {
                block.add(
                    "Covers", key: "covers",
                    .text(
                        code.map { "\($0.uppercased()) only" }
                            ?? "all \(opened.lines.count) lines: \(opened.codes.joined(separator: ", "))"))
            }
            output.render(block)
        }
    }

    /// Of several codes it must be clear which were approved, and whose the units are.
    private func refuseUnclear(_ request: RequestCase) throws {
        let codes = request.codes
        guard codes.count > 1, code == nil else { return }
        if decision == .approvedInPart || units != nil {
            throw CLIFailure(
                .refusedInput,
                "\(request.summary.reference) has several codes: \(codes.joined(separator: ", ")); "
                    + (decision == .approvedInPart ? "which one was approved?" : "whose are the units?"),
                hint: "say it once for each: --code \(codes[0])")
        }
    }
}
