import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("Opening and finding requests") struct OpeningTests {
    @Test("one patient for one person, a second live request for the same code refused") func patients() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let first = try await engine.open(.synthetic(memberID: "M-77 12"))
            let again = await #expect(throws: EngineError.self) {
                try await engine.open(.synthetic(memberID: "m7712"))
            }
            #expect(again?.code == .conflict && again?.message.contains(first) == true)
            _ = try await engine.open(.synthetic(hcpcs: "J2329", memberID: "m7712"))
            // A twin under the same member id is another person.
            var twin = NewRequest.synthetic(memberID: "M-7712")
            twin.patient.given = "Juniper"
            _ = try await engine.open(twin)
            let patients = try await practice.asOwner { session in
                try session.query("select count(*) from precert.patient").first?.decode(Int.self)
            }
            #expect(patients == 2)
            // Once withdrawn, the same may be asked again.
            let id = try await engine.find(first).id
            _ = try await engine.apply("request.withdrawn", to: id, sourceKey: "w")
            var order = NewRequest.synthetic(memberID: "M7712")
            order.coverage = .init(funding: "fully_insured", state: "ND")
            let last = try await engine.find(try await engine.open(order))
            // However the order writes the member id: what was opened can be read, with the plan as it was last told.
            let detail = try await engine.requestCase(last.id).detail
            #expect(detail.memberID == "M7712" && detail.funding == "fully_insured" && detail.planState == "ND")
        }
    }

    @Test("of equal orders at once exactly one is opened") func concurrent() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let opened = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 { group.addTask { (try? await engine.open(.synthetic())) != nil } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            let stored = try await engine.list(RequestFilter()).count
            #expect(opened == 1 && stored == 1)
        }
    }

    @Test("finds by a prefix as people write it, and says which fit when several do") func find() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            var references: [String] = []
            for person in 0..<40 { references.append(try await engine.open(.synthetic(person: person))) }
            for reference in references {
                let letters = reference.dropFirst(3)
                let misread = letters.replacing("0", with: "o").replacing("1", with: "l")
                for typed in [reference, reference.lowercased(), String(letters), " \(misread) ", "PA" + letters] {
                    #expect(try await engine.find(typed).reference == reference, "\(typed)")
                }
            }
            // Forty in thirty-two first letters: some letter has two.
            let shared = try #require(
                Dictionary(grouping: references) { $0.prefix(4) }.first { $0.value.count > 1 })
            let several = await #expect(throws: EngineError.self) { try await engine.find(String(shared.key)) }
            #expect(several?.code == .ambiguous)
            #expect(shared.value.filter { several?.message.contains($0) == true }.count == min(5, shared.value.count))
            for typed in ["", "PA-", "PA-UUUU", "%", "ABCDEFGHJ"] {
                let none = await #expect(throws: EngineError.self) { try await engine.find(typed) }
                #expect(none?.code == .notFound, "\(typed)")
            }
        }
    }
}
