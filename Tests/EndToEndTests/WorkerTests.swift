import Foundation
import Glibc
import PostgresClient
import Testing

@Suite("Workers")
struct WorkerTests {
    /// Six requests of six people, asked to be sent.
    private func fullOutbox() async throws -> Practice {
        let practice = try await Practice.open()
        for number in 1...6 {
            try practice.write("order-\(number).yaml", OrderText(memberID: "90000080\(number)").yaml)
            let reference = try await practice.open("order-\(number).yaml")
            try await practice.must(
                "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
            try await practice.must("submit", reference, "--as-of", Practice.monday)
        }
        return practice
    }

    private func expectEachOnce(_ practice: Practice) async throws {
        let packets = try FileManager.default.contentsOfDirectory(
            atPath: practice.folder + "/outgoing/unitedhealthcare")
        #expect(packets.count == 6)
        #expect(!packets.contains { $0.hasPrefix(".") }, "no draft is left")
        let events = try await practice.count(
            "select count(*) from precert.event where event = 'submission.delivered'")
        #expect(events == 6)
        #expect(try await practice.count("select count(*) from precert.effect_run where status <> 'done'") == 0)
        #expect(try await practice.precert("audit", "verify").status == 0)
    }

    @Test("Several passes at once deliver each packet once")
    func parallelPasses() async throws {
        let practice = try await fullOutbox()
        let children = try (0..<4).map { _ in try practice.start(["worker", "--once", "--as-of", Practice.monday]) }
        var delivered = 0
        for child in children {
            let answer = await child.wait()
            #expect(answer.status == 0, "\(answer.err)")
            delivered += answer.out.split(separator: " ").dropFirst(3).first.flatMap { Int($0.dropLast()) } ?? 0
        }
        #expect(delivered == 6)
        try await expectEachOnce(practice)
    }

    @Test("Two workers side by side deliver each packet once and end on SIGTERM with 0")
    func twoWorkers() async throws {
        let practice = try await fullOutbox()
        let workers = try (0..<2).map { _ in
            try practice.start(["worker", "--pause", "1", "--as-of", Practice.monday])
        }
        for worker in workers { #expect(await worker.waitForError("worker started")) }
        // A pass beside them returns when nothing is left to claim; what they hold they finish before they end.
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        for worker in workers { worker.signal(SIGTERM) }
        for worker in workers {
            let answer = await worker.wait()
            #expect(answer.status == 0)
            #expect(answer.err.contains("worker stopped"))
        }
        try await expectEachOnce(practice)
    }

    @Test("A drop folder that cannot be written is said with code 1, and the packet waits")
    func blockedDrop() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
        try await practice.must("submit", reference, "--as-of", Practice.monday)
        try practice.write("blocked", "a file where the folder should be")
        let answer = try await practice.precert("worker", "--once", "--drop", "blocked", "--as-of", Practice.monday)
        #expect(answer.status == 1)
        #expect(answer.err.contains("blocked"))
        #expect(try await practice.state(reference) == "submitting")
        let later = try await practice.precert("worker", "--once", "--as-of", "2026-11-24")
        #expect(later.out.contains("delivered 1"))
    }
}
