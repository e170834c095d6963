import Foundation
import Testing

@testable import PrivateCluster

@Suite("Where a cluster lives") struct ClusterLocationTests {
    @Test(
        "the data follow XDG, and PRECERT_DATA_DIR overrides",
        arguments: [
            (["HOME": "/home/ann"], 1000, "/home/ann/.local/share/precert"),
            (["HOME": "/home/ann", "XDG_DATA_HOME": "/data"], 1000, "/data/precert"),
            (["HOME": "/home/ann", "XDG_DATA_HOME": "relative"], 1000, "/home/ann/.local/share/precert"),
            (["HOME": "/home/ann", "PRECERT_DATA_DIR": "/srv/pa/"], 1000, "/srv/pa"),
            (["HOME": "/home/ann", "PRECERT_DATA_DIR": ""], 1000, "/home/ann/.local/share/precert"),
            (["HOME": "/root", "XDG_DATA_HOME": "/root/data"], 0, "/var/lib/precert"),
            (["PRECERT_DATA_DIR": "/srv/pa"], 0, "/srv/pa"),
        ] as [([String: String], uid_t, String)])
    func home(environment: [String: String], uid: uid_t, expected: String) throws {
        let location = try ClusterLocation.standard(environment: environment, uid: uid)
        #expect(location.home == expected)
        #expect(location.dataDirectory == expected + "/pg")
    }

    @Test("a relative PRECERT_DATA_DIR counts from the working directory")
    func relative() throws {
        let location = try ClusterLocation.standard(environment: ["PRECERT_DATA_DIR": "pa"], uid: 1000)
        #expect(location.home == FileManager.default.currentDirectoryPath + "/pa")
    }

    @Test("without HOME the account's home directory serves")
    func noHome() throws {
        let location = try ClusterLocation.standard(environment: [:], uid: 1000)
        #expect(location.home.hasPrefix("/") && location.home.hasSuffix("/.local/share/precert"))
    }

    @Test("the socket is in the runtime directory if that is the user's own and short enough, else under /tmp")
    func socket() throws {
        let scratch = try Scratch()
        let uid = geteuid()
        func socket(_ runtime: String, uid: uid_t) throws -> String? {
            let environment = ["HOME": "/home/ann", "XDG_RUNTIME_DIR": runtime]
            return try ClusterLocation.standard(environment: environment, uid: uid).fixedSocketDirectory
        }
        let user: uid_t = uid == 0 ? 4321 : uid
        if isRoot { chown(scratch.path, user, user) }
        #expect(try socket(scratch.path, uid: user) == scratch.path + "/precert")
        #expect(try socket(scratch.path, uid: user + 1) == "/tmp/precert-\(user + 1)")
        #expect(try socket("/nonexistent", uid: user) == "/tmp/precert-\(user)")
        #expect(try socket("relative", uid: user) == "/tmp/precert-\(user)")
        #expect(try socket(scratch.path, uid: 0) == "/run/precert")
        let long = scratch.path + "/" + String(repeating: "r", count: 90)
        mkdir(long, 0o700)
        if isRoot { chown(long, user, user) }
        #expect(try socket(long, uid: user) == "/tmp/precert-\(user)")
    }

    @Test("a data directory of its own has a socket of its own, elsewhere when the path is too long")
    func ownSocket() throws {
        let account = try ServerAccount.current()
        let scratch = try Scratch()
        var seen: Set<String> = []
        for name in ["a", "b", String(repeating: "long", count: 30), String(repeating: "far,", count: 2)] {
            let home = "\(scratch.path)/\(name)"
            mkdir(home, 0o700)
            if isRoot { chown(home, account.uid, account.gid) }
            let directory = try ClusterLocation(home: home).makeSocketDirectory(for: account)
            #expect(socketPathProblem(directory) == nil)
            #expect(mode(directory) == 0o700 && owner(directory) == account.uid)
            #expect(directory == home + "/socket" || directory.hasPrefix("/tmp/precert-\(account.uid)/"))
            #expect(directory.hasPrefix(home) == (name.count == 1))
            seen.insert(directory)
            rmdir(directory)
        }
        #expect(seen.count == 4)
    }

    @Test("a socket path of 107 bytes is the longest", arguments: [(93, true), (94, false)])
    func longest(length: Int, fits: Bool) {
        let directory = "/" + String(repeating: "d", count: length - 1)
        let problem = socketPathProblem(directory)
        #expect((problem == nil) == fits)
        if let problem { #expect(problem.contains("has 108 bytes") && problem.contains("allows 107")) }
    }
}
