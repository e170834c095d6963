internal import CLibpq

/// Where a PostgreSQL server is and how to behave towards it.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection string, `host=/run/postgresql dbname=precert` or `postgresql://…`, with everything libpq
    /// knows: several hosts, `target_session_attrs`, TLS, `passfile`, `service`. Empty leaves it to the `PG*` variables.
    public var connectionString: String
    /// Replaces the connection string's database.
    public var database: String?
    /// Shown in `pg_stat_activity` unless the connection string or `PGAPPNAME` says otherwise.
    public var applicationName: String
    /// How long one host may take to accept, in whole seconds (libpq rounds up to 2). A `connect_timeout` in the
    /// connection string or in `PGCONNECT_TIMEOUT` goes before it.
    public var connectTimeout: Duration
    /// `statement_timeout`; nothing leaves the server's own. It does not bound the wait of a COMMIT for a standby.
    public var statementTimeout: Duration?
    /// `lock_timeout`; nothing leaves the server's own.
    public var lockTimeout: Duration?
    /// `idle_in_transaction_session_timeout`; nothing leaves the server's own.
    public var idleInTransactionTimeout: Duration?
    /// The role every connection takes on right after connecting, with `SET ROLE`.
    public var role: String?
    /// The most connections a pool opens. Each has a thread of its own.
    public var poolSize: Int
    /// How long a caller waits for a connection before `PostgresError.Code.poolTimeout`.
    public var poolWaitTimeout: Duration
    /// Told of the server's notices and warnings, on the connection's thread. Their text may quote values.
    public var onNotice: (@Sendable (PostgresNotice) -> Void)?

    public init(
        connectionString: String = "", database: String? = nil, applicationName: String = "precert",
        connectTimeout: Duration = .seconds(10), statementTimeout: Duration? = .seconds(60),
        lockTimeout: Duration? = .seconds(20), idleInTransactionTimeout: Duration? = .seconds(60),
        role: String? = nil, poolSize: Int = 8, poolWaitTimeout: Duration = .seconds(10),
        onNotice: (@Sendable (PostgresNotice) -> Void)? = nil
    ) {
        self.connectionString = connectionString
        self.database = database
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleInTransactionTimeout = idleInTransactionTimeout
        self.role = role
        self.poolSize = poolSize
        self.poolWaitTimeout = poolWaitTimeout
        self.onNotice = onNotice
    }

    /// A `key='value'` connection string with the database replaced, to hand to another program.
    ///
    /// - Throws: `PostgresError` with code `usage` when the connection string cannot be read. The message does not
    ///   repeat it, because it may hold a password.
    public static func connectionString(
        _ connectionString: String, database: String
    ) throws(PostgresError) -> String {
        guard let options = PQconninfoParse(connectionString, nil) else {
            throw PostgresError(.usage, "the connection string is not one that libpq can read")
        }
        defer { PQconninfoFree(options) }
        var words: [String] = []
        var option = options
        while let keyword = option.pointee.keyword {
            let name = String(cString: keyword)
            if name == "dbname" {
                words.append("dbname=\(quoted(database))")
            } else if let value = option.pointee.val {
                words.append("\(name)=\(quoted(String(cString: value)))")
            }
            option += 1
        }
        return words.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for character in value.unicodeScalars {
            if character == "'" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text + "'"
    }
}

/// What the server says beside its answer.
public struct PostgresNotice: Sendable {
    /// `NOTICE`, `WARNING`, `INFO`, `LOG` or `DEBUG`, whatever the server's language.
    public let severity: String
    public let sqlState: String?
    /// The primary message, without detail and context. It may quote values: not for logs.
    public let message: String
}
