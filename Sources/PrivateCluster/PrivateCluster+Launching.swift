import Glibc

extension PrivateCluster {
    /// Starts the server and waits until it answers. The caller holds the lock.
    func launch(_ binaries: ServerBinaries, account: ServerAccount) throws(ClusterError) -> Postmaster {
        let socketDirectory = try location.makeSocketDirectory(for: account)
        // Backends of a killed postmaster live on for a moment.
        guard let alive = try waitUntilGone(patience: 10, account: account) else {
            throw ClusterError(
                .start,
                "processes of an earlier server of \(location.dataDirectory) still run, perhaps in another container; "
                    + "see them with: fuser \(location.aliveFile)")
        }
        try removeRemains(of: location.dataDirectory, socketDirectory: socketDirectory)
        try rotateLog(account: account)
        let logSize = size(of: location.logFile)

        // With `-l` the server's output goes to the log and its input comes from nowhere, and pg_ctl puts it in a
        // session of its own: no pipe or terminal of the caller stays open in it.
        let options = settings.options(socketDirectory: socketDirectory).map(shellQuoted).joined(separator: " ")
        let started = try account.run(
            binaries.program("pg_ctl"),
            [
                "start", "--wait", "--timeout", "300", "--silent", "--pgdata", location.dataDirectory,
                "--log", location.logFile, "--options", options,
            ],
            keeping: alive.descriptor)
        // pg_ctl may fail because another start won: what counts is whether a server answers.
        if let server = try Postmaster.running(in: location.dataDirectory), server.isReady { return server }
        throw startError(pgCtl: started.output, log: lines(of: location.logFile, after: logSize))
    }

    /// Removes the pid files of a dead server; the caller has proved that it is dead.
    ///
    /// PostgreSQL would go by the process number alone, and refuse to start while that number belongs to any process
    /// of the same user: a zombie, or something else after a reboot.
    private func removeRemains(of dataDirectory: String, socketDirectory: String) throws(ClusterError) {
        unlink(dataDirectory + "/postmaster.pid")
        let socketLock = socketDirectory + "/.s.PGSQL.5432.lock"
        // Its second line is the data directory; another cluster's is left for PostgreSQL to judge.
        guard let text = try readText(socketLock),
            text.split(separator: "\n").dropFirst().first == Substring(dataDirectory)
        else { return }
        unlink(socketLock)
    }

    private func startError(pgCtl: String, log: [Substring]) -> ClusterError {
        if let error = diskError(in: pgCtl + log.joined(separator: "\n")) { return error }
        let fatal = log.filter { $0.contains("FATAL:") || $0.contains("PANIC:") || $0.contains("HINT:") }
        let said = (fatal.isEmpty ? pgCtl.split(separator: "\n") : fatal).suffix(4).joined(separator: "\n  ")
        return ClusterError(
            .start, "PostgreSQL did not start in \(location.dataDirectory):\n  \(said)\nIts log is \(location.logFile)")
    }

    /// Keeps one older log, so that years of restarts do not fill the disk.
    private func rotateLog(account: ServerAccount) throws(ClusterError) {
        guard size(of: location.logFile) > 1_000_000 else { return }
        _ = try account.run("/bin/mv", ["-f", "--", location.logFile, location.logFile + ".1"])
    }

    private func size(of path: String) -> Int {
        var information = stat()
        return lstat(path, &information) == 0 ? Int(information.st_size) : 0
    }

    private func lines(of path: String, after offset: Int) -> [Substring] {
        // The log only explains an error, so its absence is not one.
        guard let text = try? readText(path) else { return [] }
        return String(decoding: text.utf8.dropFirst(offset), as: UTF8.self).split(separator: "\n")
    }
}

private func shellQuoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
