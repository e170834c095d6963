import Glibc

/// A pipe whose ends no other child process inherits by accident.
final class Pipe {
    private(set) var reading: Int32
    private(set) var writing: Int32

    init() throws(ClusterError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ClusterError(.childProcess, "cannot open a pipe: \(reason(errno))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// Hands the writing end over to the caller, who closes it.
    func takeWriting() -> Int32 {
        defer { writing = -1 }
        return writing
    }

    /// Writes a text that fits the pipe's buffer and closes the writing end.
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(bytes.count <= 4096, "a longer text could block before the reader exists")
        _ = Glibc.write(writing, bytes, bytes.count)
        closeWriting()
    }

    func readToEnd() -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count > 0 { text.append(contentsOf: buffer[..<count]) }
            if count == 0 || (count < 0 && errno != EINTR) { return String(decoding: text, as: UTF8.self) }
        }
    }
}
