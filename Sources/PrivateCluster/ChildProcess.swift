import Glibc

/// Runs a program to its end through `posix_spawn`, with standard output and error captured together.
///
/// Not Foundation's `Process`: on Linux that one waits on a socket which the child's own children inherit, so waiting
/// for `pg_ctl start` would last as long as the server it started. Here nothing but the three standard descriptors is
/// passed on, and none of these is the caller's.
enum ChildProcess {
    struct Outcome {
        /// Exit status, or 128 plus the signal that ended it.
        let status: Int32
        let output: String

        var succeeded: Bool { status == 0 }
    }

    /// - Parameters:
    ///   - input: given to standard input through a pipe, so at most a few kilobytes.
    ///   - keeping: a descriptor that the program inherits as number 3, such as a lock that must live as long as it.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String], input: String = "",
        keeping descriptor: Int32? = nil
    ) throws(ClusterError) -> Outcome {
        let stdin = try Pipe()
        stdin.write(input)
        let stdout = try Pipe()
        let pid = try spawn(
            path, arguments, environment: environment, stdin: stdin.reading, stdout: stdout.writing,
            keeping: descriptor, newSession: false)
        stdin.closeReading()
        stdout.closeWriting()
        let output = stdout.readToEnd()
        return Outcome(status: wait(for: pid), output: output)
    }

    /// Starts a program in a session of its own, out of reach of the terminal's Ctrl-C, and does not wait for it.
    static func spawnDetached(
        _ path: String, _ arguments: [String], environment: [String: String], stdin: Int32
    ) throws(ClusterError) -> pid_t {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        return try spawn(
            path, arguments, environment: environment, stdin: stdin, stdout: null, keeping: nil, newSession: true)
    }

    @discardableResult
    static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1 {
            if errno != EINTR { return 127 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private static func spawn(
        _ path: String, _ arguments: [String], environment: [String: String], stdin: Int32, stdout: Int32,
        keeping descriptor: Int32?, newSession: Bool
    ) throws(ClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout, 1)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, 3) }
        guard let closeFrom = GlibcSpawn.closeFrom, let changeDirectory = GlibcSpawn.changeDirectory else {
            throw ClusterError(.childProcess, "starting programs needs glibc 2.34 or newer")
        }
        _ = closeFrom(&actions, descriptor == nil ? 3 : 4)
        // The server's account often cannot enter the caller's directory.
        _ = changeDirectory(&actions, "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (newSession ? GlibcSpawn.newSession : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
        guard failure == 0 else {
            throw ClusterError(.childProcess, "cannot run \(path): \(reason(failure))")
        }
        return pid
    }
}

/// What glibc's `spawn.h` has but hides from Swift behind `_GNU_SOURCE`.
///
/// Closing a list of descriptors read beforehand would not do: another thread may open one more in between, and the
/// server would keep it for as long as it lives.
private enum GlibcSpawn {
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    /// `POSIX_SPAWN_SETSID`
    static let newSession: Int32 = 0x80
    /// `posix_spawn_file_actions_addclosefrom_np`, glibc 2.34
    static let closeFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: (@convention(c) (Actions, Int32) -> Int32)?.self)
    /// `posix_spawn_file_actions_addchdir_np`, glibc 2.29
    static let changeDirectory = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
        to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32)?.self)
}

/// The text of an error number, such as "Permission denied".
func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
