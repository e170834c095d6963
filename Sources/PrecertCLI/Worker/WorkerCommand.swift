import ArgumentParser
import Engine
import Foundation
import Logging
import PostgresClient
import ServiceLifecycle
import UnixSignals
import Worker

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Do what nobody types: fire what is due, deliver the outbox.",
        discussion: """
            Stays until SIGTERM or SIGINT, then ends what it is doing and returns. Any number may run at once. --once \
            does one pass, for cron. Logs go to standard error and hold ids, never patients.
            """)

    @Flag(help: "One pass, then end.")
    var once = false

    @Option(help: "Where packets are dropped (default: PRECERT_DROP_DIR, else outbox in the user's data directory).")
    var drop: String?

    @Option(help: "Seconds between two looks when there was nothing to do.")
    var pause = 2

    @OptionGroup var engine: EngineOptions

    func validate() throws {
        guard (1...3600).contains(pause) else { throw ValidationError("--pause goes from 1 to 3600 seconds.") }
    }

    func run() async throws {
        var logger = Logger(label: "precert.worker") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        let drop = FileDrop(root: dropFolder())
        let (pause, once) = (pause, once)
        let log = logger
        // One that stays up waits for a server that is down, also for the first look at its schema.
        let wait: (PostgresError) async throws -> Void = { error in
            log.warning("waiting for the server: \(error)")
            try await Task.sleep(for: .seconds(pause))
        }
        try await engine.withEngine(poolSize: 2, whileUnavailable: once ? nil : wait) { given in
            let engine = Engine(
                pool: given.pool, organization: given.organization, actor: "worker", asOf: given.asOf)
            let worker = Worker(engine: engine, drop: drop, pause: .seconds(pause), logger: log)
            if once {
                let report = try await worker.pass()
                let place = report.delivered > 0 ? "; packets in \(drop.root.path)" : ""
                Console.out(
                    "fired \(report.fired.count), delivered \(report.delivered), failed \(report.failed)\(place)")
                if report.failed > 0 { throw ExitStatus.negative }
            } else {
                try await ServiceGroup(
                    configuration: .init(
                        services: [worker], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
                ).run()
            }
        }
    }

    private func dropFolder(environment: [String: String] = Environment.current) -> URL {
        if let drop { return URL(fileURLWithPath: drop, isDirectory: true) }
        if let named = environment["PRECERT_DROP_DIR"], !named.isEmpty {
            return URL(fileURLWithPath: named, isDirectory: true)
        }
        let data =
            environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? "") + "/.local/share"
        return URL(fileURLWithPath: data, isDirectory: true).appendingPathComponent("precert/outbox", isDirectory: true)
    }
}
