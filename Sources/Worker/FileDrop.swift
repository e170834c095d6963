import Failpoints
public import Foundation

/// A directory from which another program, or a person at a payer's portal, takes packets.
///
/// A packet is a directory named after the effect's idempotency key. It appears whole or not at all: it is written
/// beside its place, flushed to the disk, and renamed. A packet that is there already was delivered by an earlier try.
public struct FileDrop: Sendable {
    public let root: URL

    public init(root: URL) { self.root = root }

    /// One file of a packet; the name holds no patient data.
    public struct File: Sendable {
        public let name: String
        public let content: [UInt8]

        public init(name: String, content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    public enum Delivery: Sendable, Hashable {
        case delivered
        case wasThere
    }

    /// - Parameters:
    ///   - payer: the payer's id, which names the folder.
    ///   - key: the same for every try.
    ///   - isRepeat: an earlier try ended without an answer; what it left half written is removed.
    /// - Throws: `FileDropError`, in words without patient data.
    public func deliver(
        _ files: [File], payer: String, key: String, isRepeat: Bool = false
    ) throws(FileDropError) -> Delivery {
        let folder = root.appendingPathComponent(payer, isDirectory: true)
        let place = folder.appendingPathComponent(key, isDirectory: true)
        let draft = folder.appendingPathComponent(".\(key).\(UUID().uuidString).part", isDirectory: true)
        let manager = FileManager.default
        do {
            try manager.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try flush(root)  // The payer's folder may be new.
            if isRepeat { try removeDrafts(of: key, in: folder) }
            if manager.fileExists(atPath: place.path) {
                // Whoever put it there may have died before it was safe on the disk.
                try flush(folder)
                return .wasThere
            }
            try manager.createDirectory(
                at: draft, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for file in files { try write(file, into: draft) }
            try flush(draft)
        } catch {
            try? manager.removeItem(at: draft)  // Best effort: a draft is never taken for a packet.
            throw FileDropError("the drop folder \(root.path) cannot be written: \(reason(error))")
        }
        var delivery = Delivery.delivered
        Failpoint.hit("submit.before_rename")
        if rename(draft.path, place.path) != 0 {
            let failure = errno
            try? manager.removeItem(at: draft)  // As above.
            guard failure == EEXIST || failure == ENOTEMPTY else {
                throw FileDropError(
                    "the packet \(key) cannot be put in its place: \(String(cString: strerror(failure)))")
            }
            delivery = .wasThere  // Another worker was faster: its packet is the same.
        }
        Failpoint.hit("submit.after_rename")
        do { try flush(folder) } catch { throw FileDropError("\(folder.path): \(reason(error))") }
        return delivery
    }

    /// A worker that was killed while it wrote leaves a draft with patient data, which nobody would ever take away. One
    /// that is only slow loses its draft and fails; its lease has ended, so that failure changes nothing.
    private func removeDrafts(of key: String, in folder: URL) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix(".\(key).") && name.hasSuffix(".part") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
    }

    private func write(_ file: File, into folder: URL) throws {
        let descriptor = open(
            folder.appendingPathComponent(file.name).path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(file.content))
        try handle.synchronize()
        try handle.close()
    }

    private func flush(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    private func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? (error as NSError)
        return cause.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(Int32(cause.code))) : "\(cause.localizedDescription)"
    }
}

/// Why a packet could not be delivered. Names folders and keys, never patients.
public struct FileDropError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
