/// Why the database could not do what was asked.
///
/// Neither `message` nor `description` holds a value from a row or a parameter: the server's DETAIL, CONTEXT and HINT
/// are never read, and its primary message is replaced by a fixed sentence wherever it could quote one.
public struct PostgresError: Error, Sendable, Hashable {
    /// What kind of failure it is. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ name: String) { description = name }

        /// No server answered, or it refused the login.
        public static let connectionFailed = Code("connectionFailed")
        /// The server is there but starting, stopping, or out of connections: try again later.
        public static let serverUnavailable = Code("serverUnavailable")
        /// The connection broke under way. An open transaction was rolled back.
        public static let connectionLost = Code("connectionLost")
        /// No connection came free in time.
        public static let poolTimeout = Code("poolTimeout")
        /// The pool was closed.
        public static let poolClosed = Code("poolClosed")
        /// The server refused a statement; `sqlState` says why.
        public static let server = Code("server")
        /// COMMIT was sent and nobody knows whether it took effect. Repeating is safe where the work is idempotent.
        public static let outcomeUnknown = Code("outcomeUnknown")
        /// The transaction was rolled back although its body did not throw.
        public static let rolledBack = Code("rolledBack")
        /// The task was cancelled; nothing was stored.
        public static let cancelled = Code("cancelled")
        /// A column does not hold what the program expects.
        public static let decoding = Code("decoding")
        /// The program used the client wrongly.
        public static let usage = Code("usage")
    }

    public var code: Code
    /// The server's five-character code, when the failure came from the server.
    public var sqlState: String?
    public var constraint: String?
    public var table: String?
    public var column: String?
    /// What is wrong, free of values.
    public var message: String
    /// Where in the statement's text the server saw the error, counted in characters from 1.
    var position: Int?
    /// Whether the server ended the connection with it: severity FATAL or PANIC.
    var endsConnection = false
    /// The server's primary message as it came, which may quote values.
    var serverMessage: String?

    public init(_ code: Code, _ message: String, sqlState: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
    }
}

/// What became of a transaction.
public enum TransactionOutcome: Hashable, Sendable {
    case committed
    case rolledBack
    /// COMMIT was sent, its answer never came or came with a warning: read back, or repeat.
    case unknown
}

extension PostgresError {
    /// What became of the transaction that ended with this error.
    public var outcome: TransactionOutcome { code == .outcomeUnknown ? .unknown : .rolledBack }

    /// A serialization failure or a deadlock: the same transaction may succeed when repeated at once.
    public var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The server is shutting down or starting up.
    public var isServerRestarting: Bool { ["57P01", "57P02", "57P03"].contains(sqlState) }

    /// The server takes no writes: a standby, or a primary that was demoted.
    public var isReadOnly: Bool { sqlState == "25006" }

    public var isTooManyConnections: Bool { sqlState == "53300" }

    /// The server's limit on waiting for a lock was reached.
    public var isLockTimeout: Bool { sqlState == "55P03" }

    /// A prepared statement no longer fits after the schema changed; it is prepared anew when repeated.
    public var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }

    /// Nothing was stored, and the same work may succeed when it is repeated, some of it only after a pause.
    public var isRetryable: Bool {
        guard code != .outcomeUnknown, code != .cancelled else { return false }
        return code == .connectionLost || code == .serverUnavailable || code == .poolTimeout
            || isSerializationFailure || isServerRestarting || isReadOnly || isTooManyConnections || isLockTimeout
            || sqlState == "26000"
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line: the message, then SQLSTATE, table, column and constraint where the server named them.
    public var description: String {
        var context: [String] = []
        if let sqlState { context.append("SQLSTATE \(sqlState)") }
        if let table { context.append("table \(table)") }
        if let column { context.append("column \(column)") }
        if let constraint { context.append("constraint \(constraint)") }
        return context.isEmpty ? message : "\(message) (\(context.joined(separator: ", ")))"
    }
}
