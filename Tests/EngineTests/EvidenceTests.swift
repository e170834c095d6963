import CivilTime
import Criteria
import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("Evidence, documents and criteria") struct EvidenceTests {
    @Test("the same fact again is a duplicate, another value a correction that leaves the old one on record")
    func corrections() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let id = try await engine.find(engine.open(.synthetic())).id
            #expect(try await record("mri", "false", in: engine, id) == "applied")
            #expect(try await record("mri", "false", in: engine, id) == "duplicate")
            #expect(try await record("mri", "true", in: engine, id) == "applied")
            // Back to what was said first: that is news again.
            #expect(try await record("mri", "false", in: engine, id) == "applied")
            let rows = try await engine.evidence(of: id)
            #expect(rows.map(\.value.text) == ["false", "true", "false"])
            #expect(rows.map(\.isCurrent) == [false, false, true])
            let problems = try await engine.verifyAudit(of: id).problems
            #expect(problems.isEmpty)
            let payloads = try await engine.requestCase(id).events.map(\.payload.text)
            #expect(payloads.allSatisfy { !$0.contains("false") && !$0.contains("true") }, "history holds no values")
        }
    }

    /// Rows of one fact as they are recorded: a day of November or nothing. Which of them counts, which are no news.
    struct Sequence: Sendable, CustomTestStringConvertible {
        let days: [Int?]
        let counts: Int
        var testDescription: String { "\(days.map { $0.map(String.init) ?? "-" }.joined(separator: " ")): \(counts)" }
    }

    @Test(
        "the newest observation counts, of one day the last recorded, and one without a day is as new as those before",
        arguments: [
            Sequence(days: [1, 5], counts: 1), Sequence(days: [5, 1], counts: 0), Sequence(days: [5, 5], counts: 1),
            Sequence(days: [5, 1, 5], counts: 2), Sequence(days: [5, nil], counts: 1),
            Sequence(days: [nil, 5], counts: 1), Sequence(days: [nil, nil], counts: 1),
            Sequence(days: [5, nil, 1], counts: 1), Sequence(days: [5, nil, 5], counts: 2),
            Sequence(days: [5, nil, 1, 6], counts: 3), Sequence(days: [5, 1, nil, 2], counts: 2),
        ])
    func newest(_ sequence: Sequence) async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let id = try await engine.find(engine.open(.synthetic())).id
            let items = sequence.days.enumerated().map { number, day in
                NewEvidence(
                    fact: "mri", value: PostgresJSON("\(number)"),
                    observedOn: day.flatMap { CivilDate(year: 2026, month: 11, day: $0) }, source: "chart",
                    documentSHA256: nil, note: nil)
            }
            for item in items { #expect(try await engine.record([item], for: id).outcome == "applied") }
            let rows = try await engine.evidence(of: id)
            #expect(rows.filter(\.isCurrent).map(\.value.text) == ["\(sequence.counts)"])
            // The one that counts, said again, is no news; nor is an older one, which changed nothing.
            let again = items.indices.filter { number in
                !sequence.days[(number + 1)...].contains { $0 == nil || $0 == sequence.days[number] }
            }
            for number in again where sequence.days[number] != nil {
                #expect(try await engine.record([items[number]], for: id).outcome == "duplicate", "\(number)")
            }
            // All in one call come to the same.
            let other = try await engine.find(engine.open(.synthetic(person: 2))).id
            _ = try await engine.record(items, for: other)
            #expect(
                try await engine.evidence(of: other).filter(\.isCurrent).map(\.value.text) == ["\(sequence.counts)"])
            #expect(try await engine.record([items[sequence.counts]], for: other).outcome == "duplicate")
        }
    }

    @Test("the same bytes are one document, and come back as they went in") func documents() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let id = try await engine.find(engine.open(.synthetic())).id
            let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let first = try await engine.addDocument(bytes, mediaType: "text/plain", title: "Note", to: id)
            let again = try await engine.addDocument(bytes, mediaType: "text/plain", title: "Note", to: id)
            #expect(first.outcome == "applied" && again.outcome == "duplicate" && first.sha256 == again.sha256)
            let other = try await engine.find(engine.open(.synthetic(person: 2))).id
            let elsewhere = try await engine.addDocument(bytes, mediaType: "text/plain", title: "Note", to: other)
            #expect(elsewhere.outcome == "applied" && elsewhere.sha256 == first.sha256)
            #expect(try await engine.requestCase(id).documents.count == 1)
            let read = try await engine.document(String(first.sha256.prefix(8)).uppercased(), of: id)
            #expect(read.content == bytes && read.title == "Note")
            for typed in ["%%%%", "abc", "00000000"] {
                let error = await #expect(throws: EngineError.self) { try await engine.document(typed, of: id) }
                #expect(error?.code == .notFound)
            }
        }
    }

    @Test("met criteria make a request ready, an open one takes it back, a stale reader changes nothing")
    func criteria() async throws {
        let policy = try Policy.parse(Self.policy.utf8, file: "p.yaml", vocabulary: Self.vocabulary())
        func check(_ mri: Bool) throws -> CriteriaReport {
            let facts: Facts = [
                "diagnosis": Fact(.known(try Self.vocabulary().value(of: "diagnosis", from: "G35.A"))),
                "mri": Fact(.known(try Self.vocabulary().value(of: "mri", from: "\(mri)"))),
            ]
            let day = try #require(CivilDate(iso: "2026-11-24"))
            let outcome = CriteriaCheck.evaluated(policy.evaluate(facts, phase: .initial, asOf: day))
            return CriteriaReport(
                [DecisionCheck(.authorization, lines: [1], hcpcs: "J2323", diagnosis: "G35.A", check: outcome)],
                plannedOn: day)
        }
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let id = try await engine.find(engine.open(.synthetic())).id
            _ = try await record("mri", "true", in: engine, id)
            let read = try await engine.requestCase(id)
            #expect(try await engine.settleCriteria(of: read, by: check(false)) == "criteria_collection")
            #expect(try await engine.settleCriteria(of: read, by: check(true)) == "ready")
            // Repeated after an unknown outcome: the same answer.
            #expect(try await engine.settleCriteria(of: read, by: check(true)) == "ready")
            #expect(try await engine.requestCase(id).events.count { $0.event == "criteria.met" } == 1)

            let ready = try await engine.requestCase(id)
            _ = try await record("mri", "false", in: engine, id)
            let stale = await #expect(throws: EngineError.self) {
                try await engine.settleCriteria(of: ready, by: check(false))
            }
            #expect(stale?.code == .conflict)
            let fresh = try await engine.requestCase(id)
            #expect(fresh.summary.state == "ready")
            #expect(try await engine.settleCriteria(of: fresh, by: check(false)) == "criteria_collection")
            let open = try await engine.requestCase(id)
            let nothing = CriteriaReport([], plannedOn: open.summary.plannedOn)
            #expect(try await engine.settleCriteria(of: open, by: nothing) == "criteria_collection")
        }
    }

    private func record(_ fact: String, _ value: String, in engine: Engine, _ id: UUID) async throws -> String {
        let item = NewEvidence(
            fact: fact, value: PostgresJSON(value), observedOn: CivilDate(iso: "2026-11-01"), source: "chart",
            documentSHA256: nil, note: nil)
        return try await engine.record([item], for: id).outcome
    }

    private static func vocabulary() throws -> Vocabulary {
        try Vocabulary.parse(
            """
            facts:
              diagnosis: {type: code, question: "Which diagnosis?", cost: 0, from: order}
              mri: {type: boolean, question: "MRI?", cost: 9}
            """.utf8, file: "v.yaml")
    }

    private static let policy = """
        policy: acme/drug
        title: "A policy"
        product: {drug: drug, name: Drug, hcpcs: [J0001]}
        number: "1"
        version: 1
        effective: {from: 2026-01-01, to: 2027-12-31}
        governed_by: service_date
        last_checked: 2026-11-01
        review_by: 2027-03-01
        sources:
          page: {title: "A page", url: "https://example.org/p", retrieved: 2026-11-01, evidence: primary, verified: true}
        criteria:
          ms.initial:
            applies_when: {id: ms, title: "MS", cite: page, fact: diagnosis, test: {in: ["G35*"]}}
            approve: {for: 6 months}
            require: {id: mri, title: "MRI", cite: page, fact: mri, test: {is: true}}
        tests:
          as_of: 2026-11-24
          cases: [{title: t, set: ms.initial, facts: {diagnosis: G35.A, mri: true}, expect: met}]
        """
}
