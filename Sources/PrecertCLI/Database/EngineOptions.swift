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
        let (organization, actor, date) = (try Self.organization(), try actor.name, time.date)
        return try await server.withPool(as: "precert_app", size: poolSize) { pool in
            try await body(Engine(pool: pool, organization: organization, actor: actor, asOf: date))
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
