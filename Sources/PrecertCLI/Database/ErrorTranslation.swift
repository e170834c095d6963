import Engine
import PostgresClient
import PrivateCluster

/// What the engine's, the client's and the cluster's errors mean at the command line.
enum ErrorTranslation {
    static func engine(_ error: any Error) -> CLIFailure? {
        guard let error = error as? EngineError else { return nil }
        switch error.code {
        case .notFound, .ambiguous: return CLIFailure(.notFound, error.message)
        case .illegalMove:
            return CLIFailure(.conflict, error.message, hint: "precert show says where the request stands")
        case .conflict: return CLIFailure(.conflict, error.message)
        case .refused: return CLIFailure(.refusedInput, error.message)
        case .notPublished:
            return CLIFailure(.configuration, error.message, hint: "precert db migrate publishes the rules")
        case .noOrganization:
            return CLIFailure(.configuration, error.message, hint: "precert db migrate makes it known")
        case .outcomeUnknown: return CLIFailure(.unknownOutcome, error.message)
        default: return error.underlying.flatMap(postgres) ?? CLIFailure(.internalError, error.message)
        }
    }

    static func postgres(_ error: any Error) -> CLIFailure? {
        guard let error = error as? PostgresError else { return nil }
        if error.code == .outcomeUnknown {
            return CLIFailure(.unknownOutcome, error.description, hint: "repeat the command")
        }
        if error.isUnavailable {
            return CLIFailure(
                .unreachable, error.description, hint: "precert doctor says which server is used and what it answers")
        }
        switch error.sqlState {
        case "3F000", "42P01", "42883", "22023":
            return CLIFailure(
                .configuration, "the database is not prepared for this program (\(error.sqlState ?? ""))",
                hint: "precert db migrate")
        case "42501":
            return CLIFailure(
                .configuration, "this database login may not do that (42501)",
                hint: "to work, the login needs membership in precert_app (GRANT precert_app TO it); "
                    + "to run precert db migrate, it must own the database and have CREATEROLE")
        default: return CLIFailure(.internalError, error.description)
        }
    }

    static func cluster(_ error: any Error) -> CLIFailure? {
        guard let error = error as? ClusterError else { return nil }
        return CLIFailure(.configuration, error.message)
    }

    static func migration(_ error: any Error) -> CLIFailure? {
        guard let error = error as? MigrationError else { return nil }
        return CLIFailure(.configuration, error.location.map { "\($0): \(error.message)" } ?? error.message)
    }
}
