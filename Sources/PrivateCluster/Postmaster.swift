import Glibc

/// A server that runs, as its `postmaster.pid` describes it.
struct Postmaster {
    let pid: pid_t
    let socketDirectory: String
    /// True when the server answers; false while it starts (which may be a recovery) or stops.
    let isReady: Bool

    /// The server of a data directory, or nothing when there is none or the file is left over from a dead one.
    static func running(in dataDirectory: String) throws(ClusterError) -> Postmaster? {
        guard let text = try readText(dataDirectory + "/postmaster.pid") else { return nil }
        // Lines: pid, data directory, start time, port, socket directory, address, shared memory key, status.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let pid = pid_t(first), pid > 0, isServer(pid, of: dataDirectory) else {
            return nil
        }
        return Postmaster(
            pid: pid, socketDirectory: lines.count > 4 ? String(lines[4]) : "",
            isReady: lines.count > 7 && lines[7].hasPrefix("ready"))
    }

    /// Every process of a data directory's server, also such as survive their postmaster for a moment.
    static func processes(of dataDirectory: String) -> [pid_t] {
        namesInDirectory("/proc").compactMap { pid_t($0) }.filter { isServer($0, of: dataDirectory) }
    }

    /// A number may since have gone to another process, but the server's processes stand in their data directory.
    private static func isServer(_ pid: pid_t, of dataDirectory: String) -> Bool {
        linkTarget("/proc/\(pid)/cwd") == resolved(dataDirectory)
            && linkTarget("/proc/\(pid)/exe")?.contains("postgres") == true
    }
}
