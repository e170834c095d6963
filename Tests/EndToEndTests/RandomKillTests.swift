import Foundation
import Glibc
import PostgresClient
import PrivateCluster
import TestSupport
import Testing
import Workflow

/// Two workers and a person's commands, while commands, workers, backends and the whole server die at random moments,
/// on a server that writes durably. A command that was not answered is typed again. In the end what was acknowledged is
/// there, nothing is there twice, and history is whole.
///
/// `PRECERT_KILL_ROUNDS` makes it longer, `PRECERT_TEST_SEED` repeats a run's choices (not its timing).
@Suite("Whatever dies, nothing acknowledged is lost") struct RandomKillTests {
    @Test("commands, workers, backends and the server killed at random moments")
    func random() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["PRECERT_KILL_ROUNDS"].flatMap(Int.init) ?? 20
        let seed = environment["PRECERT_TEST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("random kills: PRECERT_TEST_SEED=\(seed) PRECERT_KILL_ROUNDS=\(rounds)")
        let comment = Comment(rawValue: "PRECERT_TEST_SEED=\(seed)")
        var random = SeededRandom(seed: seed)

        let cluster = try DisposableCluster(durable: true, environment: environment)
        defer { cluster.stop() }
        let practice = try await Practice.open(on: cluster, named: "kills")
        try await practice.must("db", "migrate")
        var job = KilledJob(practice: practice, comment: comment)

        for round in 0..<rounds {
            let blow = Blow(using: &random)
            let workers = try (0..<2).map { _ in try practice.start(["worker", "--pause", "1", "--as-of", job.now]) }
            async let strike: Void = blow.strike(practice, workers)
            try await job.round(round, blow)
            try await strike
            // The second worker is asked to end and must; the first is killed at whatever it does.
            workers[0].signal(SIGKILL)
            workers[1].signal(SIGTERM)
            _ = await workers[0].wait()
            let ended = await workers[1].wait()
            #expect([0, 128 + SIGTERM].contains(ended.status), "\(comment.rawValue): worker: \(ended.err)")
        }
        // Half a year later the approvals run out.
        for _ in 0..<5 {
            try await job.fire(Blow(using: &random))
        }
        print("random kills: \(job.unanswered) commands were not answered and typed again")
        try await job.check(requests: rounds)
    }
}

/// Whom to kill, and when.
struct Blow: Sendable {
    enum Victim: CaseIterable { case new, evidence, submit, importing, worker, backend, backendHard, server }

    let victim: Victim
    let moment: Duration

    init(using random: inout SeededRandom) {
        victim = random.pick(Victim.allCases)
        moment = .milliseconds(Int.random(in: 0...250, using: &random))
    }

    /// Kills what is not a command; those are killed by who types them.
    func strike(_ practice: Practice, _ workers: [Child]) async throws {
        guard [.worker, .backend, .backendHard, .server].contains(victim) else { return }
        try await Task.sleep(for: moment)
        switch victim {
        case .new, .evidence, .submit, .importing: return
        case .worker: workers.first?.signal(SIGKILL)
        case .backend, .backendHard:
            // There may be none, or the server may be on its way back from the last blow.
            let backends = try? await practice.query(
                "select pid from pg_stat_activity where application_name like 'precert%'")
            guard let pid = try backends?.randomElement()?.decode(Int32.self) else { return }
            kill(pid, victim == .backend ? SIGTERM : SIGKILL)  // SIGTERM is what pg_terminate_backend sends.
        case .server:
            try practice.cluster.kill()
            try practice.cluster.restart()
        }
    }
}

/// A person who types a request's commands and, when one is not answered, types it again.
private struct KilledJob {
    let practice: Practice
    let comment: Comment
    /// The clock of all programs: two minutes a round, so that the leases of the dead end while others work.
    private(set) var now = "2026-11-24T12:00:00Z"
    private var acknowledged: [(reference: String, event: String)] = []
    private(set) var unanswered = 0

    static let halfAYearLater = "2027-06-02"

    init(practice: Practice, comment: Comment) {
        self.practice = practice
        self.comment = comment
    }

    /// A request from its order to the payer's approval.
    mutating func round(_ number: Int, _ blow: Blow) async throws {
        var order = OrderText()
        order.memberID = String(900_100_000 + number)
        let file = try practice.write("order-\(number).yaml", order.yaml)
        let reference = try await open(file, member: order.memberID, blow)
        let evidence = ["evidence", "add", reference, "--from", "evidence-continuation.yaml"]
        try await insist(evidence, on: reference, "evidence.recorded", dying: blow.moment(of: .evidence))
        // "It is submitted already" answers the second try.
        try await insist(
            ["submit", reference], on: reference, "submission.requested", dying: blow.moment(of: .submit),
            again: [0, 4])
        let status = try practice.write(
            "status-\(number).csv",
            """
            Payer,Service Reference Number,Provider Reference,Member ID,Procedure Code,Status,Status Date,\
            Approved From,Approved To
            UnitedHealthcare,A2699\(10_000 + number),\(reference),\(order.memberID),J2323,Approved,11/24/2026,12/01/2026,05/31/2027

            """)
        try await insist(
            ["import", status, "--payer", "unitedhealthcare"], on: reference, "payer.approved",
            dying: blow.moment(of: .importing))
        let minute = number * 2 + 2
        now = Date(timeIntervalSince1970: 1_795_521_600 + Double(minute * 60)).ISO8601Format()
    }

