import Glibc
import Synchronization

/// A cluster for tests: in a temporary directory of its own, removed with everything in it by ``stop()``, when the
/// value goes, or when the process that made it ends in any way, `kill -9` included.
///
/// Works as root (the server then runs as `postgres`) and as any user. Calls block their thread; making one takes
/// about a second.
public final class DisposableCluster: Sendable {
    private let cluster: PrivateCluster
    private let account: ServerAccount
    private let watchdog: Mutex<Watchdog?>

    /// - Parameters:
    ///   - durable: waits for the disk as in production. Tests that kill the server need it, or they show losses that
    ///     are not real; all others are faster without.
    ///   - settings: server settings on top of (and instead of) the private cluster's own.
    ///   - environment: read for `PRECERT_PG_BIN` and `PATH`.
    public init(
        durable: Bool = false, settings: [String: String] = [:], environment: [String: String]
    ) throws(ClusterError) {
        account = try ServerAccount.current()
        let binaries = try ServerBinaries.locate(environment: environment)
        Watchdog.removeLeftovers(account: account, pgCtl: binaries.program("pg_ctl"))

        let location = ClusterLocation(home: Watchdog.newDirectory())
        let server = ServerSettings.disposable(durable: durable, extra: settings)
        cluster = PrivateCluster(
            location: location, environment: ["PRECERT_PG_BIN": binaries.directory], settings: server)
        let started = try Watchdog(
            guarding: location.home, account: account, pgCtl: binaries.program("pg_ctl"))
        watchdog = Mutex(started)
        do throws(ClusterError) {
            try cluster.start()
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    /// A libpq connection string; throws when the server does not run, as between ``kill()`` and ``restart()``.
    public func connectionString(
        database: String = PrivateCluster.database, user: String = PrivateCluster.user
    ) throws(ClusterError) -> String {
        guard let text = try cluster.connectionString(database: database, user: user) else {
            throw ClusterError(.start, "the disposable cluster in \(cluster.location.home) does not run")
        }
        return text
    }

    /// The process id of the running postmaster.
    public var postmasterPID: Int32? {
        get throws(ClusterError) {
            try Postmaster.running(in: cluster.location.dataDirectory)?.pid
        }
    }

    /// Everything that the server wrote to its log, for tests that look for what must not stand there.
    public var logFile: String { cluster.location.logFile }

    /// Kills the postmaster with SIGKILL, as a crash would, and waits until its backends have noticed and gone.
    public func kill() throws(ClusterError) {
        guard let pid = try postmasterPID else { return }
        Glibc.kill(pid, SIGKILL)
        if try cluster.waitUntilGone(patience: 5, account: account) != nil { return }
        // A backend in the midst of a long computation does not look up.
        for pid in Postmaster.processes(of: cluster.location.dataDirectory) { Glibc.kill(pid, SIGKILL) }
        guard try cluster.waitUntilGone(patience: 10, account: account) != nil else {
            throw ClusterError(.stop, "the server's processes survive SIGKILL")
        }
    }

    /// Stops the server in an orderly way if it runs, and starts it; recovers after ``kill()``.
    public func restart() throws(ClusterError) {
        try cluster.stop()
        try cluster.start()
    }

    /// Stops the server and removes all its files. Later calls do nothing.
    public func stop() {
        watchdog.withLock { watchdog in
            watchdog?.finish()
            watchdog = nil
        }
    }
}

extension ServerSettings {
    fileprivate static func disposable(durable: Bool, extra: [String: String]) -> ServerSettings {
        var settings = ServerSettings.safe
        settings.initialisesDurably = durable
        settings.values["max_connections"] = "100"
        // In a file of the data directory and not in /dev/shm, where a killed server would leave it behind.
        settings.values["dynamic_shared_memory_type"] = "mmap"
        if !durable {
            settings.values["fsync"] = "off"
            settings.values["full_page_writes"] = "off"
        }
        settings.values.merge(extra) { _, new in new }
        return settings
    }
}
