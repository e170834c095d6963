import Foundation
import Testing

@testable import PrivateCluster

@Suite("A private cluster in bad circumstances") struct RecoveryTests {
    @Test("begins anew after a crash while it was being made")
    func unfinished() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let account = try ServerAccount.current()
        try scratch.write("half", to: "home/pg.new/global/half")
        try scratch.write("15\n", to: "home/pg.new/PG_VERSION")
        if isRoot {
            for name in ["home", "home/pg.new", "home/pg.new/global"] {
                chown("\(scratch.path)/\(name)", account.uid, account.gid)
            }
        }
        #expect(try query(cluster.start(), "select 1;") == "1")
        #expect(!exists(cluster.location.unfinishedDirectory))
    }

    @Test("leaves files that are no cluster alone")
    func foreignFiles() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let account = try ServerAccount.current()
        try scratch.write("dear diary", to: "home/pg/diary.txt")
        if isRoot { chown(scratch.path + "/home", account.uid, account.gid) }
        let error = try #require(throws: ClusterError.self) { try cluster.start() }
        #expect(error.code == .place)
        #expect(error.message.contains("no PostgreSQL cluster"))
        #expect(try readText(scratch.path + "/home/pg/diary.txt") == "dear diary")
    }

    @Test("starts although a dead server's pid file names a living process")
    func stalePidFile() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        try cluster.start()
        try cluster.stop()
        let data = cluster.location.dataDirectory
        let socket = cluster.location.home + "/socket"
        try scratch.write("\(getpid())\n\(data)\n1\n5432\n\(socket)\n\n 1 1\nready\n", to: "home/pg/postmaster.pid")
        try scratch.write("\(getpid())\n\(data)\n1\n5432\n\(socket)\n", to: "home/socket/.s.PGSQL.5432.lock")
        #expect(try cluster.status().state == .stopped)
        #expect(try query(cluster.start(), "select 1;") == "1")
    }

    @Test("knows that a server lives even when its pid file is gone")
    func livingWithoutPidFile() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let account = try ServerAccount.current()
        try cluster.start()
        let server = try #require(try Postmaster.running(in: cluster.location.dataDirectory))
        unlink(cluster.location.dataDirectory + "/postmaster.pid")
        #expect(try cluster.waitUntilGone(patience: 0, account: account) == nil)
        kill(server.pid, SIGQUIT)
        #expect(try cluster.waitUntilGone(patience: 20, account: account) != nil)
    }

    @Test("restarts a server whose socket directory was taken away")
    func lostSocket() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster(socketDirectory: scratch.path + "/runtime/precert")
        try cluster.start()
        try FileManager.default.removeItem(atPath: scratch.path + "/runtime")
        #expect(try query(cluster.start(), "select 1;") == "1")
    }

    @Test("finds a running server where it listens, although the environment has changed")
    func otherRuntimeDirectory() throws {
        let scratch = try Scratch()
        let first = try scratch.cluster(socketDirectory: scratch.path + "/one").start()
        #expect(try scratch.cluster(socketDirectory: scratch.path + "/two").start() == first)
    }

    @Test("another major version is told with the way to move, and nothing changes")
    func majorVersion() throws {
        let scratch = try Scratch()
        let future = try scratch.fakeServer("future", version: "99.1")
        let cluster = scratch.cluster()
        try cluster.start()
        try cluster.stop()
        let version = try #require(try cluster.status().version)
        let later = PrivateCluster(location: cluster.location, environment: ["PRECERT_PG_BIN": future])
        let error = try #require(throws: ClusterError.self) { try later.start() }
        #expect(error.code == .majorVersion)
        for part in ["PostgreSQL \(version)", "99.1", "pg_dumpall", "--file precert.sql", "Nothing was changed"] {
            #expect(error.message.contains(part), "\(part)")
        }
        #expect(try query(cluster.start(), "select 1;") == "1")
    }

    @Test("says why PostgreSQL did not start, and where its log is")
    func brokenConfiguration() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        try cluster.start()
        try cluster.stop()
        try scratch.write("work_mem = 'a lot'\n", to: "home/pg/postgresql.conf")
        let error = try #require(throws: ClusterError.self) { try cluster.start() }
        #expect(error.code == .start)
        #expect(error.message.contains("configuration file") && error.message.contains("server.log"))
    }

    @Test("refuses a socket path that the system cannot hold")
    func longSocket() throws {
        let scratch = try Scratch()
        let long = scratch.path + "/" + String(repeating: "s", count: 100)
        let error = try #require(throws: ClusterError.self) { try scratch.cluster(socketDirectory: long).start() }
        #expect(error.code == .socketPath)
        #expect(error.message.contains("allows 107"))
    }

    @Test("refuses a link where its socket directory should be")
    func linkedSocket() throws {
        let scratch = try Scratch()
        symlink("/var", scratch.path + "/socket")
        let error = try #require(throws: ClusterError.self) {
            try scratch.cluster(socketDirectory: scratch.path + "/socket").start()
        }
        #expect(error.code == .place)
        #expect(error.message.contains("is not a directory"))
    }

    @Test("refuses a path that pg_ctl's shell would expand", arguments: ["$HOME", "a\"b", "a`b", "a\\b"])
    func unsafePath(name: String) throws {
        let error = try #require(throws: ClusterError.self) { try Scratch().cluster(name).start() }
        #expect(error.code == .place)
        #expect(error.message.contains("choose another path"))
    }

    @Test("as root, refuses another user's socket directory", .enabled(if: isRoot))
    func foreignSocket() throws {
        let scratch = try Scratch()
        mkdir(scratch.path + "/socket", 0o700)
        chown(scratch.path + "/socket", 4321, 4321)
        let error = try #require(throws: ClusterError.self) {
            try scratch.cluster(socketDirectory: scratch.path + "/socket").start()
        }
        #expect(error.message.contains("belongs to another user"))
    }

    @Test("as root, refuses a place that the server's account cannot enter", .enabled(if: isRoot))
    func closedParent() throws {
        let scratch = try Scratch()
        mkdir(scratch.path + "/closed", 0o700)
        let error = try #require(throws: ClusterError.self) { try scratch.cluster("closed/home").start() }
        #expect(error.code == .place)
        #expect(error.message.contains("cannot enter"))
    }

    @Test("as root, does not take over a directory with other things in it", .enabled(if: isRoot))
    func takeOver() throws {
        let scratch = try Scratch()
        try scratch.write("mine", to: "home/file")
        let error = try #require(throws: ClusterError.self) { try scratch.cluster().start() }
        #expect(error.message.contains("not empty"))
        #expect(owner(scratch.path + "/home") == 0)
    }

    @Test("as a user, says what to do where it may not write", .enabled(if: !isRoot))
    func forbiddenPlace() throws {
        let cluster = PrivateCluster(
            location: ClusterLocation(home: "/usr/lib/precert"), environment: processEnvironment)
        let error = try #require(throws: ClusterError.self) { try cluster.start() }
        #expect(error.code == .place)
        #expect(error.message.contains("PRECERT_DATA_DIR"))
    }

    @Test(
        "a disk that is full or read-only is named as such",
        arguments: [
            (
                "FATAL:  could not write lock file \"postmaster.pid\": No space left on device",
                ClusterError.Code.diskFull
            ),
            ("FATAL:  could not create lock file: Read-only file system", .place),
            ("initdb: error: could not write file: Disk quota exceeded", .diskFull),
        ])
    func disk(line: String, code: ClusterError.Code) throws {
        #expect(try #require(diskError(in: line)).code == code)
    }
}
