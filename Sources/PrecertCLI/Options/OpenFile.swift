import Glibc

/// A regular file that stays open, so that what is read twice is one file even when its name is given to another.
final class OpenFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let limit: Int

    /// - Throws: `CLIFailure`: `.notFound` when there is no such file, `.refusedInput` when it is none that can be read twice.
    /// - Parameter limit: the most bytes accepted.
    init(_ path: String, limit: Int) throws(CLIFailure) {
        self.path = path
        self.limit = limit
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw InputFile.failure(path, code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw InputFile.failure(path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file"
            throw CLIFailure(.refusedInput, "\(path) is \(what); name a file")
        }
        guard status.st_size <= limit else { throw tooLarge }
    }

    deinit { close(descriptor) }

    /// Bytes from a place on; fewer than asked for, and none, only at the end.
    func piece(at offset: Int, count: Int) throws(CLIFailure) -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failed = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        guard failed == 0 else { throw InputFile.failure(path, code: failed) }
        return bytes
    }

    private var tooLarge: CLIFailure {
        CLIFailure(.refusedInput, "\(path) has more than \(limit) bytes, the most that is read")
    }

    /// The whole file.
    func pieces(of count: Int, _ body: ([UInt8]) throws -> Void) throws {
        var offset = 0
        while true {
            let piece = try piece(at: offset, count: count)
            if piece.isEmpty { return }
            offset += piece.count
            // It may have grown.
            guard offset <= limit else { throw tooLarge }
            try body(piece)
        }
    }
}
