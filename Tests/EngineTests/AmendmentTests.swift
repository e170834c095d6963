import CivilTime
import Criteria
import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("An order amended before it is sent") struct AmendmentTests {
    private func opened(_ practice: Practice) async throws -> (engine: Engine, request: RequestCase) {
        let engine = practice.engine(at: Practice.opening)
        return (engine, try await engine.requestCase(engine.find(engine.open(.synthetic())).id))
    }

    private func fact(_ name: String, _ value: String, day: Int) -> NewEvidence {
        NewEvidence(
            fact: name, value: PostgresJSON(value), observedOn: CivilDate(year: 2026, month: 11, day: day),
            source: "chart", documentSHA256: nil, note: nil)
    }

    @Test("every term that may be changed is, and comes back from the database as it went in") func everyTerm()
        async throws
    {
        try await withPractice { practice in
            let (engine, request) = try await opened(practice)
            var terms = request.terms
            terms.drug = "natalizumab"
            terms.diagnoses = ["K50.013", "G35.A"]
            terms.weight = "71.5"
            terms.height = "168"
            terms.weighedOn = CivilDate(year: 2026, month: 11, day: 20)
            terms.siteName = "Other Center"
            terms.siteNPI = "1999999919"
            terms.placeOfService = "22"
            terms.plannedOn = CivilDate(year: 2026, month: 12, day: 9) ?? terms.plannedOn
            terms.lines = [
                OrderTerms.Line(
                    number: 1,
                    asked: NewRequest.Line(
                        hcpcs: "Q5134", units: "150", doseAmount: "0.15", doseUnit: "g", everyDays: nil, everyMonths: 2,
                        doses: 3, route: "intravenous", modifiers: ["JZ", "RT"], ndc: "64406-008-01",
                        discardedUnits: "0", administration: ["96365"], gates: ["touch"]))
            ]
            let result = try await engine.amend(request, to: terms, withdrawing: [], reason: "all wrong")
            #expect(result.outcome == "applied" && result.toState == request.summary.state)
            let now = try await engine.requestCase(request.summary.id)
            #expect(now.terms == terms)
            let amendment = try #require(now.amendments.first)
            #expect(amendment.seq == result.seq && amendment.reason == "all wrong")
            #expect(amendment.before == request.terms && amendment.after == terms)
            let changed = Set(amendment.changes.map(\.field))
            #expect(changed == Set(OrderChange.Field.allCases), "each field has its words")
            #expect(now.summary.seq == request.summary.seq + 1)
            #expect(now.events.last?.reason == "all wrong")
            // What the dry run judges is what the amendment makes.
            let foreseen = request.amended(to: terms, withdrawing: [])
            #expect(foreseen.terms == now.terms && foreseen.summary.hcpcs == now.summary.hcpcs)
            #expect(try await engine.verifyAudit(of: request.summary.id).problems.isEmpty)

            let back = try await engine.amend(now, to: request.terms, withdrawing: [], reason: "it was right")
            #expect(back.outcome == "applied")
            let after = try await engine.requestCase(request.summary.id)
            #expect(after.terms == request.terms, "what was nothing is nothing again")
            #expect(try await engine.verifyAudit(of: request.summary.id).problems.isEmpty)
        }
    }

    @Test("of two that read the same order one is applied and the other is told, and none is lost") func twoAtOnce()
        async throws
    {
        try await withPractice { practice in
            let (engine, request) = try await opened(practice)
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for units in ["100", "150"] {
                    group.addTask {
                        var terms = request.terms
                        terms.lines[0].asked.units = units
                        do {
                            return try await engine.amend(request, to: terms, withdrawing: [], reason: units).outcome
                        } catch let error as EngineError where error.code == .conflict {
                            return "conflict"
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted()
            }
            #expect(outcomes == ["applied", "conflict"])
            let now = try await engine.requestCase(request.summary.id)
            #expect(now.amendments.count == 1)
            #expect(now.amendments[0].reason == now.lines[0].units)
            var same = now.terms
            let again = try await engine.amend(now, to: same, withdrawing: [], reason: "again")
            #expect(again.outcome == "duplicate" && again.seq == now.summary.seq)
            // Evidence that came between: the amendment did not know of it.
            _ = try await engine.record([fact("mri", "true", day: 1)], for: now.summary.id)
            same.lines[0].asked.units = "200"
            await #expect(
                performing: {
                    _ = try await engine.amend(now, to: same, withdrawing: [], reason: "late")
                }, throws: { ($0 as? EngineError)?.code == .conflict })
        }
    }

    @Test("once it was sent it is refused, whatever is sent") func tooLate() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let request = try await engine.requestCase(practice.requestInReview(person: 1).id)
            var terms = request.terms
            terms.lines[0].asked.units = "301"
            await #expect(
                performing: {
                    _ = try await engine.amend(request, to: terms, withdrawing: [], reason: "late")
                }, throws: { ($0 as? EngineError)?.code == .illegalMove })
            #expect(try await engine.requestCase(request.summary.id).lines[0].units == "300")
        }
    }

    @Test("what is withdrawn counts no more, no older word of it comes back, and it may be said again") func withdrawn()
        async throws
    {
        try await withPractice { practice in
            let (engine, request) = try await opened(practice)
            let id = request.summary.id
            for item in [
                fact("dose_within_label", "false", day: 1), fact("dose_within_label", "true", day: 5),
                fact("ms_form", "\"rrms\"", day: 5),
            ] { _ = try await engine.record([item], for: id) }
            let read = try await engine.requestCase(id)
            var terms = read.terms
            terms.lines[0].asked.doseAmount = "150"
            let resting = read.evidence(restingOn: read.terms.changes(to: terms), try Rules.vocabulary())
            #expect(resting.map(\.number) == [1, 2])
            let result = try await engine.amend(
                read, to: terms, withdrawing: resting.map(\.number), reason: "half of it")
            let rows = try await engine.evidence(of: id)
            #expect(rows.map(\.isCurrent) == [false, false, true])
            #expect(rows.map(\.withdrawnBy) == [result.seq, result.seq, nil])
            // Of an older day than what was withdrawn, and the only one that counts.
            #expect(try await engine.record([fact("dose_within_label", "false", day: 1)], for: id).outcome == "applied")
            #expect(try await engine.evidence(of: id).map(\.isCurrent) == [false, false, true, true])
            let now = try await engine.requestCase(id)
            #expect(
                now.evidence(restingOn: now.terms.changes(to: read.terms), try Rules.vocabulary()).map(\.number) == [4])
            #expect(try await engine.verifyAudit(of: id).problems.isEmpty)
        }
    }

    @Test(
        "which facts rest on what",
        arguments: [
            ("dose", ["dose_within_label"]), ("first dose", ["live_vaccine_pending"]),
            ("place", ["site_of_care_confirmed"]),
            ("code", ["dose_within_label", "superior_response_attested"]), ("subtype", ["dose_within_label"]),
            ("disease", ["dose_within_label", "prior_therapies"]), ("weight", ["dose_within_label"]), ("modifier", []),
        ] as [(String, [String])])
    func rests(part: String, facts: [String]) async throws {
        try await withPractice { practice in
            let (engine, request) = try await opened(practice)
            for (name, value) in [
                ("dose_within_label", "true"), ("live_vaccine_pending", "false"), ("site_of_care_confirmed", "true"),
                ("superior_response_attested", "true"), ("prior_therapies", "{\"records\": [], \"complete\": true}"),
                ("edss", "3"),
            ] { _ = try await engine.record([fact(name, value, day: 5)], for: request.summary.id) }
            let read = try await engine.requestCase(request.summary.id)
            var terms = read.terms
            switch part {
            case "dose": terms.lines[0].asked.doseAmount = "150"
            case "first dose": terms.plannedOn = terms.plannedOn.adding(days: 1)
            case "place": terms.placeOfService = "22"
            case "code": terms.lines[0].asked.hcpcs = "Q5134"
            case "subtype": terms.diagnoses = ["G35.B1"]
            case "disease": terms.diagnoses = ["K50.013"]
            case "weight": terms.weight = "70"
            default: terms.lines[0].asked.modifiers = ["JZ"]
            }
            let resting = read.evidence(restingOn: read.terms.changes(to: terms), try Rules.vocabulary())
            #expect(resting.map(\.fact) == facts)
        }
    }
}
