import ArgumentParser
import Engine
import PostgresClient

struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraw a request. It cannot be reopened.")

    @Argument(help: "The request's id, or the beginning of it.")
    var request: String

    @OptionGroup var confirm: ConfirmOption
    @OptionGroup var engine: EngineOptions

    func run() async throws {
        try await engine.withEngine { engine in
            let found = try await engine.find(request)
            try confirm.confirm("Withdraw \(found.reference)? It cannot be reopened.")
            let result = try await engine.apply("request.withdrawn", to: found.id, sourceKey: "request.withdrawn")
            Console.out("\(found.reference): \(result.outcome == "duplicate" ? "was withdrawn already" : "withdrawn")")
        }
    }
}
