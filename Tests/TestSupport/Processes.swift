#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether a process with this id is alive, ours or another user's.
func processExists(_ id: Int32) -> Bool { kill(id, 0) == 0 || errno == EPERM }
