import Foundation
import Glibc
import PostgresClient
import PrivateCluster
import TestSupport
import Testing
import Workflow

/// Commands run while commands, workers, backends and the whole server die at random moments, on a server that writes
/// durably. What was acknowledged is there afterwards; nothing is there twice; history is whole.
///
/// `PRECERT_KILL_ROUNDS` makes it longer, `PRECERT_TEST_SEED` repeats a run's choices (not its timing).
@Suite("Whatever dies, nothing acknowledged is lost") struct RandomKillTests {
    @Test("commands, workers, backends and the server killed at random moments")
    func random() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["PRECERT_KILL_ROUNDS"].flatMap(Int.init) ?? 24
        let seed = environment["PRECERT_TEST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))
        let comment = Comment(rawValue: "PRECERT_TEST_SEED=\(seed)")
        var random = SeededRandom(seed: seed)

        let cluster = try DisposableCluster(durable: true, environment: environment)
        defer { cluster.stop() }
        let practice = try await Practice.open(on: cluster, named: "kills")
        try await practice.must("db", "migrate")
        var acknowledged = Acknowledged()

        for round in 0..<rounds {
            let worker = try practice.start(["worker", "--pause", "1"])
            // Every fifth round goes undisturbed, so that there is something to lose.
            let choice = Int.random(in: 0..<Victim.allCases.count, using: &random)
            let victim = round.isMultiple(of: 5) ? Victim.nobody : Victim.allCases[choice]
            let moment = Duration.milliseconds(Int.random(in: 0...400, using: &random))
            async let strike: Void = strike(victim, after: moment, practice, worker)
            try await work(round, practice, victim, dyingAfter: moment, &acknowledged)
            try await strike
            worker.signal(SIGKILL)
            _ = await worker.wait()
        }

        // A test in which everything was refused would prove nothing.
        #expect(acknowledged.approved.count >= rounds / 5, comment)
        try await settle(practice)
        try await check(practice, acknowledged, comment)
    }

    enum Victim: CaseIterable { case nobody, command, importing, worker, backend, backendHard, server }

    struct Acknowledged {
        var opened: [String] = []
        var withEvidence: [String] = []
        var submitted: [String] = []
        var approved: [String] = []
    }

    // MARK: - Work and death

    private func work(
        _ round: Int, _ practice: Practice, _ victim: Victim, dyingAfter moment: Duration,
        _ acknowledged: inout Acknowledged
    ) async throws {
        var order = OrderText()
        order.memberID = String(900_100_000 + round)
        let file = try practice.write("order-\(round).yaml", order.yaml)
        let opened = try await answer(
            ["new", file, "--format", "json"], practice, dyingAfter: victim == .command ? moment : nil)
        guard opened.status == 0, let reference = opened.object["request"] as? String else { return }
        acknowledged.opened.append(reference)
        let evidence = ["evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", "2026-11-24"]
        guard try await answer(evidence, practice, dyingAfter: nil).status == 0 else { return }
        acknowledged.withEvidence.append(reference)
        guard try await answer(["submit", reference, "--as-of", "2026-11-24"], practice, dyingAfter: nil).status == 0
        else { return }
        acknowledged.submitted.append(reference)
        let status = try practice.write(
            "status-\(round).csv",
            """
            Payer,Service Reference Number,Provider Reference,Member ID,Procedure Code,Status,Status Date,Approved From,Approved To
            UnitedHealthcare,A2699\(10_000 + round),\(reference),\(order.memberID),J2323,Approved,11/24/2026,12/01/2026,05/31/2027

            """)
        // An import that died is begun again with the next round's files, and goes on where it stopped.
        let imported = try await answer(
            ["import", status, "--payer", "unitedhealthcare"], practice,
            dyingAfter: victim == .importing ? moment / 4 : nil)
        if imported.status == 0 { acknowledged.approved.append(reference) }
    }

    /// Runs a command and, where it is the victim, kills it on the way. Nothing but the documented codes may come.
    private func answer(
        _ arguments: [String], _ practice: Practice, dyingAfter moment: Duration?
    ) async throws -> Answer {
        let child = try practice.start(arguments)
        if let moment {
            try await Task.sleep(for: moment)
            child.signal(SIGKILL)
        }
        let answer = await child.wait()
        let allowed: Set<Int32> = [0, 4, 69, 75, 128 + SIGKILL]
        #expect(allowed.contains(answer.status), "\(arguments[0]) ended with \(answer.status): \(answer.err)")
        return answer
    }

    private func strike(
        _ victim: Victim, after moment: Duration, _ practice: Practice, _ worker: Child
    ) async throws {
        guard ![.nobody, .command, .importing].contains(victim) else { return }
        try await Task.sleep(for: moment)
        switch victim {
        case .nobody, .command, .importing: return
        case .worker: worker.signal(SIGKILL)
        case .backend, .backendHard:
            let backends: SQL = "select pid from pg_stat_activity where application_name like 'precert%'"
            // There may be none, or the server may be on its way back from the last blow.
            guard let pids = try? await practice.query(backends).map({ try $0.decode(Int32.self) }),
                let pid = pids.first
            else { return }
            kill(pid, victim == .backend ? SIGTERM : SIGKILL)
        case .server:
            try cluster(practice).kill()
            try cluster(practice).restart()
        }
    }

    private func cluster(_ practice: Practice) -> DisposableCluster { practice.cluster }

    /// The server may still recover, and leases of the dead must end: the clock is an argument.
    private func settle(_ practice: Practice) async throws {
        for _ in 0..<50 where try await practice.precert("db", "status").status != 0 {
            try await Task.sleep(for: .milliseconds(200))
        }
        try await practice.must("worker", "--once", "--as-of", "+1d")
    }

    // MARK: - What must hold

    private func check(_ practice: Practice, _ acknowledged: Acknowledged, _ comment: Comment) async throws {
        for reference in acknowledged.opened {
            let opened = try await practice.count(
                "select count(*)::int from precert.request where reference = \(reference)")
            #expect(opened == 1, comment)
        }
        for (references, event) in [
            (acknowledged.withEvidence, "evidence.recorded"), (acknowledged.submitted, "submission.requested"),
            (acknowledged.approved, "payer.approved"),
        ] {
            for reference in references {
                let stored = try await practice.count(
                    """
                    select count(*)::int from precert.event e join precert.request r using (organization_id, request_id)
                    where r.reference = \(reference) and e.event = \(event)
                    """)
                #expect(stored == 1, comment)
            }
        }
        #expect(try await practice.precert("audit", "verify").status == 0, comment)
        let undone = try await practice.count(
            "select count(*)::int from precert.effect_run where status not in ('done')")
        #expect(undone == 0, comment)
        let delivered = try await practice.count(
            "select count(*)::int from precert.event where event = 'submission.delivered'")
        let packets = try FileManager.default.subpathsOfDirectory(atPath: practice.folder + "/outgoing")
            .filter { $0.hasSuffix("packet.json") }
        #expect(packets.count == delivered, comment)
        let twice = try await practice.count(
            """
            select count(*)::int from (select from precert.alert group by request_id, deadline, armed_seq
                having count(*) > 1) twice
            """)
        #expect(twice == 0, comment)
        try await checkStates(practice, comment)
    }

    /// Every request stands where the pure model of the workflow says its events lead.
    private func checkStates(_ practice: Practice, _ comment: Comment) async throws {
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
