import Glibc

/// Reads files that people name, whole and bounded.
enum InputFile {
    /// Enough for every file that people write by hand.
    static let defaultLimit = 4 << 20

    /// - Parameter limit: the most bytes accepted.
    /// - Throws: `CLIFailure`: `.notFound` when there is no such file, `.refusedInput` when it is a directory, is too
    ///   large or cannot be read.
    static func read(_ path: String, limit: Int = defaultLimit) throws(CLIFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, code: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw CLIFailure(.refusedInput, "\(path) is a directory; name a file")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), limit))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // One byte more than allowed is asked for, since a pipe or a growing file does not tell its size.
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, code: errno) }
            bytes += chunk[..<count]
        }
        throw CLIFailure(.refusedInput, "\(path) has more than \(limit) bytes, the most that is read")
    }

    /// The files under a directory whose names end so, sorted by path; hidden ones are left out. The path of a file
    /// names that file, whatever its ending.
    static func list(_ path: String, endingIn suffix: String) throws(CLIFailure) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        var files: [String] = []
        for name in try names(in: path) {
            let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            // A link that leads nowhere is no file; a link to a directory could lead in a circle.
            guard lstat(child, &status) == 0 else { continue }
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            if isLink { guard stat(child, &status) == 0 else { continue } }
            if status.st_mode & S_IFMT == S_IFDIR {
                if !isLink { files += try list(child, endingIn: suffix) }
            } else if name.hasSuffix(suffix) {
                files.append(child)
            }
        }
        return files
    }

    private static func names(in directory: String) throws(CLIFailure) -> [String] {
        guard let stream = opendir(directory) else { throw failure(directory, code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func failure(_ path: String, code: Int32) -> CLIFailure {
        let reason = String(cString: strerror(code))
        return CLIFailure(code == ENOENT ? .notFound : .refusedInput, "cannot read \(path): \(reason)")
    }
}
