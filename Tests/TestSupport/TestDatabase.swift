public import PostgresClient

/// A database of one test, cloned from the migrated template and dropped afterwards.
public final class TestDatabase: Sendable {
    public let name: String
    /// A superuser's, for this database: fit for `DATABASE_URL`.
    public let connectionString: String
    /// Connections in the role `precert_app`, as the program has them.
    public let pool: PostgresPool
    /// Connections of the login role, which may do everything.
    public let ownerPool: PostgresPool

    fileprivate init(name: String, server: String) throws {
        self.name = name
        connectionString = try PostgresConfiguration.connectionString(server, database: name)
        pool = PostgresPool(
            PostgresConfiguration(connectionString: connectionString, role: "precert_app", poolSize: 8))
        ownerPool = PostgresPool(PostgresConfiguration(connectionString: connectionString, poolSize: 8))
    }
}

/// Runs `body` with a fresh database: the template's copy, or an empty one when `isEmpty`.
public func withTestDatabase<Value: Sendable>(
    isEmpty: Bool = false, _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    let server = try await TestServer.shared.base()
    let database = try TestDatabase(name: TestServer.name("test"), server: server.connectionString)
    let template = isEmpty ? "template0" : server.template
    // Copying through the log takes a fifth of the time that copying files does, for databases as small as these.
    let create = "CREATE DATABASE \"\(database.name)\" TEMPLATE \"\(template)\" STRATEGY wal_log"
    try await server.admin.withSession { try $0.runScript(create) }
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(database))
    } catch {
        result = .failure(error)
    }
    database.pool.close()
    database.ownerPool.close()
    let drop = "DROP DATABASE IF EXISTS \"\(database.name)\" WITH (FORCE)"
    try await server.admin.withSession { try $0.runScript(drop) }
    return try result.get()
}
