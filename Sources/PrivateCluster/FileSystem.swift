import Glibc

/// The longest path that Linux takes for a unix socket, without its terminating zero (`sun_path` in unix(7)).
let longestSocketPath = 107

/// The names in a directory; none when it is missing or closed to us.
func namesInDirectory(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// A small file's text, or nothing when there is no such file.
func readText(_ path: String) throws(ClusterError) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw placeError("cannot read \(path)", errno)
    }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return String(decoding: text, as: UTF8.self) }
        text.append(contentsOf: buffer[..<count])
    }
}

func exists(_ path: String) -> Bool {
    var information = stat()
    return lstat(path, &information) == 0
}

/// Where a symbolic link points, or nothing with `errno` set.
func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The path without symbolic links, or the path itself when it does not exist.
func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
}

func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
}

/// Makes the missing directories above `path`, open to others as such directories usually are.
func makeParents(of path: String) throws(ClusterError) {
    let above = parent(of: path)
    if exists(above) { return }
    try makeParents(of: above)
    guard mkdir(above, 0o755) == 0 || errno == EEXIST else { throw placeError("cannot create \(above)", errno) }
}

/// Makes a directory that only `account` can enter, or accepts one that is already so.
///
/// One that belongs to somebody else is refused: in `/tmp` another user may have put it there first.
func makePrivateDirectory(_ path: String, for account: ServerAccount) throws(ClusterError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw placeError("cannot create \(path)", errno) }
    // From here on through the descriptor, so that nobody can swap the directory for a link to something else.
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
        if errno == ELOOP || errno == ENOTDIR {
            throw ClusterError(.place, "\(path) is not a directory; remove it and try again")
        }
        throw placeError("cannot open \(path)", errno)
    }
    defer { close(descriptor) }
    var information = stat()
    fstat(descriptor, &information)
    if account.isSwitched, information.st_uid == geteuid() {
        guard fchown(descriptor, account.uid, account.gid) == 0 else {
            throw placeError("cannot give \(path) to the account \"\(account.name)\"", errno)
        }
    } else if information.st_uid != account.uid {
        throw ClusterError(
            .place,
            "\(path) belongs to another user (uid \(information.st_uid), expected \(account.uid)); "
                + "Precert does not use it. Remove it, or set PRECERT_DATA_DIR to a directory of your own")
    }
    guard information.st_mode & 0o077 == 0 || fchmod(descriptor, 0o700) == 0 else {
        throw placeError("cannot close \(path) to other users", errno)
    }
}

/// An error about a place, with the remedy for the usual reasons.
func placeError(_ what: String, _ number: Int32) -> ClusterError {
    let remedy =
        switch number {
        case ENOSPC, EDQUOT: "the disk is full; free some space and try again"
        case EROFS: "that file system is read-only; set PRECERT_DATA_DIR to a writable directory, or DATABASE_URL"
        case EACCES, EPERM: "set PRECERT_DATA_DIR to a directory that you may write, or DATABASE_URL to use a server"
        default: "set PRECERT_DATA_DIR to use another place"
        }
    let code: ClusterError.Code = number == ENOSPC || number == EDQUOT ? .diskFull : .place
    return ClusterError(code, "\(what): \(reason(number)); \(remedy)")
}
