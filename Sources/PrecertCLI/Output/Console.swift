import Glibc
import Synchronization

/// The only door to standard output and standard error: data goes out, everything else goes to err.
///
/// Each call is written at once, so that lines of concurrent tasks stay whole and a line that was printed was printed.
enum Console {
    private static let output = DescriptorWriter(descriptor: STDOUT_FILENO)
    private static let diagnostics = DescriptorWriter(descriptor: STDERR_FILENO)

    /// Writes a line, or several, of data to standard output; a line break is added when the text has none at its end.
    static func out(_ text: String) { output.write(line: text) }

    /// Writes a line to standard error: progress, warnings, questions, errors.
    static func err(_ text: String) { diagnostics.write(line: text) }

    /// Writes to standard error and leaves the cursor behind the text, for a question.
    static func prompt(_ text: String) { diagnostics.write(text) }

    /// Why some of the output could not be written (a full disk), or nothing. A reader that went away is no failure.
    static var writeFailure: String? { output.failure }
}

/// Writes text to a file descriptor whole, whatever signals and short writes come between.
///
/// When the reader of a pipe has gone, later text is dropped silently and the command runs to its end: what it does to
/// the database is never cut short by `| head`.
final class DescriptorWriter: Sendable {
    private enum State {
        case open
        case readerGone
        case failed(String)
    }

    private let descriptor: Int32
    private let state = Mutex<State>(.open)

    init(descriptor: Int32) { self.descriptor = descriptor }

    var failure: String? {
        state.withLock { state in
            if case .failed(let reason) = state { reason } else { nil }
        }
    }

    func write(line: String) { write(line.utf8.last == UInt8(ascii: "\n") ? line : line + "\n") }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            state.withLock { state in
                guard case .open = state else { return }
                state = writeAll(UnsafeRawBufferPointer(bytes))
            }
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> State {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
            if written >= 0 {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: return .readerGone
            case let code: return .failed(String(cString: strerror(code)))
            }
        }
        return .open
    }

    /// Somebody who shares our terminal may have made it non-blocking.
    private func waitUntilWritable() {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
    }
}
