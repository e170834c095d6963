import Foundation
import Glibc
import PostgresClient
import PrivateCluster
import TestSupport

/// The server of the end-to-end tests, and the template that `precert db migrate` made on it.
actor Clinic {
    static let shared = Clinic()

    private var opened: Task<Opened, any Error>?

    struct Opened: Sendable {
        let cluster: DisposableCluster
        let template: String
    }

    func open() async throws -> Opened {
        if let opened { return try await opened.value }
        let task = Task { () async throws -> Opened in
            let cluster = try DisposableCluster(
                settings: ["max_connections": "300"], environment: ProcessInfo.processInfo.environment)
            let template = "e2e_template"
            let place = try Practice(cluster: cluster, database: template)
            try await place.administer("CREATE DATABASE \(template)")
            let answer = try await place.precert("db", "migrate")
            guard answer.status == 0 else { throw SpawnFailure(program: "db migrate", reason: answer.err) }
            return Opened(cluster: cluster, template: template)
        }
        opened = task
        return try await task.value
    }
}

/// A practice of one test: a database, a home, and a folder with the files of `Examples/`.
///
/// Everything that its commands print is kept, for tests that look for what must not be there.
final class Practice: Sendable {
    let cluster: DisposableCluster
    let database: String
    /// Where its commands run and its files lie.
    let folder: String
    let environment: [String: String]

    /// The day on which the examples' orders are written.
    static let monday = "2026-11-23"

    /// With the migrated schema and the published rules, or (`isEmpty`) with nothing.
    static func open(isEmpty: Bool = false) async throws -> Practice {
        let clinic = try await Clinic.shared.open()
        return try await clone(isEmpty ? "template0" : clinic.template, on: clinic.cluster)
    }

    /// A practice that begins with what this one has stored; none of our connections may be open to it.
    func copy() async throws -> Practice { try await Self.clone(database, on: cluster) }

    private static func clone(_ template: String, on cluster: DisposableCluster) async throws -> Practice {
        let name = "e2e_" + UUID().uuidString.lowercased().prefix(8)
        let practice = try Practice(cluster: cluster, database: name)
        try await practice.administer("CREATE DATABASE \(name) TEMPLATE \(template) STRATEGY wal_log")
        return practice
    }

    /// On a server of the test's own, with an empty database.
    static func open(on cluster: DisposableCluster, named name: String) async throws -> Practice {
        let practice = try Practice(cluster: cluster, database: name)
        try await practice.administer("CREATE DATABASE \(name)")
        return practice
    }

    fileprivate init(cluster: DisposableCluster, database: String) throws {
        self.cluster = cluster
        self.database = database
        folder = try Scratch.folder()
        environment = Scratch.environment(home: folder).merging(
            ["DATABASE_URL": try cluster.connectionString(database: database)]
        ) { _, new in new }
        try FileManager.default.copyItem(
            atPath: TestServer.repositoryRoot + "/Examples/documents", toPath: folder + "/documents")
        for name in try FileManager.default.contentsOfDirectory(atPath: TestServer.repositoryRoot + "/Examples")
        where name.hasSuffix(".yaml") {
            try FileManager.default.copyItem(
                atPath: TestServer.repositoryRoot + "/Examples/\(name)", toPath: "\(folder)/\(name)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: - Commands

    func start(_ arguments: [String], with extra: [String: String] = [:]) throws -> Child {
        try Program.start(
            Program.path, arguments, in: folder, environment: environment.merging(extra) { _, new in new })
    }

    func precert(_ arguments: [String], with extra: [String: String] = [:]) async throws -> Answer {
        try await Turnstile.commands.pass { try await self.start(arguments, with: extra).wait() }
    }

    func precert(_ arguments: String...) async throws -> Answer { try await precert(arguments) }

    // MARK: - Files

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        return name
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

    // MARK: - What is stored

    func query(_ sql: SQL) async throws -> [PostgresRow] {
        try await asOwner(of: database) { Array(try $0.query(sql)) }
    }

    func text(_ sql: SQL) async throws -> String {
        try await query(sql).map { try $0.decode(String.self) }.joined(separator: "\n")
    }

    func count(_ sql: SQL) async throws -> Int { try await query(sql).first?.decode(Int.self) ?? 0 }

    /// A line for each table of the schema: its rows counted and digested.
    func digest() async throws -> String {
        try await text(
            """
            select c.relname || ' ' || (xpath('/row/d/text()', query_to_xml(format(
                'select count(*) || '' '' || md5(coalesce(string_agg(t::text, '''' order by t::text), '''')) as d '
                'from %s t', c.oid::regclass), false, true, '')))[1]::text
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname like 'precert%' and c.relkind in ('r', 'p')
            order by c.relname
            """)
    }

    /// The tables that hold other rows than when the digest was made.
    func changes(since before: String) async throws -> [String] {
        let lines = Set(before.split(separator: "\n"))
        return try await digest().split(separator: "\n").filter { !lines.contains($0) }.map(String.init)
    }

    /// A script outside of any database of ours, as a superuser.
    func administer(_ sql: String) async throws { try await asOwner(of: "postgres") { try $0.runScript(sql) } }

    /// A script in this practice's database, as a superuser.
    func administerHere(_ sql: String) async throws { try await asOwner(of: database) { try $0.runScript(sql) } }

    /// With a connection as the login, a superuser.
    private func asOwner<Value: Sendable>(
        of database: String, _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(
            PostgresConfiguration(connectionString: try cluster.connectionString(database: database)))
        defer { pool.close() }
        return try await pool.withSession(body)
    }
}

/// Folders and environments that have nothing of the machine's in them.
enum Scratch {
    /// The server's unprivileged account must be able to enter it.
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/precert-e2e-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        return path
    }

    static func environment(home: String) -> [String: String] {
        [
            "HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin", "PRECERT_ACTOR": "ana", "COLUMNS": "200",
            "TERM": "xterm-256color", "PRECERT_DROP_DIR": "\(home)/outgoing",
        ]
    }
}
