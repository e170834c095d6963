import ArgumentParser
import Engine

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Prove that history is whole.", subcommands: [AuditVerify.self])
}

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute every hash and every link of history.",
        discussion: """
            Finds a changed, dropped, swapped or added event and names its place. A tail of history that was dropped \
            together with the request's head can only be found with a copy kept elsewhere.

            Exit code 0 when everything holds, 1 when not.
            """)

    @Argument(help: "Only this request's history.")
    var request: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await engine.withEngine { engine in
            if let request {
                try await engine.verifyAudit(of: engine.find(request).id)
            } else {
                try await engine.verifyAudit()
            }
        }
        var table = Table(
            [
                Table.Column("request", "Request", priority: .essential),
                Table.Column("seq", "Event", alignment: .right, priority: .essential),
                Table.Column("problem", "Problem", wraps: true),
            ],
            whenEmpty: "\(counted(report.events, "event")) of \(counted(report.requests, "request")) verified: "
                + "every hash and link holds")
        for problem in report.problems {
            table.append(.text(problem.reference), .number(problem.seq), .text(problem.problem))
        }
        output.render(table)
        if !report.problems.isEmpty { throw ExitStatus.negative }
    }
}
