import Glibc

extension PrivateCluster {
    // MARK: - The home directory

    func makeHome(for account: ServerAccount) throws(ClusterError) {
        try requireShellSafePath()
        try makeParents(of: location.home)
        if account.isSwitched { try refuseToTakeOver(location.home, for: account) }
        try makePrivateDirectory(location.home, for: account)
        guard account.isSwitched else {
            guard access(location.home, W_OK | X_OK) == 0 else {
                throw placeError("cannot write in \(location.home)", errno)
            }
            return
        }
        let entered = try account.run("/bin/sh", ["-c", "cd -- \"$1\" && test -w .", "sh", location.home])
        guard entered.succeeded else {
            throw ClusterError(
                .place,
                "the account \"\(account.name)\", which runs the server for root, cannot enter and write "
                    + "\(location.home); a directory above it is closed to other users (as /root is), or the file "
                    + "system is read-only. Set PRECERT_DATA_DIR to a place like /var/lib/precert")
        }
    }

    /// Root gives its cluster's home to the server's account, so it must not be a directory with other things in it.
    private func refuseToTakeOver(_ path: String, for account: ServerAccount) throws(ClusterError) {
        var information = stat()
        guard stat(path, &information) == 0, information.st_uid != account.uid else { return }
        guard namesInDirectory(path).isEmpty else {
            throw ClusterError(
                .place,
                "\(path) is not empty and belongs to uid \(information.st_uid); as root Precert gives its data "
                    + "directory to the account \"\(account.name)\", so choose a new or an empty one")
        }
    }

    /// `pg_ctl` passes these paths through a shell, within double quotes.
    private func requireShellSafePath() throws(ClusterError) {
        guard !location.home.contains(where: { "\"$`\\\n".contains($0) }) else {
            throw ClusterError(
                .place,
                "the data directory \(location.home) holds a double quote, backquote, backslash or dollar sign, "
                    + "which PostgreSQL's pg_ctl cannot take; choose another path")
        }
    }

    // MARK: - The first time

    /// Makes the cluster beside its place and moves it there when it is whole, so that a crash in between leaves
    /// either nothing or all of it. The caller holds the lock.
    func initialise(
        with binaries: ServerBinaries, account: ServerAccount, lock: FileLock
    ) throws(ClusterError) {
        let place = location.dataDirectory
        guard namesInDirectory(place).isEmpty else {
            throw ClusterError(
                .place,
                "\(place) holds files but no PostgreSQL cluster (PG_VERSION is missing); move it away and try again")
        }
        let unfinished = location.unfinishedDirectory
        try remove(unfinished, account: account)

        // The lock's descriptor goes along: were this process killed, nobody could begin anew beside a running initdb.
        let made = try account.run(
            binaries.program("initdb"),
            [
                "--pgdata", unfinished, "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums",
                "--username", Self.user,
                // `trust`, because the system has said already who this is: only the owner (and root) can pass the
                // socket's directory and use the socket. `peer` would say the same, but its map must name each
                // database role (before version 16), and the engine logs in under several. `reject` for TCP, in case
                // somebody starts this cluster by hand with an address to listen on.
                "--auth-local", "trust", "--auth-host", "reject",
            ] + (settings.initialisesDurably ? [] : ["--no-sync"]),
            keeping: lock.descriptor)
        guard made.succeeded else { throw initialisationError(made.output) }

        // Single-user mode, so that the database is there when the directory appears in its place.
        let created = try account.run(
            binaries.program("postgres"), ["--single", "-D", unfinished, "-c", "log_checkpoints=off", "template1"],
            input: "CREATE DATABASE \(Self.database)\n", keeping: lock.descriptor)
        guard created.succeeded, !created.output.contains("ERROR:") else {
            throw initialisationError(created.output)
        }
        rmdir(place)
        guard rename(unfinished, place) == 0 else {
            throw placeError("cannot move \(unfinished) to \(place)", errno)
        }
        synchronise(directory: location.home)
    }

    private func initialisationError(_ output: String) -> ClusterError {
        if let error = diskError(in: output) { return error }
        let said = output.split(separator: "\n").filter { !$0.isEmpty }.suffix(3).joined(separator: "\n  ")
        return ClusterError(
            .initialisation, "PostgreSQL could not make a cluster in \(location.home):\n  \(said)")
    }

    /// Removes under the server's account: root must not follow what that account may have put there.
    func remove(_ path: String, account: ServerAccount) throws(ClusterError) {
        guard exists(path) else { return }
        let removed = try account.run("/bin/rm", ["-rf", "--", path])
        guard removed.succeeded else {
            throw ClusterError(.place, "cannot remove \(path): \(removed.output)")
        }
    }

    private func synchronise(directory: String) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    // MARK: - Versions

    /// The major version of the data, or nothing when there are none.
    func majorVersionOfData() throws(ClusterError) -> Int? {
        let text = try readText(location.dataDirectory + "/PG_VERSION")
        return text.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    func requireSameMajorVersion(_ binaries: ServerBinaries) throws(ClusterError) {
        guard let data = try majorVersionOfData(), data != binaries.majorVersion else { return }
        let place = location.dataDirectory
        let before = "/usr/lib/postgresql/\(data)/bin"
        throw ClusterError(
            .majorVersion,
            """
            the data in \(place) were made by PostgreSQL \(data), and the programs in \(binaries.directory) are \
            version \(binaries.version). Nothing was changed. To go on with version \(data):
              sudo apt-get install postgresql-\(data)
            To move the data to version \(binaries.majorVersion), with both installed:
              PRECERT_PG_BIN=\(before) precert db start
              \(binaries.directory)/pg_dumpall --host SOCKET --port 5432 --username \(Self.user) > precert.sql
              precert db stop
              mv \(place) \(place).\(data)
              PRECERT_PG_BIN=\(binaries.directory) precert db start
              \(binaries.directory)/psql --host SOCKET --port 5432 --username \(Self.user) --dbname \(Self.database) \
            --file precert.sql
            where SOCKET is the directory that precert db status shows. pg_dumpall's complaints that the role and \
            database "\(Self.user)" exist already are harmless.
            """)
    }
}

/// An error when the text shows that the disk is full or read-only.
func diskError(in output: String) -> ClusterError? {
    if output.contains("No space left on device") || output.contains("Disk quota exceeded") {
        return placeError("PostgreSQL could not write", ENOSPC)
    }
    if output.contains("Read-only file system") { return placeError("PostgreSQL could not write", EROFS) }
    return nil
}
