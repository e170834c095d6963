import CivilTime
import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

/// Two years of one request each, by engine times: what a worker finds due must not depend on when it runs.
@Suite("Deadlines through the years") struct YearsTests {
    private static let lives: [(name: String, events: [(String, [String: String])])] = [
        (
            "an approval of fourteen months",
            [
                (
                    "payer.approved",
                    ["authorization-start": "2027-01-04T00:00:00", "authorization-end": "2028-03-03T23:59:59"]
                )
            ]
        ),
        ("an approval without dates", [("payer.approved", [:])]),
        ("a denial that nobody contests", [("payer.denied", ["appeal-due": "2027-06-30T23:59:59"])]),
        ("a pend that is forgotten", [("payer.pended", ["information-due": "2026-12-24T23:59:59"])]),
        (
            "a second appeal without an answer",
            [
                ("payer.denied", [:]), ("appeal.filed", [:]), ("appeal.upheld", [:]), ("appeal.filed", [:]),
                ("appeal.upheld", [:]),
            ]
        ),
    ]

    @Test("each comes once and in order, whatever the outages", arguments: 1...4 as ClosedRange<UInt64>)
    func outages(seed: UInt64) async throws {
        try await withPractice { practice in
            let punctual = try await live(in: practice, firstPerson: 100) { _ in 86_400 }
            var random = SeededRandom(seed: seed)
            let late = try await live(in: practice, firstPerson: 200) { _ in
                // From an hour to four months.
                Double(Int.random(in: 1...(random.chance(1, in: 3) ? 2_900 : 60), using: &random)) * 3600
            }
            #expect(late == punctual)
            for fired in late {
                let dues: [Date] = fired.map(\.due)
                #expect(!fired.isEmpty)
                #expect(Set(fired).count == fired.count)
                #expect(dues == dues.sorted())
            }
            let events: [[String]] = late.map { $0.compactMap(\.event) }
            #expect(events[0] == ["authorization.started", "renewal.window_opened", "authorization.expired"])
            #expect(events[1] == [], "an approval never expires by guess")
            #expect(events[2] == ["appeal_window.closed"])
            #expect(events[4] == ["external_review_window.closed"])
        }
    }

    private struct Fired: Hashable {
        let deadline: String
        let due: Date
        let alert: String?
        let event: String?
        let state: String?
    }

    /// The lives, begun at once, under a worker that looks again after `pause`; what was fired, life by life.
    private func live(
        in practice: Practice, firstPerson: Int, pause: (Date) -> Double
    ) async throws -> [[Fired]] {
        let engine = practice.engine(at: Practice.opening)
        var references: [String] = []
        for (index, life) in Self.lives.enumerated() {
            let request = try await practice.requestInReview(person: firstPerson + index)
            references.append(request.reference)
            let inputs = life.events.enumerated().map { place, event in
                EventInput(
                    request: request.id, event: event.0, sourceKey: "life\(place)", occurredAt: Practice.opening,
                    anchors: event.1)
            }
            let answers = try await practice.transaction(at: Practice.opening) { try $0.apply(inputs) }
            #expect(answers.allSatisfy { $0.outcome == "applied" }, "\(life.name)")
        }
        var fired: [String: [Fired]] = [:]
        var now = Practice.opening
        let end = now + 730 * 86_400
        while now < end {
            now = min(end, now + pause(now))
            for one in try await practice.engine(at: now, actor: "worker").fireDue() {
                fired[one.reference, default: []].append(
                    Fired(
                        deadline: one.deadline, due: one.dueAt, alert: one.alert, event: one.event, state: one.toState))
            }
        }
        let alerts = try await engine.alerts(all: true, limit: 1000).filter { references.contains($0.reference) }
        let lives: [[Fired]] = references.map { fired[$0] ?? [] }
        #expect(alerts.count == lives.joined().count { $0.alert != nil })
        return lives
    }
}
