import ArgumentParser
import Engine
import Foundation
import PostgresClient

/// What every command that works with stored requests takes, and its way to the engine.
struct EngineOptions: ParsableArguments {
    @OptionGroup var time: AsOfOption
    @OptionGroup var actor: ActorOption

    /// Opens the database, prepares it when it is the private cluster's and empty, and closes it behind `body`.
    func withEngine<Value>(poolSize: Int = 2, _ body: (Engine) async throws -> Value) async throws -> Value {
        let server = try Server.choose()
        try await Schema.prepareIfPrivate(server)
        let pool = try server.pool(as: "precert_app", size: poolSize)
        let engine = Engine(
            pool: pool, organization: try Self.organization(), actor: try actor.name, asOf: time.date)
        do {
            let value = try await body(engine)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    /// The organization that `PRECERT_ORGANIZATION` names, else the default one.
    static func organization(environment: [String: String] = Environment.current) throws -> UUID {
        guard let text = environment["PRECERT_ORGANIZATION"], !text.isEmpty else { return Engine.defaultOrganization }
        guard let id = UUID(uuidString: text) else {
            throw CLIFailure(.configuration, "PRECERT_ORGANIZATION is not a UUID")
        }
        return id
    }
}
