import Foundation
import Testing

@testable import PrivateCluster

@Suite("A private cluster") struct PrivateClusterTests {
    @Test("goes from nothing to running to stopped, and says so")
    func life() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        #expect(try cluster.status().state == .notInitialised)
        #expect(try cluster.connectionString() == nil)
        #expect(try !cluster.stop())

        let connection = try cluster.start()
        #expect(try cluster.start() == connection)
        #expect(try cluster.connectionString() == connection)
        #expect(try query(connection, "select current_user, current_database();") == "precert|precert")
        let pid = try query(connection, "select pg_read_file('postmaster.pid');").split(separator: "\n")[0]
        let status = try cluster.status()
        #expect(status.state == .running(pid: Int32(pid) ?? 0))
        #expect(status.version.map { connection.isEmpty || Int($0) != nil } == true)
        #expect(status.socketDirectory == cluster.location.home + "/socket")
        #expect(status.dataDirectory == cluster.location.home + "/pg")

        #expect(try cluster.stop())
        #expect(try cluster.status().state == .stopped)
        #expect(try !cluster.stop())
        #expect(try query(cluster.start(), "select 1;") == "1")
    }

    @Test("is closed to everybody but the server's account")
    func closed() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        try cluster.start()
        let account = try ServerAccount.current()
        let home = cluster.location.home
        for path in [home, home + "/pg", home + "/socket", home + "/socket/.s.PGSQL.5432"] {
            #expect(mode(path) == 0o700 && owner(path) == account.uid, "\(path)")
        }
        #expect(account.uid != 0)
    }

    @Test("loses nothing acknowledged, logs no patient data, and has no TCP, whatever its files say")
    func settings() throws {
        let scratch = try Scratch()
        let location = ClusterLocation(home: scratch.path + "/home")
        let cluster = PrivateCluster(location: location, environment: processEnvironment)
        defer { _ = try? cluster.stop(.immediate) }
        try cluster.start()
        try cluster.stop()
        try scratch.write("listen_addresses = '*'\nlog_statement = 'all'\nfsync = off\n", to: "home/pg/postgresql.conf")
        let connection = try cluster.start()
        for (name, value) in ServerSettings.safe.values {
            #expect(try query(connection, "show \(name);") == value, "\(name)")
        }
        #expect(try query(connection, "show data_checksums;") == "on")
        #expect(try query(connection, "show server_encoding;") == "UTF8")
        let collation = "select datcollate, datctype from pg_database where datname = 'precert';"
        #expect(try query(connection, collation) == "C.UTF-8|C.UTF-8")
    }

    @Test("keeps values out of its log when statements fail")
    func log() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let connection = try cluster.start()
        let sql = """
            create table t (k text primary key, n int);
            insert into t values ('Zzyzx Marker', 1), ('Zzyzx Marker', 2);
            prepare p (text) as insert into t values ($1, $1::int);
            execute p ('Zzyzx Marker');
            select 'Zzyzx Marker', 1/0;

            """
        #expect(try query(connection, sql).contains("Zzyzx"))
        let log = try #require(try readText(cluster.location.logFile))
        #expect(!log.contains("Zzyzx"))
        #expect(log.contains("ready to accept connections"))
    }

    @Test("lets any role of the database in through its socket")
    func roles() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        try query(cluster.start(), "create role clerk login;")
        let clerk = try #require(try cluster.connectionString(database: "postgres", user: "clerk"))
        #expect(try query(clerk, "select current_user, current_database();") == "clerk|postgres")
    }

    @Test("outlives its caller: no terminal, no descriptor of the caller, a session of its own")
    func detached() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let inherited = open("/dev/zero", O_RDONLY)
        defer { close(inherited) }
        try cluster.start()
        let server = try #require(try Postmaster.running(in: cluster.location.dataDirectory))
        let descriptors = "/proc/\(server.pid)/fd"
        #expect(linkTarget(descriptors + "/0") == "/dev/null")
        for number in [1, 2] { #expect(linkTarget(descriptors + "/\(number)") == cluster.location.logFile) }
        let all = namesInDirectory(descriptors).compactMap { linkTarget(descriptors + "/" + $0) }
        #expect(!all.contains("/dev/zero"))
        #expect(getsid(server.pid) == server.pid)
        #expect(linkTarget("/proc/\(server.pid)/cwd") == cluster.location.dataDirectory)
    }

    @Test("is made and started once by many at a time")
    func concurrent() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster()
        let failures = LockedList()
        let connections = LockedList()
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            do { connections.append(try cluster.start()) } catch { failures.append("\(error)") }
        }
        #expect(failures.all == [])
        #expect(connections.all.count == 6 && Set(connections.all).count == 1)
        #expect(try query(cluster.start(), "select 1;") == "1")
    }

    @Test("takes paths with spaces and apostrophes")
    func oddPath() throws {
        let scratch = try Scratch()
        let cluster = scratch.cluster("Ann's  data")
        #expect(try query(cluster.start(), "select 1;") == "1")
        #expect(try query(cluster.start(), "show unix_socket_directories;").hasSuffix("Ann's  data/socket"))
    }
}

/// Strings appended from several threads; the lock guards the array.
private final class LockedList: @unchecked Sendable {
    private let lock = NSLock()
    private var strings: [String] = []

    func append(_ string: String) { lock.withLock { strings.append(string) } }
    var all: [String] { lock.withLock { strings } }
}
