import Glibc

/// Where a private cluster keeps its data and its socket.
///
/// The home directory holds `pg` (PostgreSQL's data directory), `pg.new` (one being made) and the two locks `pg.lock`
/// and `pg.alive`.
public struct ClusterLocation: Hashable, Sendable {
    public let home: String
    /// Nothing when the place inside the home would be too long: then one under `/tmp` is chosen at each start.
    let fixedSocketDirectory: String?

    public var dataDirectory: String { home + "/pg" }
    public var logFile: String { dataDirectory + "/server.log" }
    var unfinishedDirectory: String { home + "/pg.new" }
    /// Held by whoever makes, starts or stops the cluster.
    var lockFile: String { home + "/pg.lock" }
    /// Held by the server's processes for as long as one of them lives.
    var aliveFile: String { home + "/pg.alive" }

    /// - Parameters:
    ///   - home: absolute path.
    ///   - socketDirectory: absolute path; the default is a directory inside the home.
    public init(home: String, socketDirectory: String? = nil) {
        self.home = home
        let inside = home + "/socket"
        fixedSocketDirectory = socketDirectory ?? (socketPathProblem(inside) == nil ? inside : nil)
    }

    /// The place of the user's own cluster.
    ///
    /// `PRECERT_DATA_DIR` wins, with a socket of its own so that several clusters can run at once. Otherwise
    /// `$XDG_DATA_HOME/precert` or `~/.local/share/precert`, and for root `/var/lib/precert`, because the account that
    /// runs the server cannot enter root's home.
    public static func standard(environment: [String: String]) throws(ClusterError) -> ClusterLocation {
        try standard(environment: environment, uid: geteuid())
    }

    static func standard(environment: [String: String], uid: uid_t) throws(ClusterError) -> ClusterLocation {
        if let ordered = environment["PRECERT_DATA_DIR"], !ordered.isEmpty {
            return ClusterLocation(home: absolute(ordered))
        }
        if uid == 0 {
            return ClusterLocation(home: "/var/lib/precert", socketDirectory: "/run/precert")
        }
        return ClusterLocation(
            home: try dataHome(environment) + "/precert", socketDirectory: userSocketDirectory(environment, uid: uid))
    }

    private static func dataHome(_ environment: [String: String]) throws(ClusterError) -> String {
        // The XDG specification has relative paths ignored.
        if let directory = environment["XDG_DATA_HOME"], directory.hasPrefix("/") { return directory }
        if let directory = environment["HOME"], directory.hasPrefix("/") { return directory + "/.local/share" }
        if let directory = homeDirectoryOfAccount(), directory.hasPrefix("/") { return directory + "/.local/share" }
        throw ClusterError(
            .place, "neither HOME nor XDG_DATA_HOME says where to keep data; set PRECERT_DATA_DIR to a directory")
    }

    private static func userSocketDirectory(_ environment: [String: String], uid: uid_t) -> String {
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/"), isDirectory(runtime, of: uid) {
            let directory = runtime + "/precert"
            if socketPathProblem(directory) == nil { return directory }
        }
        return "/tmp/precert-\(uid)"
    }

    private static func isDirectory(_ path: String, of uid: uid_t) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
            && information.st_uid == uid
    }

    private static func absolute(_ path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        if trimmed.hasPrefix("/") { return trimmed }
        return resolved(".") + "/" + trimmed
    }
}

extension ClusterLocation {
    /// The socket directory, made and checked, and entered by nobody but the server's account (and root).
    func makeSocketDirectory(for account: ServerAccount) throws(ClusterError) -> String {
        let directory =
            if let fixedSocketDirectory { fixedSocketDirectory } else { try shortSocketDirectory(for: account) }
        if let problem = socketPathProblem(directory) { throw ClusterError(.socketPath, problem) }
        try makeParents(of: directory)
        try makePrivateDirectory(directory, for: account)
        return directory
    }

    /// A directory under `/tmp` that no other home shares: named by the home's device and inode.
    private func shortSocketDirectory(for account: ServerAccount) throws(ClusterError) -> String {
        let above = "/tmp/precert-\(account.uid)"
        try makePrivateDirectory(above, for: account)
        var information = stat()
        guard stat(home, &information) == 0 else { throw placeError("cannot look at \(home)", errno) }
        return above + "/\(information.st_dev)-\(information.st_ino)"
    }
}

/// What keeps a directory from holding the server's socket, or nothing.
func socketPathProblem(_ directory: String) -> String? {
    let path = directory + "/.s.PGSQL.5432"
    if path.utf8.count > longestSocketPath {
        return "the socket path \(path) has \(path.utf8.count) bytes, and the system allows \(longestSocketPath); "
            + "set PRECERT_DATA_DIR or XDG_RUNTIME_DIR to a shorter path"
    }
    // Both the server's setting and libpq's `host` are lists separated by commas.
    if directory.contains(",") { return "the socket directory \(directory) holds a comma; choose a path without one" }
    return nil
}
