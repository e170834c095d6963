internal import CLibpq
internal import Synchronization

/// A connection in use: what the body of a transaction works with.
///
/// It is synchronous and blocks, and it lives on the connection's own thread. It is not `Sendable`, so the compiler keeps
/// it inside the closure it was given to.
public final class PostgresSession {
    let raw: OpaquePointer
    let canceller: QueryCanceller
    let notices: NoticeCollector
    var statements = StatementCache()
    /// Set when the two ends may disagree about what was said; the connection is not used again.
    var isBroken = false
    /// Whether the last COPY out has sent all it had.
    var copyIsOver = false

    /// Connects, blocking.
    init(configuration: PostgresConfiguration, canceller: QueryCanceller) throws(PostgresError) {
        guard let raw = PostgresSession.open(configuration) else {
            throw PostgresError(.connectionFailed, "out of memory while connecting")
        }
        guard PQstatus(raw) == CONNECTION_OK else {
            defer { PQfinish(raw) }
            throw PostgresError(connecting: String(cString: PQerrorMessage(raw)))
        }
        self.raw = raw
        self.canceller = canceller
        notices = NoticeCollector(handler: configuration.onNotice)
        PQsetNoticeReceiver(
            raw,
            { collector, result in
                guard let collector, let result else { return }
                Unmanaged<NoticeCollector>.fromOpaque(collector).takeUnretainedValue().receive(result)
            }, Unmanaged.passUnretained(notices).toOpaque())
        canceller.attach(to: raw)
        try setUp(configuration)
    }

    deinit { PQfinish(raw) }

    private static func open(_ configuration: PostgresConfiguration) -> OpaquePointer? {
        // libpq expands the first dbname as a connection string; what follows it goes before the string's own words,
        // what precedes it does not.
        var words: [(String, String)] = [("fallback_application_name", configuration.applicationName)]
        if !environmentHas("PGCONNECT_TIMEOUT") {
            let seconds = Int(configuration.connectTimeout.components.seconds)
            words.append(("connect_timeout", String(max(seconds, 2))))
        }
        if !configuration.connectionString.isEmpty { words.append(("dbname", configuration.connectionString)) }
        if let database = configuration.database {
            if configuration.connectionString.isEmpty { words.append(("dbname", "dbname=''")) }
            words.append(("dbname", database))
        }
        words.append(("client_encoding", "UTF8"))
        return withCStrings(words.map(\.0)) { keywords in
            withCStrings(words.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
        }
    }

    private func setUp(_ configuration: PostgresConfiguration) throws(PostgresError) {
        var statements = ["SET DateStyle TO 'ISO'"]
        let timeouts = [
            ("statement_timeout", configuration.statementTimeout), ("lock_timeout", configuration.lockTimeout),
            ("idle_in_transaction_session_timeout", configuration.idleInTransactionTimeout),
        ]
        for case (let name, let timeout?) in timeouts {
            statements.append("SET \(name) TO \(timeout.milliseconds)")
        }
        if let role = configuration.role { statements.append("SET ROLE \(try identifier(role))") }
        try runScript(statements.joined(separator: "; "))
    }

    // MARK: - Escaping

    func literal(_ text: String) throws(PostgresError) -> String {
        try escaped(text) { PQescapeLiteral(raw, $0, $1) }
    }

    func identifier(_ name: String) throws(PostgresError) -> String {
        try escaped(name) { PQescapeIdentifier(raw, $0, $1) }
    }

    private func escaped(
        _ text: String, by escape: (UnsafePointer<CChar>, Int) -> UnsafeMutablePointer<CChar>?
    ) throws(PostgresError) -> String {
        guard !text.utf8.contains(0), let pointer = text.withCString({ escape($0, text.utf8.count) }) else {
            throw PostgresError(.usage, "a setting or a name holds a character that SQL cannot")
        }
        defer { PQfreemem(pointer) }
        return String(cString: pointer)
    }

    // MARK: - State

    /// Whether the connection can be given to somebody else.
    var isReusable: Bool {
        !isBroken && !notices.sawFatal && PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) == PQTRANS_IDLE
            && PQpipelineStatus(raw) == PQ_PIPELINE_OFF
    }

    var isInTransaction: Bool { PQtransactionStatus(raw) == PQTRANS_INTRANS }

    /// Whether an idle connection is still there, without asking the server: one that goes away says so and closes, both
    /// of which make the socket readable.
    func isAlive() -> Bool {
        while isReusable {
            guard waitUntilReadable([PQsocket(raw)], milliseconds: 0) else { return true }
            guard PQconsumeInput(raw) == 1 else { return false }
            // Reads what came, notices among it.
            _ = PQisBusy(raw)
        }
        return false
    }

    /// Refuses to go on when the task was cancelled or the connection is of no use.
    func checkReady() throws(PostgresError) {
        if canceller.isCancelled { throw PostgresError.cancelledByTask }
        guard !isBroken, PQstatus(raw) == CONNECTION_OK else { throw PostgresError.lost }
    }
}

extension PostgresError {
    static let cancelledByTask = PostgresError(.cancelled, "cancelled; nothing was stored")
    static let lost = PostgresError(.connectionLost, "the connection to the server was lost; nothing was stored")

    /// An attempt to connect failed. libpq keeps the server's SQLSTATE to itself here, so the two that callers act upon
    /// are known by the server's English words; in another language they stay `connectionFailed`.
    init(connecting libpqMessage: String) {
        let message = libpqMessage.split(separator: "\n").joined(separator: "; ")
        let busy = ["too many clients", "remaining connection slots", "too many connections"]
        let restarting = ["starting up", "shutting down", "in recovery mode", "not yet accepting connections"]
        if busy.contains(where: message.contains) {
            self.init(.serverUnavailable, message, sqlState: "53300")
        } else if restarting.contains(where: message.contains) {
            self.init(.serverUnavailable, message, sqlState: "57P03")
        } else {
            self.init(.connectionFailed, message.isEmpty ? "could not connect" : message)
        }
    }
}

/// Takes the server's notices, so that libpq does not print them, and counts the warnings.
final class NoticeCollector: Sendable {
    private let handler: (@Sendable (PostgresNotice) -> Void)?
    private let warnings = Atomic(0)
    private let fatal = Atomic(false)

    init(handler: (@Sendable (PostgresNotice) -> Void)?) { self.handler = handler }

    /// Warnings since the connection was made.
    var warningCount: Int { warnings.load(ordering: .relaxed) }

    /// Whether the server said that it ends the connection while nobody had asked it anything.
    var sawFatal: Bool { fatal.load(ordering: .relaxed) }

    fileprivate func receive(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // V is the severity in English, whatever the server's language (PG_DIAG_SEVERITY_NONLOCALIZED).
        let severity = field("V") ?? field("S") ?? "NOTICE"
        if severity == "WARNING" { warnings.add(1, ordering: .relaxed) }
        if severity == "FATAL" || severity == "PANIC" { fatal.store(true, ordering: .relaxed) }
        handler?(PostgresNotice(severity: severity, sqlState: field("C"), message: field("M") ?? ""))
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// Lends C an array of strings that ends with a null pointer.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
    let buffers = strings.map { Array($0.utf8CString) }
    func lend(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
        guard index < buffers.count else { return body(pointers + [nil]) }
        return buffers[index].withUnsafeBufferPointer { lend(index + 1, pointers + [$0.baseAddress]) }
    }
    return lend(0, [])
}
