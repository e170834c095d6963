import ArgumentParser
import Engine
import Foundation

struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "What came due and needs a person's eye.",
        subcommands: [AlertsList.self, AlertsAcknowledge.self, AlertsRun.self],
        defaultSubcommand: AlertsList.self)
}

struct AlertsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Alerts that nobody has acknowledged, the most severe first.")

    @Flag(help: "Acknowledged ones too.")
    var all = false

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        output.render(AlertsTable.table(try await engine.withEngine { try await $0.alerts(all: all) }))
    }
}

struct AlertsAcknowledge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Acknowledge an alert: you are seeing to it.")

    @Argument(help: "The alert's id, or the beginning of it.")
    var alert: String

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let acknowledged = try await engine.withEngine { try await $0.acknowledgeAlert(alert) }
        Console.out("\(acknowledged.reference): acknowledged \"\(acknowledged.title)\"")
    }
}

struct AlertsRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Fire everything that is due, once, and print the alerts raised.",
        discussion: "For cron, or to see what a day brings: precert alerts run --as-of 2027-04-02")

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let fired = try await engine.withEngine { try await $0.fireDue() }
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("due_on", "Due", priority: .essential),
                Table.Column("due", "Due", isForPrograms: true),
                Table.Column("ends_on", "Ends", priority: .optional, minimumWidth: 10),
                Table.Column("deadline", "Deadline", priority: .low, minimumWidth: 11),
                Table.Column("alert", "Alert raised", minimumWidth: 12),
                Table.Column("event", "Event applied", minimumWidth: 12),
                Table.Column("state", "State after", priority: .optional, minimumWidth: 11),
            ], whenEmpty: "nothing is due")
        for row in fired {
            table.append(
                .text(row.reference), .text(row.dueOn), .instant(row.dueAt), .text(row.endsOn), .text(row.deadline),
                .text(row.alert),
                .text(row.event),
                .text(row.toState))
        }
        output.render(table)
    }
}

enum AlertsTable {
    static func table(_ alerts: [Alert]) -> Table {
        // A line an alert, also at 80 columns, as in the worklist: what is not needed to choose one is left out there.
        var table = Table(
            [
                Table.Column("alert", "Id", priority: .essential),
                Table.Column("request", "Request", priority: .essential),
                Table.Column("severity", "Severity", priority: .optional),
                Table.Column("due_on", "Due", priority: .essential),
                Table.Column("due", "Due", isForPrograms: true),
                Table.Column("title", "Alert", priority: .low, minimumWidth: 33),
                Table.Column("ends_on", "Ends", priority: .low, minimumWidth: 10),
                Table.Column("ends", "Ends", isForPrograms: true),
                Table.Column("acknowledged_by", "Acknowledged by", priority: .optional),
                Table.Column("raised_on", "Raised", isForPrograms: true),
                Table.Column("raised", "Raised", isForPrograms: true),
                Table.Column("owner", "Owner", priority: .optional),
            ], whenEmpty: "no alerts")
        for alert in alerts {
            let style: Style? = alert.severity == "urgent" ? .bad : alert.severity == "warning" ? .caution : nil
            table.append(
                .text(String(alert.id.uuidString.lowercased().prefix(8))), .text(alert.reference),
                Cell.text(alert.severity).styled(style), .text(alert.dueOn), .instant(alert.dueAt),
                .text(alert.title), .text(alert.endsOn), .instant(alert.endsAt), .text(alert.acknowledgedBy),
                .text(alert.raisedOn), .instant(alert.raisedAt), .text(alert.owner))
        }
        return table
    }
}
