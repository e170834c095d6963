import ArgumentParser
import CivilTime
import Diagnostics
import Engine
import Payers
import Workflow

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List requests, the newest first.",
        discussion: "Example: precert list --state pended --payer unitedhealthcare")

    @Option(help: "Only those in this state; may be given several times.")
    var state: [String] = []
    @Option(help: "Only those of this payer.")
    var payer: String?
    @Option(help: "Only those of this person.")
    var owner: String?
    @Option(help: "At most so many.")
    var limit = 200

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit goes from 1 to 10000.") }
    }

    func run() async throws {
        try refuseUnknown()
        var filter = RequestFilter()
        filter.states = state
        filter.payer = payer
        filter.owner = owner
        filter.limit = limit
        let requests = try await engine.withFreshEngine { try await $0.list(filter) }
        // A line a request, also at 80 columns, as in the worklist.
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("patient", "Patient", priority: .essential),
                Table.Column("drug", "Drug", priority: .optional, minimumWidth: 12),
                Table.Column("code", "Code", priority: .optional, minimumWidth: 5),
                Table.Column("hcpcs", "Code", isForPrograms: true),
                Table.Column("units", "Units", alignment: .right, priority: .optional),
                Table.Column("lines", "Lines", isForPrograms: true),
                Table.Column("payer", "Payer", priority: .optional, minimumWidth: 12),
                Table.Column("state", "State", isForPrograms: true),
                Table.Column("state_title", "Where it stands", minimumWidth: 24),
                Table.Column("planned_on", "First dose", priority: .optional, minimumWidth: 10),
                Table.Column("next_due_on", "Next due", priority: .essential),
                Table.Column("next_due", "Next due", isForPrograms: true),
                Table.Column("next_ends_on", "Ends", priority: .low, minimumWidth: 10),
                Table.Column("owner", "Owner", priority: .low),
            ], whenEmpty: "no requests")
        for request in requests {
            table.append(
                .text(request.reference), .text(request.patientInitials), .text(request.drug),
                .text(request.codeInShort), .text(request.hcpcs), .number(request.units), .number(request.lineCount),
                .text(request.payerName), .text(request.state), .text(request.stateTitle),
                .date(request.plannedOn), .text(request.nextDueOn), .instant(request.nextDue),
                .text(request.nextEndsOn), .text(request.owner))
        }
        output.render(table)
    }

    /// A mistyped state or payer would give an empty list, which reads like an answer.
    private func refuseUnknown() throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        if !state.isEmpty {
            let known = try rules.workflow().states.map(\.name)
            for name in state where !known.contains(name) {
                let nearest = nearestMatch(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw CLIFailure(
                    .refusedInput, "unknown state \"\(name.prefix(60))\"\(nearest)",
                    hint: "the states are: \(known.joined(separator: ", "))")
            }
        }
        if let payer {
            let catalog = try rules.payerHeads()
            if catalog.payer(payer) == nil { throw unknownPayer(payer, in: catalog) }
        }
    }
}

struct WorklistCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worklist",
        abstract: "What to do now, the most pressing first, each with why it is here.")

    @Flag(help: "Only my requests.")
    var mine = false
    @Flag(help: "Only requests that are nobody's.")
    var unassigned = false
    @Option(help: "At most so many.")
    var limit = 50

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if mine && unassigned { throw ValidationError("--mine and --unassigned exclude each other.") }
        guard (1...200).contains(limit) else { throw ValidationError("--limit goes from 1 to 200.") }
    }

    func run() async throws {
        let now = engine.time.now
        let items = try await engine.withFreshEngine { engine in
            try await engine.worklist(limit: limit, owner: mine ? engine.actor : nil, unassigned: unassigned)
        }
        // A line a request, also at 80 columns: what is not needed to choose one is left out there.
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("reason", "Why it is here", minimumWidth: 28),
                Table.Column("severity", "Severity", isForPrograms: true),
                Table.Column("due_on", "Due", priority: .essential),
                Table.Column("due", "Due", isForPrograms: true),
                Table.Column("ends_on", "Ends", priority: .low, minimumWidth: 16),
                Table.Column("ends", "Ends", isForPrograms: true),
                Table.Column("state_title", "Where it stands", isForPrograms: true),
                Table.Column("patient", "Patient", priority: .essential),
                Table.Column("drug", "Drug", priority: .optional, minimumWidth: 12),
                Table.Column("code", "Code", priority: .optional, minimumWidth: 5),
                Table.Column("hcpcs", "Code", isForPrograms: true),
                Table.Column("lines", "Lines", isForPrograms: true),
                Table.Column("planned_on", "First dose", priority: .optional, minimumWidth: 10),
                Table.Column("owner", "Owner", priority: .optional),
                Table.Column("payer", "Payer", priority: .optional, minimumWidth: 12),
                Table.Column("urgency", "Urgency", priority: .optional),
            ], whenEmpty: "nothing to do")
        for item in items {
            let due = Cell.text(item.dueOn).styled(item.dueAt <= now ? .bad : nil)
            let reason = Cell.text(item.reason).styled(
                item.severity == "urgent" ? .bad : item.severity == "warning" ? .caution : nil)
            table.append(
                .text(item.reference), reason, .text(item.severity), due, .instant(item.dueAt), .text(item.endsOn),
                .instant(item.endsAt), .text(item.stateTitle), .text(item.patientInitials), .text(item.drug),
                .text(item.codeInShort), .text(item.hcpcs), .number(item.lineCount), .date(item.plannedOn),
                .text(item.owner), .text(item.payerName), .text(item.urgency))
        }
        output.render(table)
    }
}

struct ExpiringCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expiring",
        abstract: "Approvals that run out soon, and those whose end is not known.",
        discussion: "Example: precert expiring --within 90d")

    @Option(help: "How far to look: 90d, 6w, 3m.")
    var within: Lapse = .days(90)

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let today = engine.time.today
        let rows = try await engine.withFreshEngine { try await $0.expiring(by: within.after(today)) }
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("valid_to", "Ends", priority: .essential),
                Table.Column("days_left", "Days left", alignment: .right),
                Table.Column("number", "Authorization", priority: .essential),
                Table.Column("hcpcs", "Code", priority: .essential),
                Table.Column("units", "Units", alignment: .right, priority: .optional),
                Table.Column("units_basis", "Basis", isForPrograms: true),
                Table.Column("drug", "Drug", priority: .optional, minimumWidth: 11),
                Table.Column("payer", "Payer", priority: .optional, minimumWidth: 12),
                Table.Column("patient", "Patient", priority: .essential),
                Table.Column("state_title", "Where it stands", priority: .low, minimumWidth: 9),
            ], whenEmpty: "nothing runs out within \(within)")
        for row in rows {
            let ends = row.validTo.map { Cell.date($0) } ?? Cell.text("not known: ask the payer").styled(.bad)
            table.append(
                .text(row.reference), ends, .number(row.validTo.map { today.days(until: $0) }), .text(row.number),
                .text(row.hcpcs), .number(row.units), .text(row.unitsBasis), .text(row.drug), .text(row.payerName),
                .text(row.patientInitials), .text(row.stateTitle))
        }
        output.render(table)
    }
}
