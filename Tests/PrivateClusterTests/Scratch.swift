import Foundation

@testable import PrivateCluster

/// A temporary directory that other accounts can enter, with what a test needs in it, gone with the value.
final class Scratch {
    let path: String
    private var clusters: [PrivateCluster] = []

    init() throws {
        path = "/tmp/precert-scratch-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit {
        for cluster in clusters { _ = try? cluster.stop(.immediate) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A cluster for the name that is stopped with the value.
    func cluster(_ name: String = "home", socketDirectory: String? = nil) -> PrivateCluster {
        let location = ClusterLocation(home: "\(path)/\(name)", socketDirectory: socketDirectory)
        let cluster = PrivateCluster(location: location, environment: processEnvironment, settings: .quick)
        clusters.append(cluster)
        return cluster
    }

    func write(_ text: String, to name: String, executable: Bool = false) throws {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: parent(of: file), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        if executable { chmod(file, 0o755) }
    }

    /// A directory of programs that only tell a version.
    func fakeServer(_ name: String, version: String) throws -> String {
        for program in ["initdb", "pg_ctl", "postgres"] {
            try write(
                "#!/bin/sh\necho '\(program) (PostgreSQL) \(version)'\n", to: "\(name)/\(program)", executable: true)
        }
        return "\(path)/\(name)"
    }
}

extension ServerSettings {
    /// The safe settings, without waiting for the disk.
    static var quick: ServerSettings {
        var settings = ServerSettings.safe
        settings.initialisesDurably = false
        settings.values["fsync"] = "off"
        return settings
    }
}

let processEnvironment = ProcessInfo.processInfo.environment
let isRoot = geteuid() == 0

/// Runs SQL in psql and returns its unaligned output, errors included.
@discardableResult
func query(_ connection: String, _ sql: String, variables: [String: String] = [:]) throws -> String {
    let psql = try ServerBinaries.locate(environment: processEnvironment).program("psql")
    let set = variables.flatMap { ["-v", "\($0.key)=\($0.value)"] }
    // Through standard input, because psql replaces variables only there.
    let said = try ChildProcess.run(
        psql, ["-XAtq", "-d", connection] + set, environment: ServerAccount.environment, input: sql)
    return said.output.trimmingCharacters(in: .whitespacesAndNewlines)
}

func mode(_ path: String) -> mode_t {
    var information = stat()
    lstat(path, &information)
    return information.st_mode & 0o7777
}

func owner(_ path: String) -> uid_t {
    var information = stat()
    lstat(path, &information)
    return information.st_uid
}