    /// The reference of the opened request; where the answer was lost, the refusal of the second order names it.
    private mutating func open(_ file: String, member: String, _ blow: Blow) async throws -> String {
        let answer = try await insist(
            ["new", file, "--format", "json"], on: nil, "order.received", dying: blow.moment(of: .new), again: [0, 4])
        let reference = try await practice.text(
            """
            select reference from precert.request join precert.request_detail using (organization_id, request_id)
            where member_id = \(member)
            """)
        #expect(answer.everything.contains(reference), comment)
        return reference
    }

    /// Types a command until it is answered. Killed, without a server, or with an unknown outcome, it is typed again.
    @discardableResult
    private mutating func insist(
        _ arguments: [String], on reference: String?, _ event: String, dying moment: Duration?,
        again: Set<Int32> = [0]
    ) async throws -> Answer {
        var answer = try await answer(arguments, dyingAfter: moment)
        var fine: Set<Int32> = [0]
        for _ in 0..<100 where !fine.contains(answer.status) {
            guard [69, 75, 128 + SIGKILL].contains(answer.status) else {
                throw Unexpected(answer: answer, doing: arguments[0])
            }
            fine = again
            unanswered += 1
            try await Task.sleep(for: .milliseconds(100))
            answer = try await self.answer(arguments, dyingAfter: nil)
        }
        guard fine.contains(answer.status) else { throw Unexpected(answer: answer, doing: arguments[0]) }
        if let reference { acknowledged.append((reference, event)) }
        return answer
    }

    private func answer(_ arguments: [String], dyingAfter moment: Duration?) async throws -> Answer {
        let child = try practice.start(arguments + ["--as-of", now])
        if let moment {
            try await Task.sleep(for: moment)
            child.signal(SIGKILL)
        }
        return await child.wait()
    }

    /// Fires deadlines, and dies by it or with the server.
    func fire(_ blow: Blow) async throws {
        let child = try practice.start(["alerts", "run", "--as-of", Self.halfAYearLater])
        try await Task.sleep(for: blow.moment)
        if blow.victim == .server || blow.victim == .backendHard {
            try practice.cluster.kill()
            try practice.cluster.restart()
        } else {
            child.signal(SIGKILL)
        }
        let answer = await child.wait()
        #expect([0, 69, 75, 128 + SIGKILL].contains(answer.status), "\(comment.rawValue): \(answer.err)")
    }

    // MARK: - What must hold

    func check(requests: Int) async throws {
        try await settle()
        let before = try await practice.digest()
        try await settle()
        #expect(try await practice.changes(since: before) == [], comment)

        #expect(try await practice.precert("audit", "verify").status == 0, comment)
        #expect(try await practice.packetFaults() == [], comment)
        for (reference, event) in acknowledged {
            let stored = try await practice.count(
                """
                select count(*)::int from precert.event e join precert.request r using (organization_id, request_id)
                where r.reference = \(reference) and e.event = \(event)
                """)
            #expect(stored == 1, comment)
        }
        try await expectNone(
            "effects that wait or are given up", "select count(*)::int from precert.effect_run where status <> 'done'")
        try await expectNone(
            "source keys used twice",
            """
            select count(*)::int from (select from precert.event group by organization_id, request_id, source_key
                having count(*) > 1) twice
            """)
        try await expectNone(
            "alerts raised twice",
            """
            select count(*)::int from (select from precert.alert group by request_id, deadline, armed_seq
                having count(*) > 1) twice
            """)
        try await expectNone(
            "deadlines due and open",
            """
            select count(*)::int from precert.deadline
            where status = 'open' and due_at <= timestamptz '2027-06-02T00:00:00Z'
            """)
        let counts = try await practice.text(
            """
            select count(*) || ' requests, ' || count(*) filter (where exists (select from precert.submission s
                    where s.request_id = r.request_id and s.delivered_at is not null))
                || ' delivered, ' || count(*) filter (where exists (select from precert.alert a
                    where a.request_id = r.request_id)) || ' with alerts'
            from precert.request r
            """)
        #expect(counts == "\(requests) requests, \(requests) delivered, \(requests) with alerts", comment)
        try await checkStates()
    }

    /// Everything that nobody types is done.
    private func settle() async throws {
        try await practice.must("worker", "--once", "--as-of", Self.halfAYearLater)
        try await practice.must("alerts", "run", "--as-of", Self.halfAYearLater)
    }

    private func expectNone(_ what: String, _ counting: SQL) async throws {
        let found = try await practice.count(counting)
        #expect(found == 0, "\(what), \(comment.rawValue)")
    }

    /// Every request stands where the pure model of the workflow says its events lead.
    private func checkStates() async throws {
        let file = "Workflows/prior-authorization.yaml"
        let workflow = try WorkflowReading(
            try Data(contentsOf: URL(fileURLWithPath: repositoryFile(file))), file: file
        ).get()
        let rows = try await practice.query(
            """
            select r.state, array_agg(e.event order by e.seq) as events
            from precert.request r join precert.event e using (organization_id, request_id) group by r.request_id, r.state
            """)
        for row in rows {
            let (state, events) = try row.decode(String.self, [String].self)
            var run = WorkflowRun(workflow)
            _ = run.apply(contentsOf: events)
            #expect(run.state == state, comment)
        }
    }
}

extension Blow {
    fileprivate func moment(of command: Victim) -> Duration? { victim == command ? moment : nil }
}
