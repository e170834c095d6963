import Foundation
import PostgresClient
import Testing

@Suite("Requests and decisions")
struct DecisionTests {
    @Test("A second live request of the same patient for the same code is refused with 4, until the first is withdrawn")
    func duplicate() async throws {
        let practice = try await Practice.open()
        let first = try await practice.open("order.yaml")
        let before = try await practice.digest()
        let second = try await practice.precert("new", "order.yaml", "--as-of", Practice.monday)
        #expect(second.status == 4)
        #expect(second.out.isEmpty)
        #expect(second.err.contains(first), "the error names the request that is in the way")
        #expect(try await practice.changes(since: before).isEmpty)

        try await practice.must("withdraw", first, "--yes")
        let third = try await practice.open("order.yaml")
        #expect(third != first)
    }

    @Test("The beginning of an id is enough when it is unique; ambiguous and unknown ones answer 3")
    func prefixes() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        let other = try await practice.open("order-second.yaml")
        let common = String(zip(reference, other).prefix { $0 == $1 }.map(\.0))
        for length in [common.count + 1, reference.count] {
            let shown = try await practice.precert("show", String(reference.prefix(length)), "--format", "json")
            #expect(shown.status == 0)
            #expect(shown.object["request"] as? String == reference)
        }
        let lowercase = try await practice.precert("show", reference.lowercased(), "--format", "json")
        #expect(lowercase.object["request"] as? String == reference)
        for unclear in [common, "PA-ZZZZZZZZ", "nonsense", ""] {
            let answer = try await practice.precert("show", unclear)
            #expect(answer.status == 3, "for \(unclear)")
            #expect(answer.err.hasPrefix("error: "))
            #expect(answer.out.isEmpty)
        }
    }

    @Test("Withdrawing asks, and refuses to where nobody can answer")
    func withdraw() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        let before = try await practice.digest()
        let unasked = try await practice.precert("withdraw", reference)
        #expect(unasked.status == 64)
        #expect(unasked.err.contains("--yes"))
        #expect(try await practice.changes(since: before).isEmpty)
        #expect(try await practice.precert("withdraw", reference, "--yes").status == 0)
        #expect(try await practice.state(reference) == "withdrawn")

        let withdrawn = try await practice.digest()
        let again = try await practice.precert("withdraw", reference, "--yes")
        #expect(again.status == 0)
        #expect(again.out.contains("was withdrawn already"))
        #expect(try await practice.changes(since: withdrawn).isEmpty)
        #expect(try await practice.precert("submit", reference, "--as-of", Practice.monday).status != 0)
    }

    struct Decision: CustomTestStringConvertible {
        let words: [String]
        let state: String
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(
        "A decision recorded by hand moves the request",
        arguments: [
            Decision(
                words: ["approved", "--number", "A1", "--from", "2026-12-01", "--to", "2027-05-31", "--units", "2100"],
                state: "approved"),
            Decision(words: ["approved"], state: "approved_preliminary"),
            Decision(words: ["pended", "--due", "2026-12-10"], state: "pended"),
            Decision(words: ["denied", "--reason-code", "D12"], state: "denied"),
            Decision(words: ["not-required"], state: "not_required"),
        ])
    func decide(_ decision: Decision) async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let command =
            ["decide", reference] + decision.words + [
                "--on", "2026-11-26", "--as-of", "2026-11-27", "--format", "json",
            ]
        let decided = try await practice.precert(command)
        #expect(decided.status == 0)
        #expect(decided.object["state"] as? String == decision.state)
        #expect(try await practice.state(reference) == decision.state)

        let before = try await practice.shown(reference)["timeline"] as? [[String: Any]]
        let again = try await practice.precert(command)
        #expect(again.status == 0, "said twice is known")
        #expect((try await practice.shown(reference)["timeline"] as? [[String: Any]])?.count == before?.count)
    }

    @Test("A decision that the request's state does not allow is refused with 4 and kept for a person")
    func lateDecision() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try await practice.must("withdraw", reference, "--yes")
        let late = try await practice.precert("decide", reference, "pended", "--due", "2027-01-10")
        #expect(late.status == 4)
        #expect(late.err.contains(reference))
        #expect(late.err.contains("hint:"))
        #expect(try await practice.state(reference) == "withdrawn")
    }

    @Test("An approval whose period ends before it begins, or that lies in the future, is refused")
    func impossiblePeriods() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let before = try await practice.digest()
        for words in [
            ["--from", "2027-05-31", "--to", "2026-12-01"], ["--on", "2031-01-01"],
        ] {
            let answer = try await practice.precert(["decide", reference, "approved", "--number", "A1"] + words)
            #expect(answer.status == 5)
        }
        for words in [["--units", "0"], ["--units", "-3"], ["--units", "many"], ["--from", "2026-02-30"]] {
            let answer = try await practice.precert(["decide", reference, "approved", "--number", "A1"] + words)
            #expect(answer.status == 64, "for \(words)")
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("With criteria open a request is not sent, unless a reason overrides")
    func openCriteria() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        let before = try await practice.digest()
        let refused = try await practice.precert("submit", reference, "--as-of", Practice.monday)
        #expect(refused.status == 1)
        #expect(refused.out.isEmpty)
        #expect(refused.err.contains("precert check \(reference)"))
        #expect(refused.err.contains("--override"))
        #expect(try await practice.changes(since: before).isEmpty)

        let empty = try await practice.precert("submit", reference, "--override", " ", "--as-of", Practice.monday)
        #expect(empty.status == 64, "a reason has words")

        let sent = try await practice.precert(
            "submit", reference, "--override", "the payer asked for it by telephone", "--format", "json", "--as-of",
            Practice.monday)
        #expect(sent.status == 0)
        #expect(sent.object["state"] as? String == "submitting")
        let kept = try await practice.text("select override_reason from precert.submission")
        #expect(kept == "the payer asked for it by telephone")
    }

    @Test("Asked twice, a request is sent once")
    func submittedTwice() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
        try await practice.must("submit", reference, "--as-of", Practice.monday)
        let again = try await practice.precert("submit", reference, "--as-of", Practice.monday)
        #expect(again.status == 4)
        #expect(try await practice.count("select count(*) from precert.effect") == 1)
    }

    @Test(
        "Without the payer's policy on file the answer is 'policy not loaded'",
        arguments: [
            OrderText(drug: "alemtuzumab", hcpcs: "J0202", units: "12", dose: "12 mg"),
            OrderText(drug: "Tyruko", hcpcs: "Q5134"),
        ])
    func policyNotLoaded(_ order: OrderText) async throws {
        let practice = try await Practice.open()
        try practice.write("order-here.yaml", order.yaml)
        let reference = try await practice.open("order-here.yaml")
        let check = try await practice.precert("check", reference, "--format", "json", "--as-of", Practice.monday)
        #expect(check.status == 1)
        #expect(check.object["verdict"] as? String == "policy not loaded")
        let decision = (check.object["decisions"] as? [[String: Any]])?.first
        let outcome = decision?["at_submission"] as? [String: Any]
        #expect((outcome?["reason"] as? String)?.isEmpty == false)
        let screen = try await practice.precert("check", reference, "--as-of", Practice.monday)
        #expect(screen.out.contains("POLICY NOT LOADED"))
        #expect(screen.out.contains("does not guess"))
    }
}

extension OrderText: CustomTestStringConvertible {
    var testDescription: String { "\(payer) \(drug) \(hcpcs)" }
}
