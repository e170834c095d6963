import Foundation
import Glibc
import Synchronization

/// The built `precert`, run as a shell would run it: own environment, no terminal, default signals.
enum Program {
    /// It lies beside the test bundle.
    static let path: String = {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("precert").path
    }()

    /// How long a command may take before it is killed: far above what any needs, so that only a hang reaches it.
    static let patience: Int32 = 120

    /// Starts a program and returns at once.
    ///
    /// - Parameter environment: everything that the program sees; nothing is inherited.
    static func start(
        _ program: String, _ arguments: [String], in directory: String, environment: [String: String]
    ) throws -> Child {
        try oneAtATime.withLock { _ in
            try spawn(program, arguments, in: directory, environment: environment)
        }
    }

    /// A pipe's ends are closed on `exec` only by a second call, and no other child may be born between the two.
    private static let oneAtATime = Mutex<Void>(())

    private static func spawn(
        _ program: String, _ arguments: [String], in directory: String, environment: [String: String]
    ) throws -> Child {
        let (output, errors) = (try Ends(), try Ends())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)

        // The test process blocks signals in some of its threads; a shell does not hand that on.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = ["env", "-C", directory, program] + arguments
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &argv, &envp)
        close(output.writing)
        close(errors.writing)
        guard code == 0 else {
            close(output.reading)
            close(errors.reading)
            throw SpawnFailure(program: program, reason: String(cString: strerror(code)))
        }
        return Child(pid: pid, output: output.reading, errors: errors.reading)
    }

    private struct Ends {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else {
                throw SpawnFailure(program: "pipe", reason: String(cString: strerror(errno)))
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }
    }
}

struct SpawnFailure: Error {
    let program: String
    let reason: String
}

/// What a command answered.
struct Answer: Sendable {
    /// The exit code; 128 and the signal when one ended it.
    let status: Int32
    let out: String
    let err: String

    var everything: String { out + err }

    /// Standard output as one JSON object.
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any]) ?? [:]
    }

    /// Standard output as a JSON array of objects.
    var rows: [[String: Any]] {
        (try? JSONSerialization.jsonObject(with: Data(out.utf8)) as? [[String: Any]]) ?? []
    }
}

/// A started program.
struct Child: Sendable {
    let pid: pid_t
    fileprivate let output: Int32
    fileprivate let errors: Int32

    func signal(_ number: Int32) { kill(pid, number) }

    /// Reads standard error until the text appears; false when the program ends or the patience is over before that.
    func waitForError(_ text: String) async -> Bool {
        await onThread {
            var seen: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while !String(decoding: seen, as: UTF8.self).contains(text) {
                var end = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
                guard poll(&end, 1, Program.patience * 1000) > 0 else { return false }
                let count = read(errors, &chunk, chunk.count)
                guard count > 0 else { return false }
                seen += chunk[..<count]
            }
            return true
        }
    }

    /// Reads everything, waits for the end, and kills what does not end.
    func wait() async -> Answer { await onThread { waitBlocking() } }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private func waitBlocking() -> Answer {
        var texts: [Int32: [UInt8]] = [output: [], errors: []]
        var open = [output, errors]
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let limit = time(nil) + time_t(Program.patience)
        var killed = false
        while !open.isEmpty {
            var ends = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let left = max(0, limit - time(nil))
            let ready = poll(&ends, nfds_t(ends.count), Int32(left) * 1000)
            if ready == 0 {
                if killed { break }
                kill(pid, SIGKILL)
                killed = true
                continue
            }
            for end in ends where end.revents != 0 {
                let count = read(end.fd, &chunk, chunk.count)
                if count > 0 {
                    texts[end.fd]? += chunk[..<count]
                } else {
                    open.removeAll { $0 == end.fd }
                }
            }
        }
        close(output)
        close(errors)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        let signal = status & 0x7F
        return Answer(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
            out: String(decoding: texts[output] ?? [], as: UTF8.self),
            err: String(decoding: texts[errors] ?? [], as: UTF8.self))
    }
}
