import Glibc

/// A PostgreSQL cluster that belongs to one user: a unix socket only, no TCP, started when it is needed.
///
/// Calls block their thread (a first start takes seconds), are safe in several processes and threads at once, and
/// never touch any other cluster of the machine.
public struct PrivateCluster: Sendable {
    /// The database and the bootstrap superuser that every private cluster has.
    public static let database = "precert"
    public static let user = "precert"

    public enum StopMode: Sendable {
        /// Waits until every client has gone.
        case smart
        /// Rolls open transactions back and disconnects the clients.
        case fast
        /// Drops everything; the next start recovers as after a crash.
        case immediate

        var signal: Int32 {
            switch self {
            case .smart: SIGTERM
            case .fast: SIGINT
            case .immediate: SIGQUIT
            }
        }
    }

    public let location: ClusterLocation
    let environment: [String: String]
    let settings: ServerSettings

    /// - Parameter environment: read for `PRECERT_PG_BIN` and `PATH`.
    public init(location: ClusterLocation, environment: [String: String]) {
        self.init(location: location, environment: environment, settings: .safe)
    }

    init(location: ClusterLocation, environment: [String: String], settings: ServerSettings) {
        self.location = location
        self.environment = environment
        self.settings = settings
    }

    /// The user's own cluster, where ``ClusterLocation/standard(environment:)`` puts it.
    public static func standard(environment: [String: String]) throws(ClusterError) -> PrivateCluster {
        PrivateCluster(location: try .standard(environment: environment), environment: environment)
    }

    // MARK: - Start

    /// Starts the server unless it runs, making the cluster the first time.
    ///
    /// The server outlives the caller. When it runs already this is two file reads.
    /// - Returns: a libpq connection string for the database `precert`.
    @discardableResult
    public func start() throws(ClusterError) -> String {
        if let server = try Postmaster.running(in: location.dataDirectory), isReachable(server) {
            return connectionString(to: server, database: Self.database, user: Self.user)
        }
        let account = try ServerAccount.current()
        try makeHome(for: account)
        let server = try withLock(account) { lock throws(ClusterError) in try startLocked(lock, account: account) }
        return connectionString(to: server, database: Self.database, user: Self.user)
    }

    private func withLock<Result>(
        _ account: ServerAccount, patience: Int = 120, _ body: (FileLock) throws(ClusterError) -> Result
    ) throws(ClusterError) -> Result {
        let path = location.lockFile
        guard let lock = try FileLock.acquire(path, owner: account, patience: patience) else {
            throw ClusterError(
                .busy,
                "another process has been starting or stopping the private cluster for \(patience) seconds; "
                    + "see which one with: fuser \(path)")
        }
        return try body(lock)
    }

    private func startLocked(_ lock: FileLock, account: ServerAccount) throws(ClusterError) -> Postmaster {
        if let server = try settledServer() {
            if isReachable(server) { return server }
            // The socket's directory went away, as `$XDG_RUNTIME_DIR` does at logout: no client can reach this server.
            try end(server, .fast, patience: 60, account: account)
        }
        let binaries = try ServerBinaries.locate(environment: environment, preferring: try majorVersionOfData())
        if try majorVersionOfData() == nil { try initialise(with: binaries, account: account, lock: lock) }
        try requireSameMajorVersion(binaries)
        return try launch(binaries, account: account)
    }

    /// The running server once it is neither starting nor stopping, or nothing.
    private func settledServer(patience: Int = 300) throws(ClusterError) -> Postmaster? {
        for _ in 0..<(patience * 50) {
            guard let server = try Postmaster.running(in: location.dataDirectory) else { return nil }
            if server.isReady { return server }
            usleep(20_000)
        }
        throw ClusterError(
            .busy,
            "the server of \(location.dataDirectory) has been starting or stopping for \(patience) seconds; "
                + "see \(location.logFile)")
    }

    private func isReachable(_ server: Postmaster) -> Bool {
        server.isReady && exists(server.socketDirectory + "/.s.PGSQL.5432")
    }

    // MARK: - Stop

    /// Stops the server and waits until all its processes have gone.
    ///
    /// - Returns: false when there was nothing to stop.
    @discardableResult
    public func stop(_ mode: StopMode = .fast, patience: Int = 60) throws(ClusterError) -> Bool {
        guard try Postmaster.running(in: location.dataDirectory) != nil else { return false }
        let account = try ServerAccount.current()
        return try withLock(account) { _ throws(ClusterError) in
            guard let server = try Postmaster.running(in: location.dataDirectory) else { return false }
            try end(server, mode, patience: patience, account: account)
            return true
        }
    }

    private func end(
        _ server: Postmaster, _ mode: StopMode, patience: Int, account: ServerAccount
    ) throws(ClusterError) {
        guard Glibc.kill(server.pid, mode.signal) == 0 || errno == ESRCH else {
            throw ClusterError(.stop, "cannot stop the server (process \(server.pid)): \(reason(errno))")
        }
        guard try waitUntilGone(patience: patience, account: account) != nil else {
            throw ClusterError(
                .stop,
                "the server (process \(server.pid)) still runs after \(patience) seconds; "
                    + "clients may be connected: try stopping it with mode fast or immediate, and see \(location.logFile)"
            )
        }
    }

    /// Waits for the server's last process to end, because the next server cannot start before.
    ///
    /// The lock says it for sure: each process of the server inherits it. A process number says less; in a container
    /// that shares the directory it may name nothing, or something else.
    /// - Returns: the lock that proves it, or nothing after `patience` seconds.
    func waitUntilGone(patience: Int, account: ServerAccount) throws(ClusterError) -> FileLock? {
        guard let proof = try FileLock.acquire(location.aliveFile, owner: account, patience: patience) else {
            return nil
        }
        // One started by hand does not hold the lock.
        for _ in 0...(patience * 50) {
            guard try Postmaster.running(in: location.dataDirectory) != nil else { return proof }
            usleep(20_000)
        }
        return nil
    }

    // MARK: - Look

    public func status() throws(ClusterError) -> ClusterStatus {
        let version = try majorVersionOfData()
        let server = try Postmaster.running(in: location.dataDirectory)
        let state: ClusterStatus.State =
            if let server {
                server.isReady ? .running(pid: server.pid) : .changing(pid: server.pid)
            } else {
                version == nil ? .notInitialised : .stopped
            }
        return ClusterStatus(
            state: state, version: version.map(String.init), dataDirectory: location.dataDirectory,
            socketDirectory: server?.socketDirectory, logFile: location.logFile)
    }

    /// A libpq connection string for any database and role of the running server, or nothing when it does not run.
    public func connectionString(
        database: String = PrivateCluster.database, user: String = PrivateCluster.user
    ) throws(ClusterError) -> String? {
        guard let server = try Postmaster.running(in: location.dataDirectory) else { return nil }
        return connectionString(to: server, database: database, user: user)
    }

    private func connectionString(to server: Postmaster, database: String, user: String) -> String {
        // The port is only part of the socket's name; it is given so that PGPORT cannot change it.
        "host=\(quoted(server.socketDirectory)) port=5432 dbname=\(quoted(database)) user=\(quoted(user))"
    }
}

/// A value as libpq's connection strings want it.
private func quoted(_ value: String) -> String {
    let escaped = value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "'\(escaped)'"
}
