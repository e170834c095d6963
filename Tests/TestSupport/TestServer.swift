internal import PostgresClient
internal import PrivateCluster

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The PostgreSQL server of this test process, with a template database that holds the repository's schema.
///
/// It is a disposable cluster, or the one that `PRECERT_TEST_SERVER` names with a superuser's connection string.
public actor TestServer {
    public static let shared = TestServer()

    private var cluster: DisposableCluster?
    private var started: Task<Base, any Error>?

    struct Base: Sendable {
        let connectionString: String
        /// Connected to the server's maintenance database, to make and drop others.
        let admin: PostgresPool
        let template: String
    }

    /// The server, started and its template migrated by the first who asks.
    func base() async throws -> Base {
        if let started { return try await started.value }
        let task = Task { try await start() }
        started = task
        return try await task.value
    }

    /// A superuser's connection string for the server's maintenance database.
    public func connectionString() async throws -> String { try await base().connectionString }

    private func start() async throws -> Base {
        let connectionString = try serverConnectionString()
        let admin = PostgresPool(
            PostgresConfiguration(
                connectionString: connectionString, poolSize: 4, poolWaitTimeout: .seconds(300)))
        try await dropLeftovers(admin)
        let template = TestServer.name("template")
        try await admin.withSession { try $0.runScript("CREATE DATABASE \"\(template)\" TEMPLATE template0") }
        if let directory = TestServer.sqlDirectory {
            let target = PostgresConfiguration(connectionString: connectionString, database: template)
            _ = try await Migrator(target, source: MigrationSource.load(directory: directory)).migrate()
        }
        return Base(connectionString: connectionString, admin: admin, template: template)
    }

    private func serverConnectionString() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["PRECERT_TEST_SERVER"], !given.isEmpty { return given }
        let cluster = try DisposableCluster(settings: ["max_connections": "300"], environment: environment)
        self.cluster = cluster
        return try cluster.connectionString(database: "postgres")
    }

    /// Drops what test processes left on a shared server when they ended: the process id is part of each name.
    private func dropLeftovers(_ admin: PostgresPool) async throws {
        let rows = try await admin.withSession {
            try $0.query("SELECT datname FROM pg_database WHERE datname ~ '^precert_(test|template)_[0-9]+_'")
        }
        for row in rows {
            let name = try row.decode(String.self)
            let words = name.split(separator: "_")
            guard words.count > 2, let owner = Int32(words[2]), !processExists(owner) else { continue }
            try await admin.withSession { try $0.runScript("DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)") }
        }
    }

    static func name(_ kind: String) -> String {
        let unique = UUID().uuidString.lowercased().prefix(8)
        return "precert_\(kind)_\(ProcessInfo.processInfo.processIdentifier)_\(unique)"
    }

    /// The repository's `SQL` directory, or nothing while there is none.
    private static var sqlDirectory: String? {
        let directory = repositoryRoot + "/SQL"
        return FileManager.default.fileExists(atPath: directory) ? directory : nil
    }

    /// The directory that holds `Package.swift`.
    public static var repositoryRoot: String {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return here.dropLast(3).joined(separator: "/")
    }
}
