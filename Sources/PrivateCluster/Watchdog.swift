import Glibc
import Synchronization

/// A small shell process that outlives the test process for a moment and cleans up after it.
///
/// It reads from a pipe whose other end only the test process holds: when that end closes, for whatever reason, the
/// process has ended or wants its cluster gone.
struct Watchdog: Sendable {
    private let pid: pid_t
    private let lifeline: Int32

    init(guarding directory: String, account: ServerAccount, pgCtl: String) throws(ClusterError) {
        let pipe = try Pipe()
        let command = account.command("/bin/sh", ["-c", Self.script, "precert-watchdog", directory, pgCtl])
        pid = try ChildProcess.spawnDetached(
            command.path, command.arguments, environment: ServerAccount.environment, stdin: pipe.reading)
        lifeline = pipe.takeWriting()
    }

    /// Has the directory cleaned up and waits for it.
    func finish() {
        close(lifeline)
        ChildProcess.wait(for: pid)
    }

    /// Waits for the end of its input, then stops the server of `$1/pg` with `$2` (pg_ctl) and removes `$1`.
    ///
    /// A killed server leaves its System V shared memory segment behind; line 7 of its pid file names it. Tried
    /// several times, because an `initdb` or a start may still be under way when the process is killed.
    private static let script = """
        while read -r line; do :; done
        segment=$(sed -n 7p "$1/pg/postmaster.pid" 2>/dev/null)
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
            "$2" stop -D "$1/pg" -m immediate -w -s >/dev/null 2>&1
            rm -rf -- "$1" 2>/dev/null
            [ -e "$1" ] || break
            sleep 0.3
        done
        [ -z "$segment" ] || ipcrm -m "${segment##* }" >/dev/null 2>&1
        """

    // MARK: - Directories

    private static let prefix = "precert-test-"
    private static let count = Atomic<Int>(0)

    /// A fresh name that tells whose it is: process id and start time, because ids are used again.
    static func newDirectory() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "/tmp/\(prefix)\(getpid()).\(startTime(of: getpid()) ?? "0")-\(number)"
    }

    /// Removes what processes left whose watchdog was killed too, or that a power cut ended.
    static func removeLeftovers(account: ServerAccount, pgCtl: String) {
        for name in namesInDirectory("/tmp") where name.hasPrefix(prefix) {
            let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }.split(separator: ".")
            guard owner.count == 2, let pid = pid_t(owner[0]), startTime(of: pid) != String(owner[1]) else { continue }
            var information = stat()
            guard lstat("/tmp/" + name, &information) == 0, information.st_uid == account.uid,
                information.st_mode & S_IFMT == S_IFDIR
            else { continue }
            // Best effort: what stays now goes at the next start.
            _ = try? account.run("/bin/sh", ["-c", script, "precert-watchdog", "/tmp/" + name, pgCtl])
        }
    }

    /// When a process started, in clock ticks since boot: field 22 of proc(5)'s stat.
    private static func startTime(of pid: pid_t) -> String? {
        guard let text = try? readText("/proc/\(pid)/stat") else { return nil }
        // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }
}
