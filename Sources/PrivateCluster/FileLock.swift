import Glibc

/// An exclusive `flock` on a file, given back when the value goes, or when the last process that inherited the
/// descriptor ends.
final class FileLock {
    let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock, or nothing when somebody else holds it for longer than `patience` seconds.
    static func acquire(_ path: String, owner: ServerAccount, patience: Int) throws(ClusterError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw placeError("cannot open the lock file \(path)", errno) }
        let lock = FileLock(descriptor: descriptor)
        if owner.isSwitched { fchown(descriptor, owner.uid, owner.gid) }
        for _ in 0...(patience * 50) {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return lock }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw placeError("cannot lock \(path)", errno) }
            usleep(20_000)
        }
        return nil
    }
}
