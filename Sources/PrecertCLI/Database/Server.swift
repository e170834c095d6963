import Foundation
import PostgresClient
import PrivateCluster

/// Which PostgreSQL server a command works with.
enum Server: Sendable {
    /// `DATABASE_URL` or libpq's `PG*` variables name one.
    case configured(connectionString: String, by: String)
    /// Nothing is configured: the cluster in the user's own data directory, started when it is needed.
    case privateCluster(PrivateCluster)

    /// libpq's variables that name a server or a database.
    private static let libpqVariables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE"]

    static func choose(environment: [String: String] = Environment.current) throws -> Server {
        if let url = environment["DATABASE_URL"], !url.isEmpty {
            return .configured(connectionString: url, by: "DATABASE_URL")
        }
        let named = libpqVariables.filter { environment[$0]?.isEmpty == false }
        if !named.isEmpty { return .configured(connectionString: "", by: named.joined(separator: ", ")) }
        return .privateCluster(try PrivateCluster.standard(environment: environment))
    }

    /// The connection string, after starting the private cluster where that is the server.
    func connectionString() throws -> String {
        switch self {
        case .configured(let string, _): return string
        case .privateCluster(let cluster): return try cluster.start()
        }
    }

    /// In words, without secrets.
    var description: String {
        switch self {
        case .configured(_, let by): "the server that \(by) names"
        case .privateCluster: "a private cluster of your own"
        }
    }

    /// How to connect: as the application's role, or (nothing) as the login itself, which migrates.
    func configuration(as role: String?, poolSize: Int = 1) throws -> PostgresConfiguration {
        var configuration = PostgresConfiguration(connectionString: try connectionString())
        configuration.applicationName = "precert"
        configuration.role = role
        configuration.poolSize = poolSize
        return configuration
    }

    /// Connects for the time of `body`.
    func withPool<Value>(
        as role: String?, size: Int = 1, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(try configuration(as: role, poolSize: size))
        do {
            let value = try await body(pool)
            await pool.closeAndWait()
            return value
        } catch {
            await pool.closeAndWait()
            throw error
        }
    }
}
