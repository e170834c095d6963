/// Why the private cluster could not be found, made, started or stopped; the message says what to do.
///
/// Messages hold paths, versions and the server's own start-up lines, never data out of the database.
public struct ClusterError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// No usable PostgreSQL server programs of version 15 or newer.
        case binaries
        /// Running as root, and there is no unprivileged account to run the server under.
        case account
        /// A directory cannot be made, entered or written, or belongs to somebody else.
        case place
        case diskFull
        case socketPath
        /// The data were made by another major version of PostgreSQL.
        case majorVersion
        /// Another process holds the cluster's lock for too long.
        case busy
        case initialisation
        case start
        case stop
        case childProcess
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
