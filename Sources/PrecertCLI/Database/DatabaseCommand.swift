import ArgumentParser
import Engine
import PostgresClient
import PrivateCluster

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "The database: start, stop, look at it, bring it up to date.",
        subcommands: [DatabaseStart.self, DatabaseStop.self, DatabaseStatus.self, DatabaseMigrate.self])
}

struct DatabaseStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the private cluster.",
        discussion: "Every other command starts it when it is needed; a second start changes nothing.")

    func run() async throws {
        guard case .privateCluster(let cluster) = try Server.choose() else { throw notPrivate() }
        _ = try cluster.start()
        Console.out("running; socket in \(try cluster.status().socketDirectory ?? "?")")
    }
}

struct DatabaseStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop the private cluster.")

    func run() async throws {
        guard case .privateCluster(let cluster) = try Server.choose() else { throw notPrivate() }
        Console.out(try cluster.stop() ? "stopped" : "it was not running")
    }
}

struct DatabaseStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Which server is used, and whether its schema fits this program.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let server = try Server.choose()
        var block = KeyValues()
        block.add("Server", key: "server", .text(server.description))
        if case .privateCluster(let cluster) = server {
            let status = try cluster.status()
            block.add("Cluster", key: "cluster", .text(status.state.inWords))
            block.add("Version", key: "version", .text(status.version))
            block.add("Data", key: "data", .text(status.dataDirectory))
            block.add("Socket", key: "socket", .text(status.socketDirectory))
            block.add("Log", key: "log", .text(status.logFile))
            guard case .running = status.state else {
                output.render(block)
                return
            }
        }
        let source = try MigrationSource.load(directory: Installation.locate().sqlDirectory)
        let status = try await Schema.migrator(server, source).status()
        block.add("Schema", key: "schema", .text(status.inWords))
        output.render(block)
        if !status.isUpToDate { throw ExitStatus.negative }
    }
}

struct DatabaseMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database up to date and publish the rules of Workflows/.",
        discussion: """
            Applies what is missing, in one transaction; two at once end with one winner and no error. A changed, \
            already applied migration and a database newer than this program are refused.
            """)

    @Flag(help: "Apply this program's functions although a newer program has applied its own.")
    var back = false

    @OptionGroup var actor: ActorOption

    func run() async throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        let lines = try await Schema.migrate(Server.choose(), rules: rules, actor: actor.name, goingBack: back)
        for line in lines { Console.out(line) }
    }
}

extension ClusterStatus.State {
    fileprivate var inWords: String {
        switch self {
        case .notInitialised: "not made yet"
        case .stopped: "stopped"
        case .changing(let pid): "starting or stopping (process \(pid))"
        case .running(let pid): "running (process \(pid))"
        }
    }
}

private func notPrivate() -> CLIFailure {
    CLIFailure(
        .configuration, "DATABASE_URL or PG* variables name a server, and precert does not start or stop that one",
        hint: "unset them to use the private cluster")
}
