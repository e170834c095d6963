import Foundation
import Testing

@testable import PrivateCluster

/// Small file systems in memory; only root may mount one, and not in every container.
@Suite("A private cluster on a bad disk", .enabled(if: isRoot && canMount)) struct DiskTests {
    @Test("a full disk at the first start is named, and the next start begins anew")
    func full() throws {
        let scratch = try Scratch()
        let disk = try TinyDisk(scratch.path + "/disk", options: "size=8m")
        let cluster = scratch.cluster("disk/home")
        let error = try #require(throws: ClusterError.self) { try cluster.start() }
        #expect(error.code == .diskFull)
        #expect(error.message.contains("free some space"))
        try disk.remount("size=200m")
        #expect(try query(cluster.start(), "select 1;") == "1")
        try cluster.stop(.immediate)
    }

    @Test("a read-only disk is named, before and after the first start")
    func readOnly() throws {
        let scratch = try Scratch()
        let disk = try TinyDisk(scratch.path + "/disk", options: "size=200m")
        let cluster = scratch.cluster("disk/home")
        func requireRefusal() throws {
            let error = try #require(throws: ClusterError.self) { try cluster.start() }
            #expect(error.code == .place)
            #expect(error.message.contains("read-only"))
        }
        try disk.remount("ro")
        try requireRefusal()
        try disk.remount("rw")
        try cluster.start()
        try cluster.stop()
        try disk.remount("ro")
        try requireRefusal()
        #expect(try cluster.status().state == .stopped)
        try disk.remount("rw")
    }
}

private let canMount: Bool = {
    guard isRoot, let scratch = try? Scratch() else { return false }
    return (try? TinyDisk(scratch.path + "/disk", options: "size=1m")) != nil
}()

/// A mounted memory file system, unmounted with the value.
private final class TinyDisk {
    private let path: String

    init(_ path: String, options: String) throws {
        self.path = path
        mkdir(path, 0o755)
        try mount(["-t", "tmpfs", "-o", options, "tmpfs", path])
    }

    deinit { _ = try? ChildProcess.run("/bin/umount", ["--lazy", path], environment: [:]) }

    func remount(_ options: String) throws { try mount(["-o", "remount,\(options)", path]) }

    private func mount(_ arguments: [String]) throws {
        let done = try ChildProcess.run("/bin/mount", arguments, environment: [:])
        guard done.succeeded else { throw ClusterError(.place, done.output) }
    }
}
