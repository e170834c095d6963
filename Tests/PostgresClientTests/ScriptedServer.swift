import Foundation
import Glibc
import Synchronization

/// A server that agrees to everything, has no rows, and can be made to misbehave: what a real one does too rarely to be
/// tested with. It speaks as much of the protocol as this client needs (PostgreSQL documentation, "Frontend/Backend
/// Protocol", version 3.0), on a Unix socket of its own.
final class ScriptedServer: Sendable {
    let connectionString: String
    private let folder: String
    private let listening: Int32
    private let connections = Mutex<[Int32]>([])
    /// The statement that gets an answer libpq cannot make sense of.
    private let garbled: String?

    /// - Parameter garbled: the first word of the statement that is answered with a message of no known type.
    init(garbling garbled: String? = nil) throws {
        self.garbled = garbled
        folder = FileManager.default.temporaryDirectory.path + "/precert-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        connectionString = "host=\(folder) port=5432 user=anyone dbname=any"
        listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/.s.PGSQL.5432".utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listening, $0, length) == 0 }
        }
        guard isBound, listen(listening, 8) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// How many connections were made.
    var connectionCount: Int { connections.withLock { $0.count } }

    /// Ends like a backend whose neighbour crashed: it warns, then is gone. The client's next write fails, and there is
    /// still something to read, more than libpq reads at once.
    func warnAndHangUp() {
        connections.withLock { connections in
            guard let last = connections.last else { return }
            var warning = Wire("N")
            for field in ["SWARNING", "VWARNING", "C57P02", "Mterminating", ""] { warning.add(field) }
            Wire.send([[UInt8]](repeating: warning.whole, count: 500).flatMap(\.self), to: last)
            shutdown(last, Int32(SHUT_RDWR))
        }
    }

    /// Lets nobody in any more, and ends what is open. Descriptors of connections are not given back to the system, so that
    /// none of them can come to mean something else.
    func stop() {
        shutdown(listening, Int32(SHUT_RDWR))
        connections.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func acceptAll() {
        while true {
            let connection = accept(listening, nil, nil)
            guard connection >= 0 else { break }
            connections.withLock { $0.append(connection) }
            Thread.detachNewThread { [garbled] in
                var conversation = Conversation(connection: connection, garbled: garbled)
                conversation.run()
            }
        }
        close(listening)
    }
}

/// One connection of a `ScriptedServer`, until the client hangs up.
private struct Conversation {
    let connection: Int32
    let garbled: String?
    private var prepared: [String: String] = [:]
    private var bound = ""
    private var isInTransaction = false

    init(connection: Int32, garbled: String?) {
        (self.connection, self.garbled) = (connection, garbled)
    }

    mutating func run() {
        guard let length = readLength(), read(length - 4) != nil else { return }
        say("R", [0, 0, 0, 0])  // AuthenticationOk
        for (name, value) in [("server_version", "17.0"), ("client_encoding", "UTF8")] {
            say("S", name.utf8 + [0] + value.utf8 + [0])
        }
        sayReady()
        while let kind = read(1)?.first, let length = readLength(), let body = read(length - 4) {
            answer(UnicodeScalar(kind), body.split(separator: 0, omittingEmptySubsequences: false).map(text))
        }
    }

    /// - Parameter words: the message's body, split at its zero bytes.
    private mutating func answer(_ kind: UnicodeScalar, _ words: [String]) {
        switch kind {
        case "Q":
            for statement in words[0].split(separator: ";") { complete(String(statement)) }
            sayReady()
        case "P":
            prepared[words[0]] = words[1]
            say("1", [])
        case "B":
            bound = prepared[words[1]] ?? ""
            say("2", [])
        case "D": say("n", [])
        case "E": complete(bound)
        case "S": sayReady()
        default: break  // Flush and Terminate need no answer.
        }
    }

    private mutating func complete(_ statement: String) {
        let word = statement.split(separator: " ").first.map(String.init) ?? ""
        guard word != garbled else { return say("x", []) }
        if word == "BEGIN" { isInTransaction = true }
        if ["COMMIT", "ROLLBACK"].contains(word) { isInTransaction = false }
        say("C", (word == "INSERT" ? "INSERT 0 1" : word).utf8 + [0])
    }

    private func sayReady() { say("Z", [UInt8(ascii: isInTransaction ? "T" : "I")]) }

    private func say(_ kind: Unicode.Scalar, _ body: [UInt8]) {
        var message = Wire(kind)
        message.bytes += body
        Wire.send(message.whole, to: connection)
    }

    private func readLength() -> Int? { read(4).map { $0.reduce(0) { $0 << 8 | Int($1) } } }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(connection, $0.baseAddress! + done, count - done) }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A message to the client: its type, its length, its body.
private struct Wire {
    let kind: Unicode.Scalar
    var bytes: [UInt8] = []

    init(_ kind: Unicode.Scalar) { self.kind = kind }

    mutating func add(_ text: String) { bytes += text.utf8 + [0] }

    var whole: [UInt8] {
        let length = UInt32(bytes.count + 4)
        return [UInt8(ascii: kind)] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + bytes
    }

    static func send(_ bytes: [UInt8], to connection: Int32) {
        _ = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
