import Glibc

/// The account that owns the cluster's files and runs the server: the caller's own, or `postgres` for root, because
/// PostgreSQL refuses to run as root.
struct ServerAccount: Sendable {
    let uid: uid_t
    let gid: gid_t
    let name: String
    /// What to put before a command so that it runs under this account; empty when it does anyway.
    private let prefix: [String]

    /// True when the caller is root and the server is not.
    var isSwitched: Bool { !prefix.isEmpty }

    static func current() throws(ClusterError) -> ServerAccount {
        guard geteuid() == 0 else {
            return ServerAccount(uid: geteuid(), gid: getegid(), name: "this user", prefix: [])
        }
        guard let entry = accountEntry(named: "postgres") else {
            throw ClusterError(
                .account,
                "PostgreSQL does not run as root, and the account \"postgres\" that would run it is missing; "
                    + "it comes with the server: apt-get install \(ServerBinaries.aptPackage())")
        }
        return ServerAccount(uid: entry.uid, gid: entry.gid, name: "postgres", prefix: try switchingPrefix())
    }

    private static func switchingPrefix() throws(ClusterError) -> [String] {
        if let setpriv = firstExecutable(["/usr/bin/setpriv", "/bin/setpriv"]) {
            return [setpriv, "--reuid=postgres", "--regid=postgres", "--init-groups"]
        }
        if let runuser = firstExecutable(["/usr/sbin/runuser", "/sbin/runuser"]) {
            return [runuser, "-u", "postgres", "--"]
        }
        throw ClusterError(
            .account,
            "running as root needs setpriv or runuser to start PostgreSQL under the account \"postgres\"; "
                + "install them with: apt-get install util-linux")
    }

    /// The program and arguments that run `command` under this account.
    func command(_ path: String, _ arguments: [String]) -> (path: String, arguments: [String]) {
        let words = prefix + [path] + arguments
        return (words[0], Array(words.dropFirst()))
    }

    func run(
        _ path: String, _ arguments: [String], input: String = "", keeping descriptor: Int32? = nil
    ) throws(ClusterError) -> ChildProcess.Outcome {
        let command = command(path, arguments)
        return try ChildProcess.run(
            command.path, command.arguments, environment: ServerAccount.environment, input: input,
            keeping: descriptor)
    }

    /// Server programs see nothing of the caller's settings: a stray `PGDATA` or `PGOPTIONS` must not steer them.
    static let environment: [String: String] = {
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"]
        // A server built by hand may need it.
        if let libraries = getenv("LD_LIBRARY_PATH") { variables["LD_LIBRARY_PATH"] = String(cString: libraries) }
        return variables
    }()
}

private func firstExecutable(_ paths: [String]) -> String? { paths.first { access($0, X_OK) == 0 } }

private func accountEntry(named name: String) -> (uid: uid_t, gid: gid_t)? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return (entry.pw_uid, entry.pw_gid)
}

/// The caller's home directory from the account table, for when `HOME` is not set.
func homeDirectoryOfAccount() -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return String(cString: entry.pw_dir)
}
