import ArgumentParser
import Glibc

/// The process around the command: hardens it, runs the command, turns every error into an exit code.
public enum PrecertProgram {
    /// Runs the command on the process's own arguments.
    ///
    /// - Returns: the exit code, see `docs/exit-codes.md`.
    public static func run() async -> Int32 {
        forbidCoreDumps()
        // A reader that goes away is seen as EPIPE where we write.
        signal(SIGPIPE, SIG_IGN)
        let status = await run(PrecertCommand.self, arguments: nil)
        guard let failure = Console.writeFailure else { return status }
        let lost = report(CLIFailure(.internalError, "the output could not be written: \(failure)"))
        return status == ExitStatus.fine.rawValue ? lost : status
    }

    /// - Parameter arguments: without the program's name; the process's own when missing.
    static func run(_ root: any ParsableCommand.Type, arguments: [String]?) async -> Int32 {
        let command: any ParsableCommand
        do {
            command = try root.parseAsRoot(arguments)
        } catch {
            return answer(error, of: root)
        }
        do {
            try await run(command)
            return ExitStatus.fine.rawValue
        } catch  where error is ExitCode || root.exitCode(for: error) != .failure {
            // Help, the version and usage errors come from the argument parser, which knows their codes.
            return answer(error, of: root)
        } catch {
            return report(error)
        }
    }

    private static func run(_ command: any ParsableCommand) async throws {
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            var command = command
            try command.run()
        }
    }

    /// The argument parser's own errors, and its help, which it treats as one.
    private static func answer(_ error: any Error, of root: any ParsableCommand.Type) -> Int32 {
        let code = root.exitCode(for: error)
        let message = root.fullMessage(for: error)
        if !message.isEmpty {
            if code == .success { Console.out(message) } else { Console.err(message) }
        }
        return code.rawValue
    }

    // MARK: - The process

    /// A descriptor 0, 1 or 2 that the caller closed would be given to the next socket or file we open, and our output
    /// would be written into it.
    ///
    /// To be called before anything opens a descriptor, the runtime's event loop included.
    public static func occupyStandardDescriptors() {
        while true {
            let descriptor = open("/dev/null", O_RDWR)
            if descriptor > STDERR_FILENO { close(descriptor) }
            if descriptor < 0 || descriptor > STDERR_FILENO { return }
        }
    }

    /// A core file would hold patients' data.
    private static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
