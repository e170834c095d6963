import Foundation
import TestSupport
import Testing

func repositoryFile(_ path: String) -> String { TestServer.repositoryRoot + "/" + path }

@Suite("The main job")
struct MainJobTests {
    @Test("From an order to an approval that expires")
    func wholeLife() async throws {
        let practice = try await Practice.open()
        let first = try await order(practice)
        try await criteria(practice, first)
        try await submission(practice, first)
        let second = try await practice.send("order-second.yaml")
        let third = try await practice.send("order-third.yaml")
        try await statusFile(practice, [first, second, third])
        try await time(practice, first)
        try await history(practice, first)
    }

    private func order(_ practice: Practice) async throws -> String {
        let before = try await practice.digest()
        let refused = try await practice.precert("new", "order-as-on-the-web-page.yaml", "--as-of", Practice.monday)
        #expect(refused.status == 5)
        #expect(refused.out.isEmpty)
        #expect(refused.err.contains("order-as-on-the-web-page.yaml:31:10: error: J2329 is ublituximab-xiiy"))
        #expect(refused.err.contains("natalizumab is J2323"))
        #expect(refused.err.contains("32:10: error: 300 mg of natalizumab is 300 units of J2323"))
        #expect(try await practice.changes(since: before).isEmpty)

        let accepted = try await practice.precert(
            "new", "order.yaml", "--format", "json", "--as-of", Practice.monday)
        #expect(accepted.status == 0)
        #expect(accepted.object["payer"] as? String == "UnitedHealthcare")
        return try #require(accepted.object["request"] as? String)
    }

    private func criteria(_ practice: Practice, _ reference: String) async throws {
        let check = ["check", reference, "--format", "json", "--as-of", Practice.monday]
        let open = try await practice.precert(check)
        #expect(open.status == 1)
        #expect(open.object["verdict"] as? String == "unknown")
        #expect(open.err.isEmpty)

        let added = try await practice.precert(
            "evidence", "add", reference, "--from", "evidence.yaml", "--format", "json", "--as-of", Practice.monday)
        #expect(added.status == 0)
        #expect(added.object["state"] as? String == "ready")

        let met = try await practice.precert(check)
        #expect(met.status == 0)
        #expect(met.object["verdict"] as? String == "met")
        let screen = try await practice.precert("check", reference, "--as-of", Practice.monday)
        for mark in ["2021D0026M", "2021-05-01", "https://", "Evidence level", "Last checked", "superseded"] {
            #expect(screen.out.contains(mark))
        }
    }

    private func submission(_ practice: Practice, _ reference: String) async throws {
        let sent = try await practice.precert("submit", reference, "--format", "json", "--as-of", Practice.monday)
        #expect(sent.status == 0)
        #expect(sent.object["state"] as? String == "submitting")
        let packet = try #require(sent.object["packet"] as? String)

        let delivered = try await practice.precert("worker", "--once", "--as-of", Practice.monday)
        #expect(delivered.status == 0)
        #expect(delivered.out.hasPrefix("fired 0, delivered 1, failed 0; packets in "))
        let folder = "outgoing/unitedhealthcare/\(packet)"
        let text = try practice.read("\(folder)/packet.txt")
        for fact in ["Testperson, Marigold", "1984-03-09", "900000101", "J2323", "300 billing units", "G35.A"] {
            #expect(text.contains(fact))
        }
        let json = try JSONSerialization.jsonObject(with: Data(practice.read("\(folder)/packet.json").utf8))
        #expect((json as? [String: Any])?.isEmpty == false)
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(practice.folder)/\(folder)").sorted()
        #expect(files.filter { $0.hasPrefix("document-") }.count == 2)
        #expect(files.count == 4, "no half-written file lies there")

        let again = try await practice.precert("worker", "--once", "--as-of", Practice.monday)
        #expect(again.out == "fired 0, delivered 0, failed 0\n")
        #expect(try await practice.state(reference) == "sent")
    }

