import Glibc

/// Makes a folder with its files in one step: it is there with all of them, or not at all.
enum NewFolder {
    /// - Parameters:
    ///   - path: the folder; its parent must be there.
    ///   - files: by name in it.
    /// - Throws: `CLIFailure`: `.conflict` when something of that name is there, `.refusedInput` when it cannot be
    ///   written.
    static func make(_ path: String, files: [(name: String, text: String)]) throws(CLIFailure) {
        var status = stat()
        guard lstat(path, &status) != 0 else { throw isThere(path) }
        // Beside its place, so that the last step is one rename; hidden, so that no reader takes it for a payer.
        let draft = "\(parent(of: path))/.new-\(getpid())"
        guard mkdir(draft, 0o777) == 0 else { throw failure(path, errno) }
        do throws(CLIFailure) {
            for file in files { try write(file.text, to: "\(draft)/\(file.name)", for: path) }
            // A folder with files in it cannot be replaced by a rename: who was faster keeps what they made.
            guard rename(draft, path) == 0 else {
                let code = errno
                throw [EEXIST, ENOTEMPTY, ENOTDIR].contains(code) ? isThere(path) : failure(path, code)
            }
        } catch {
            for file in files { unlink("\(draft)/\(file.name)") }
            rmdir(draft)
            throw error
        }
    }

    private static func write(_ text: String, to file: String, for path: String) throws(CLIFailure) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure(path, errno) }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw failure(path, errno) }
    }

    private static func isThere(_ path: String) -> CLIFailure {
        CLIFailure(
            .conflict, "\(path) is there already; nothing was changed", hint: "choose another id, or move it away")
    }

    private static func failure(_ path: String, _ code: Int32) -> CLIFailure {
        CLIFailure(
            .refusedInput, "cannot make \(path): \(String(cString: strerror(code)))",
            hint: "--into names another folder; PRECERT_HOME a copy of the rules that you may write in")
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }
}
