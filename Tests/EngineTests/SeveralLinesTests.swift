import CivilTime
import Codes
import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("Several lines, several diagnoses") struct SeveralLinesTests {
    /// Induction and maintenance in two codes, a dose by weight.
    private static func order(person: Int = 1) -> NewRequest {
        var order = NewRequest.synthetic(person: person)
        order.kind = "transition"
        order.diagnoses = ["K50.00", "G35.A", "Z79.899"]
        order.patient.weight = "71.5"
        order.patient.height = "168"
        order.patient.weighedOn = CivilDate(iso: "2026-11-20")
        order.lines = [
            .init(
                hcpcs: "J2323", units: "300", doseAmount: "300", doseUnit: "mg", everyDays: 28, doses: 13,
                route: "iv", modifiers: ["JZ"], ndc: "64406-008-01", discardedUnits: "0",
                administration: ["96413", "96415"], gates: ["touch", "jcv_antibody"]),
            .init(
                hcpcs: "J1745", units: "42", doseAmount: "415", doseUnit: "mg", everyDays: nil, everyMonths: 6,
                doses: nil, route: nil, modifiers: [], discardedUnits: "8"),
        ]
        return order
    }

    @Test("what was ordered is what is read, line by line and in order") func complete() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let id = try await engine.find(engine.open(Self.order())).id
            let record = try await engine.requestCase(id)
            #expect(record.detail.kind == "transition")
            #expect(record.detail.diagnoses == ["K50.00", "G35.A", "Z79.899"])
            #expect(record.detail.weight == "71.5" && record.detail.height == "168")
            #expect(record.detail.weighedOn == CivilDate(iso: "2026-11-20"))
            let lines = record.lines
            #expect(lines.map(\.number) == [1, 2] && lines.map(\.hcpcs) == ["J2323", "J1745"])
            #expect(lines.map(\.every) == ["28 days", "6 months"] && lines.map(\.doses) == [13, nil])
            #expect(lines.map(\.ndc) == ["64406-008-01", nil] && lines.map(\.discardedUnits) == ["0", "8"])
            #expect(lines.map(\.administration) == [["96413", "96415"], []])
            #expect(lines.map(\.gates) == [["touch", "jcv_antibody"], []])
            #expect(lines.map(\.route) == ["iv", nil] && lines.map(\.modifiers) == [["JZ"], []])
            #expect(lines.map(\.units) == ["300", "42"] && lines.map(\.doseAmount) == ["300", "415"])
        }
    }

    @Test("lists say how many lines there are") func lists() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            _ = try await engine.open(Self.order())
            _ = try await engine.open(.synthetic(person: 2))
            let listed = try await engine.list(RequestFilter())
            #expect(listed.map(\.lineCount).sorted() == [1, 2])
            #expect(listed.first { $0.lineCount == 2 }?.hcpcs == "J2323")
            let work = try await engine.worklist()
            #expect(work.map(\.lineCount).sorted() == [1, 2])
        }
    }

    @Test("a live request is in the way of each of its codes", arguments: ["J2323", "J1745"])
    func duplicates(code: String) async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let first = try await engine.open(Self.order())
            var second = NewRequest.synthetic(hcpcs: "J9312")
            second.lines.append(
                .init(
                    hcpcs: code, units: "1", doseAmount: "1", doseUnit: "mg", everyDays: nil, doses: nil, route: nil,
                    modifiers: []))
            let error = await #expect(throws: EngineError.self) { try await engine.open(second) }
            #expect(error?.code == .conflict && error?.message.contains(first) == true)
        }
    }

    @Test(
        "an approval in force is in the way of each kind but its continuation",
        arguments: [
            ("initial", false), ("continuation", true), ("restart", false), ("transition", false),
        ])
    func kinds(kind: String, isOpened: Bool) async throws {
        try await withPractice { practice in
            let first = try await practice.requestInReview(person: 1)
            let engine = practice.engine(at: Practice.opening)
            try await approve(first.reference, 1, until: "2027-05-31", in: engine)
            var next = NewRequest.synthetic()
            next.kind = kind
            let opened = try? await engine.open(next)
            #expect((opened != nil) == isOpened)
        }
    }

    @Test("the last approval's end is of an earlier request, the same patient, payer and drug") func lastEnd()
        async throws
    {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let first = try await practice.requestInReview(person: 1)
            #expect(try await engine.requestCase(first.id).lastApprovalEnd == nil)
            try await approve(first.reference, 1, until: "2027-05-31", in: engine)
            // Its own approval is none before it.
            #expect(try await engine.requestCase(first.id).lastApprovalEnd == nil)
            var next = NewRequest.synthetic()
            next.kind = "continuation"
            let later = practice.engine(at: Practice.opening.addingTimeInterval(86_400))
            let second = try await later.find(later.open(next)).id
            #expect(try await later.requestCase(second).lastApprovalEnd == CivilDate(iso: "2027-05-31"))
            // A corrected end counts, and so does one that is not known any more.
            try await approve(first.reference, 1, until: "2027-04-30", in: engine)
            #expect(try await later.requestCase(second).lastApprovalEnd == CivilDate(iso: "2027-04-30"))
            for other in [NewRequest.synthetic(person: 2), .synthetic(payer: "west"), Self.otherDrug] {
                let id = try await later.find(later.open(other)).id
                #expect(try await later.requestCase(id).lastApprovalEnd == nil)
            }
            _ = try await engine.apply("authorization.voided", to: first.id, sourceKey: "void")
            #expect(try await later.requestCase(second).lastApprovalEnd == nil)
        }
    }

    @Test("lines approved to different days are listed each with its own end, and the last of them is the drug's")
    func ends() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let opened = try await engine.find(engine.open(Self.order()))
            let events = ["criteria.met", "submission.requested", "payer.received"].map { event in
                EventInput(request: opened.id, event: event, sourceKey: event, occurredAt: Practice.opening)
            }
            try await practice.transaction(at: Practice.opening) { session in _ = try session.apply(events) }
            try await approve(opened.reference, 1, code: "J1745", until: "2027-02-28", in: engine)
            #expect(try await engine.requestCase(opened.id).summary.state == "approved_in_part")
            try await approve(opened.reference, 1, code: "J2323", until: "2027-05-31", in: engine)
            let ending = try await engine.expiring(by: #require(CivilDate(iso: "2027-12-31")))
            #expect(ending.map(\.hcpcs) == ["J1745", "J2323"])
            #expect(ending.map { $0.validTo?.description } == ["2027-02-28", "2027-05-31"])
            var next = Self.order()
            next.kind = "continuation"
            let later = practice.engine(at: Practice.opening.addingTimeInterval(86_400))
            let second = try await later.find(later.open(next)).id
            #expect(try await later.requestCase(second).lastApprovalEnd == CivilDate(iso: "2027-05-31"))
        }
    }

    private static var otherDrug: NewRequest {
        var order = NewRequest.synthetic(hcpcs: "J2329")
        order.drug = "Briumvi"
        order.drugID = "ublituximab"
        return order
    }

    private func approve(
        _ reference: String, _ person: Int, code: String? = nil, until end: String, in engine: Engine
    ) async throws {
        let day = try #require(CivilDate(iso: "2026-11-24"))
        var record = [
            "trace": reference, "member_id": "M-\(1000 + person)", "kind": "approved", "as_of": "2026-11-24",
            "authorization_number": "A-1", "from": "2026-11-01", "to": end,
        ]
        record["hcpcs"] = code
        let row = try await engine.recordDecision(record, payer: "north", asOf: day)
        try #require(row.outcome == "applied", "\(row)")
        // The approved period has begun.
        _ = try await engine.fireDue()
    }

    @Test(
        "the brand is known where the order named it",
        arguments: [
            ("Tysabri", "Tysabri"), ("TYSABRI (natalizumab)", "Tysabri"), ("natalizumab", nil),
            ("natalizumab-sztn", "natalizumab-sztn"),
        ] as [(String, String?)])
    func brand(ordered: String, expected: String?) async throws {
        let drugs = try DrugFacts(yaml: Rules.read("codes/drugs.yaml"), file: "drugs.yaml")
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            var order = NewRequest.synthetic()
            order.drug = ordered
            let id = try await engine.find(engine.open(order)).id
            #expect(try await engine.requestCase(id).brand(in: drugs) == expected)
        }
    }
}
