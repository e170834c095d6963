import Foundation
import Testing

@testable import PrivateCluster

@Suite("A disposable cluster") struct DisposableClusterTests {
    @Test("recovers from a kill with what was committed, and leaves nothing behind")
    func killed() throws {
        let cluster = try DisposableCluster(durable: true, environment: processEnvironment)
        let connection = try cluster.connectionString()
        let before = try #require(try cluster.postmasterPID)
        try query(connection, "create table t as select 42 as answer;")
        try cluster.kill()
        #expect(try cluster.postmasterPID == nil)
        #expect(throws: ClusterError.self) { try cluster.connectionString() }
        try cluster.restart()
        #expect(try cluster.postmasterPID != before)
        #expect(try query(cluster.connectionString(), "select answer from t;") == "42")

        let home = parent(of: parent(of: cluster.logFile))
        #expect(exists(home))
        cluster.stop()
        cluster.stop()
        #expect(!exists(home))
        #expect(Postmaster.processes(of: home + "/pg") == [])
    }

    @Test("waits for the disk only when asked", arguments: [true, false])
    func durability(durable: Bool) throws {
        let cluster = try DisposableCluster(
            durable: durable, settings: ["max_connections": "20"], environment: processEnvironment)
        let connection = try cluster.connectionString()
        #expect(try query(connection, "show fsync;") == (durable ? "on" : "off"))
        #expect(try query(connection, "show full_page_writes;") == (durable ? "on" : "off"))
        #expect(try query(connection, "show synchronous_commit;") == "on")
        #expect(try query(connection, "show max_connections;") == "20")
    }

    @Test("is gone with its value")
    func scope() throws {
        var cluster: DisposableCluster? = try DisposableCluster(environment: processEnvironment)
        let home = try #require(cluster.map { parent(of: parent(of: $0.logFile)) })
        cluster = nil
        #expect(!exists(home))
    }

    @Test("is gone when its process ends, because nobody else holds the watchdog's pipe")
    func lifeline() throws {
        let scratch = try Scratch()
        let account = try ServerAccount.current()
        let pgCtl = try ServerBinaries.locate(environment: processEnvironment).program("pg_ctl")
        let guarded = scratch.path + "/guarded"
        mkdir(guarded, 0o700)
        if isRoot {
            chown(guarded, account.uid, account.gid)
            chown(scratch.path, account.uid, account.gid)
        }
        let watchdog = try Watchdog(guarding: guarded, account: account, pgCtl: pgCtl)
        // A child started meanwhile must not keep the pipe open: were it inherited, `finish` would wait for the child.
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/cat")
        child.standardInput = Foundation.Pipe()
        try child.run()
        watchdog.finish()
        #expect(!exists(guarded))
        // Not `terminate`: the test runner blocks SIGTERM, and Foundation's children inherit that.
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }

    @Test("removes what dead processes left")
    func leftovers() throws {
        let account = try ServerAccount.current()
        let dead = "/tmp/precert-test-\(getpid()).1-1"
        let foreign = "/tmp/precert-test-notes"
        for path in [dead, foreign] {
            mkdir(path, 0o700)
            if isRoot { chown(path, account.uid, account.gid) }
        }
        defer { rmdir(foreign) }
        Watchdog.removeLeftovers(account: account, pgCtl: "/bin/false")
        #expect(!exists(dead))
        #expect(exists(foreign))
    }

    @Test("says why it could not be made, and leaves nothing behind")
    func refused() throws {
        let error = try #require(throws: ClusterError.self) {
            try DisposableCluster(settings: ["work_mem": "a lot"], environment: processEnvironment)
        }
        #expect(error.code == .start)
        #expect(error.message.contains("work_mem"))
    }
}
