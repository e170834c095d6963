import Engine
import Foundation
import Logging
import PostgresClient
import TestSupport
import Testing
import Worker

@Suite("The outbox and its workers") struct OutboxTests {
    @Test("a submission is asked for once: a repeat is a duplicate, a stale reader refused") func submission()
        async throws
    {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let (id, seq) = try await ready(in: practice)
            func ask(_ document: String) async throws -> EventResult {
                try await engine.requestSubmission(
                    of: id, at: seq, channel: "file_drop", verdict: "met", override: nil, document: document, json: "{}"
                )
            }
            let first = try await ask("packet")
            #expect(first.outcome == "applied" && first.toState == "submitting")
            let again = try await ask("packet")
            #expect(again.outcome == "duplicate" && again.seq == first.seq)
            let other = await #expect(throws: EngineError.self) { try await ask("another packet") }
            #expect(other?.code == .conflict)
            #expect(try await engine.requestCase(id).submissions.count == 1)
        }
    }

    @Test("two claimers share nothing; a lost lease goes to another, and the loser is fenced") func leases()
        async throws
    {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            for person in 1...6 { try await submitted(person: person, in: practice) }
            async let one = engine.claimEffects(kinds: ["submission"], limit: 4, lease: 60)
            async let two = engine.claimEffects(kinds: ["submission"], limit: 4, lease: 60)
            let claimed = try await [one, two]
            #expect(Set(claimed.joined().map(\.id)).count == claimed.joined().count)
            let lost = try #require(claimed.joined().first)
            let later = practice.engine(at: Practice.opening + 61)
            let again = try await later.claimEffects(kinds: ["submission"], limit: 10, lease: 60)
            let taken = try #require(again.first { $0.id == lost.id })
            #expect(taken.isRepeat && taken.attempts == 2 && taken.idempotencyKey == lost.idempotencyKey)
            #expect(try await later.complete(lost, event: "submission.delivered", confirmation: "x") == "fenced")
            #expect(try await later.fail(lost, reason: "x", eventWhenDead: "submission.failed") == "fenced")
            #expect(try await later.requestCase(lost.requestID).summary.state == "submitting")
            #expect(try await later.complete(taken, event: "submission.delivered", confirmation: "x") == "done")
            #expect(try await later.complete(taken, event: "submission.delivered", confirmation: "x") == "duplicate")
            #expect(try await later.requestCase(lost.requestID).summary.state == "sent")
        }
    }

    @Test("a delivery that keeps failing is given up and the request moved") func dead() async throws {
        try await withPractice { practice in
            let id = try await submitted(person: 1, in: practice)
            var now = Practice.opening
            for attempt in 1...Engine.maximumAttempts {
                let engine = practice.engine(at: now)
                let effect = try #require(
                    try await engine.claimEffects(kinds: ["submission"], limit: 1, lease: 60).first)
                let status = try await engine.fail(effect, reason: "no", eventWhenDead: "submission.failed")
                #expect(status == (attempt == Engine.maximumAttempts ? "dead" : "ready"))
                now += 7200
            }
            let record = try await practice.engine(at: now).requestCase(id)
            #expect(record.summary.state == "submission_failed")
            #expect(record.submissions.first?.effectStatus == "dead")
            #expect(try await practice.engine(at: now).claimEffects(kinds: ["submission"], limit: 1, lease: 1).isEmpty)
        }
    }

    @Test("workers at once deliver each packet once; one that stopped after the drop repeats nothing")
    func workers() async throws {
        try await withPractice { practice in
            let folder = Scratch()
            for person in 1...8 { try await submitted(person: person, in: practice) }
            // A worker drops the packet and dies before it can say so.
            let engine = practice.engine(at: Practice.opening, actor: "worker")
            let orphan = try #require(try await engine.claimEffects(kinds: ["submission"], limit: 1, lease: 60).first)
            let drop = FileDrop(root: folder.url)
            _ = try drop.deliver(
                [.init(name: "packet.txt", content: [1])], payer: "north", key: orphan.idempotencyKey)
            let later = practice.engine(at: Practice.opening + 61, actor: "worker")
            let delivered = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await Worker(
                            engine: later, drop: drop, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
                        )
                        .pass().delivered
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(delivered == 8)
            let packets = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/north")
            #expect(packets.count == 8)
            let sent = try await later.list(RequestFilter())
            #expect(sent.map(\.state) == Array(repeating: "sent", count: 8))
        }
    }

    private func ready(person: Int = 1, in practice: Practice) async throws -> (id: UUID, seq: Int64) {
        let engine = practice.engine(at: Practice.opening)
        let id = try await engine.find(engine.open(.synthetic(person: person))).id
        let result = try await engine.apply("criteria.met", to: id, sourceKey: "met")
        return (id, result.seq)
    }

    @discardableResult
    private func submitted(person: Int, in practice: Practice) async throws -> UUID {
        let (id, seq) = try await ready(person: person, in: practice)
        _ = try await practice.engine(at: Practice.opening).requestSubmission(
            of: id, at: seq, channel: "file_drop", verdict: "met", override: nil, document: "packet", json: "{}")
        return id
    }
}

/// A folder of one test.
final class Scratch: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "precert-test-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: url) }  // Best effort.
}

@Suite("The file drop") struct FileDropTests {
    @Test("a packet appears whole and private, once") func once() throws {
        let folder = Scratch()
        let drop = FileDrop(root: folder.url)
        let files = [
            FileDrop.File(name: "packet.txt", content: [1, 2]), FileDrop.File(name: "packet.json", content: [3]),
        ]
        #expect(try drop.deliver(files, payer: "north", key: "PA-1-4") == .delivered)
        #expect(try drop.deliver([.init(name: "other", content: [9])], payer: "north", key: "PA-1-4") == .wasThere)
        let place = folder.url.path + "/north/PA-1-4"
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).sorted() == ["packet.json", "packet.txt"])
        #expect(FileManager.default.contents(atPath: place + "/packet.txt") == Data([1, 2]))
        let mode = try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/north") == ["PA-1-4"])
    }

    @Test("a repeat removes the draft of a try that died, and no other's") func draftsOfTheDead() throws {
        let folder = Scratch()
        let north = folder.url.appending(path: "north")
        for name in [".PA-1-4.1.part", ".PA-1-44.1.part"] {
            try FileManager.default.createDirectory(at: north.appending(path: name), withIntermediateDirectories: true)
            try Data([1]).write(to: north.appending(path: "\(name)/packet.txt"))
        }
        let drop = FileDrop(root: folder.url)
        let files = [FileDrop.File(name: "packet.txt", content: [1, 2])]
        #expect(try drop.deliver(files, payer: "north", key: "PA-1-4", isRepeat: true) == .delivered)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: north.path).sorted() == [".PA-1-44.1.part", "PA-1-4"])
    }

    @Test("a packet that cannot be written leaves nothing, and the folder is named") func unwritable() throws {
        let folder = Scratch()
        // The second file cannot be: its name is taken.
        let files = [FileDrop.File(name: "a", content: [1]), FileDrop.File(name: "a", content: [2])]
        let error = #expect(throws: FileDropError.self) {
            try FileDrop(root: folder.url).deliver(files, payer: "north", key: "k")
        }
        #expect(error?.description.contains(folder.url.path) == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/north").isEmpty)
        // A file where the folder should be.
        let blocked = folder.url.appending(path: "blocked")
        try Data([1]).write(to: blocked)
        #expect(throws: FileDropError.self) {
            try FileDrop(root: blocked).deliver([], payer: "north", key: "k")
        }
    }
}
