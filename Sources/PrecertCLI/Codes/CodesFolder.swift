import Codes
import Glibc

/// The installation's `Workflows/codes`, into which a release is put.
struct CodesFolder {
    let path: String

    static let manifest = "codes.yaml"

    init(installation: Installation) { path = "\(installation.workflowsDirectory)/codes" }

    /// Merges a release, and writes the outcome: the new tables under names of their own first, then the manifest, whose
    /// rename is the moment from which they count. Whoever reads meanwhile reads the one or the other.
    func load(
        _ table: CodeLoad.Table, bytes: [UInt8], file: String, label: CodeLoad.Label, store: Bool
    ) throws -> CodeLoad {
        let lock = try locked()
        defer { close(lock) }
        let load = try CodeLoad(
            table, bytes: bytes, file: file, label: label, manifest: read(Self.manifest),
            manifestFile: "\(path)/\(Self.manifest)", read: read)
        guard store, !load.isUnchanged else { return load }
        for file in load.files { try write(file.bytes, to: file.name) }
        try write(load.manifest, to: Self.manifest)
        guard fsync(lock) == 0 else { throw failure(path) }
        return load
    }

    private func read(_ name: String) throws(CLIFailure) -> [UInt8] {
        try InputFile.read("\(path)/\(name)", limit: 64 << 20)
    }

    /// The folder itself, so that two loads do not take turns in one manifest.
    private func locked() throws(CLIFailure) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK {
                throw CLIFailure(
                    .conflict, "another release is being loaded", hint: "repeat the command when it is done")
            }
            throw failure(path, code: code)
        }
        return descriptor
    }

    private func write(_ bytes: [UInt8], to name: String) throws(CLIFailure) {
        let draft = "\(path)/.\(name).\(getpid()).part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw abandon(draft, descriptor) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw abandon(draft, descriptor) }
        close(descriptor)
        guard rename(draft, "\(path)/\(name)") == 0 else {
            let code = errno
            unlink(draft)
            throw failure(path, code: code)
        }
    }

    private func abandon(_ draft: String, _ descriptor: Int32) -> CLIFailure {
        let code = errno
        close(descriptor)
        unlink(draft)
        return failure(path, code: code)
    }

    private func failure(_ path: String, code: Int32 = errno) -> CLIFailure {
        CLIFailure(
            .configuration, "\(path) cannot be written: \(String(cString: strerror(code)))",
            hint: "load as the user to whom the installation belongs; nothing was changed")
    }
}