    private func statusFile(_ practice: Practice, _ references: [String]) async throws {
        try practice.writeStatusFile(references)
        let command = [
            "import", "status.csv", "--payer", "unitedhealthcare", "--format", "json", "--as-of", "2026-11-28",
        ]
        let imported = try await practice.precert(command)
        #expect(imported.status == 5, "one row needs a person")
        #expect(imported.object["status"] as? String == "new")
        let counts = try #require(imported.object["counts"] as? [String: Int])
        #expect(counts == ["applied": 3, "unmatched": 1])
        let rows = try #require(imported.object["rows"] as? [[String: Any]])
        #expect(rows.count == counts.values.reduce(0, +))
        #expect(rows.map { $0["to"] as? String } == ["approved", "pended", "denied", nil])

        let shown = try await practice.must("show", references[0], "--format", "json").out
        let stored = try await practice.digest()
        let again = try await practice.precert(command)
        #expect(again.status == 0)
        #expect(again.object["status"] as? String == "known")
        #expect(again.object["counts"] as? [String: Int] == counts)
        #expect(try await practice.must("show", references[0], "--format", "json").out == shown)
        #expect(
            try await practice.changes(since: stored).map { $0.prefix(while: { $0 != " " }) } == ["import_batch"],
            "all that is written is that the file was seen again")

        let approval = try #require(
            (try await practice.shown(references[0])["authorizations"] as? [[String: Any]])?.first)
        #expect(approval["number"] as? String == "A265500101")
        #expect(approval["valid_from"] as? String == "2026-12-01")
        #expect(approval["valid_to"] as? String == "2027-05-31")
        #expect(approval["units"] as? String == "2100")
        let pend = try #require(
            (try await practice.shown(references[1])["observations"] as? [[String: Any]])?.first)
        #expect(pend["information_due"] as? String == "2026-12-10")
        let denial = try #require(
            (try await practice.shown(references[2])["observations"] as? [[String: Any]])?.first)
        #expect(denial["reason_code"] as? String == "D12")
    }

    private func time(_ practice: Practice, _ reference: String) async throws {
        func mine(_ answer: Answer) -> [[String: Any]] {
            answer.rows.filter { $0["request"] as? String == reference }
        }
        let started = try await practice.precert("worker", "--once", "--as-of", "2026-12-02")
        #expect(started.status == 0)
        #expect(try await practice.state(reference) == "active")

        let expiring = try await practice.precert(
            "expiring", "--within", "90d", "--format", "json", "--as-of", "2027-03-15")
        #expect(mine(expiring).first?["valid_to"] as? String == "2027-05-31")

        let window = try await practice.precert("alerts", "run", "--format", "json", "--as-of", "2027-04-20")
        #expect(mine(window).map { $0["alert"] as? String } == ["renewal-window"])
        #expect(try await practice.state(reference) == "renewal_window")
        let again = try await practice.precert("alerts", "run", "--format", "json", "--as-of", "2027-04-20")
        #expect(again.rows.isEmpty, "each alert is raised once")
        let listed = try await practice.precert("alerts", "list", "--format", "json", "--as-of", "2027-04-20")
        #expect(mine(listed).count == 1)
        #expect(mine(listed).first?["title"] as? String == "Time to begin the renewal")

        let ended = try await practice.precert("alerts", "run", "--format", "json", "--as-of", "2027-06-02")
        #expect(mine(ended).contains { $0["state"] as? String == "expired" })
        #expect(try await practice.state(reference) == "expired")
    }

    private func history(_ practice: Practice, _ reference: String) async throws {
        let timeline = try #require(try await practice.shown(reference)["timeline"] as? [[String: Any]])
        #expect(
            timeline.compactMap { $0["to_state"] as? String } == [
                "intake", "criteria_collection", "criteria_collection", "criteria_collection", "criteria_collection",
                "ready", "submitting", "sent", "approved", "active", "renewal_window", "expired",
            ])
        #expect(timeline.map { $0["seq"] as? Int } == Array(1...12))
        let verified = try await practice.precert("audit", "verify", "--as-of", "2027-06-02")
        #expect(verified.status == 0)
        #expect(verified.out.contains("every hash and link holds"))

        // A superuser's hand in the history is found out, with its place.
        try await practice.administerHere(
            """
            set session_replication_role = replica;
            alter table precert.event disable trigger user;
            update precert.event set actor = 'somebody else' where seq = 3 and request_id =
                (select request_id from precert.request where reference = '\(reference)');
            """)
        let broken = try await practice.precert("audit", "verify", "--format", "json")
        #expect(broken.status == 1)
        #expect(broken.rows.first?["request"] as? String == reference)
        #expect(broken.rows.compactMap { $0["seq"] as? Int }.min() ?? 0 >= 3)
    }
}
