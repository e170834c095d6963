#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

func sleepMicroseconds(_ duration: UInt32) { usleep(duration) }

/// Whether one of the descriptors has something to read, is closed, or is in error, within so many milliseconds.
func waitUntilReadable(_ descriptors: [Int32], milliseconds: Int32) -> Bool {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    return poll(&entries, nfds_t(entries.count), milliseconds) > 0
}

func environmentHas(_ name: String) -> Bool { getenv(name) != nil }

/// A pipe that wakes a thread which waits in `poll`.
final class WakeUp: Sendable {
    let descriptor: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system has no file descriptor left")
        descriptor = ends[0]
        writer = ends[1]
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// Takes back every `wake` until now. Only for the thread that waits, and only when there is one: it would block.
    func reset() {
        var bytes: [UInt8] = [0, 0, 0, 0]
        _ = read(descriptor, &bytes, bytes.count)
    }

    func wake() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }
}
