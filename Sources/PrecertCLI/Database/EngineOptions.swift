import ArgumentParser
import Engine
import Foundation
import PostgresClient

/// What every command that works with stored requests takes, and its way to the engine.
struct EngineOptions: ParsableArguments {
    @OptionGroup var time: AsOfOption
    @OptionGroup var actor: ActorOption

    /// Opens the database, brings the private cluster up to date where it must be, and closes it behind `body`.
    ///
    /// - Parameter whileUnavailable: called when the server cannot be reached, before it is asked again.
    func withEngine<Value>(
        poolSize: Int = 2, whileUnavailable: ((PostgresError) async throws -> Void)? = nil,
        _ body: (Engine) async throws -> Value
    ) async throws -> Value {
        let server = try Server.choose()
        let (organization, actor, date) = (try Self.organization(), try actor.name, time.date)
        return try await Schema.withFittingPool(server, size: poolSize, whileUnavailable: whileUnavailable) { pool in
            try await body(Engine(pool: pool, organization: organization, actor: actor, asOf: date))
        }
    }

    /// The same for a listing that a person relies on: warns when no worker has acted on what is due, since then an
    /// approval that has ended still stands there as in force.
    func withFreshEngine<Value>(_ body: (Engine) async throws -> Value) async throws -> Value {
        let (value, unfired) = try await withEngine { engine in
            (try await body(engine), try await engine.unfiredDeadlines())
        }
        if let unfired {
            let since = SystemClock.civilDate(at: unfired.since, in: "UTC")
            let what = counted(unfired.count, "deadline") + (unfired.count == 1 ? " has" : " have")
            Console.err(
                "warning: \(what) passed since \(since) and nothing has acted on it: what is shown may be out of date\n"
                    + "hint: run precert worker --once")
        }
        return value
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
