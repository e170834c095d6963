import Criteria
import Payers
import Testing

/// Which infliximab product UnitedHealthcare covers first: a decision of its own, in two versions by date.
@Suite("Infliximab: which product first") struct InfliximabProductTests {
    private static let shipped = Result { try Shipped.catalog() }
    private let remicade = RequestedDrug(ingredient: "infliximab", brand: "Remicade", hcpcs: "J1745")

    private func policy(on date: String, _ facts: Facts = [:]) throws -> Policy? {
        let lookup = try Self.shipped.get().policy(
            payer: "unitedhealthcare", drug: remicade, decision: .preferredProduct,
            on: GoverningDates(service: day(date)), facts: facts)
        guard case .found(let policy) = lookup else { return nil }
        return policy
    }

    /// Fourteen weeks of Inflectra that brought too little, and what the physician attests.
    private func facts(attested: Bool) throws -> Facts {
        let trial: RecordList.Record = [
            "product": .word("inflectra"), "weeks": .number(try #require(FactNumber("14"))),
            "outcome": .word("inadequate_response"),
        ]
        return [
            "plan_uses_medical_necessity": Fact(.known(.boolean(true))),
            "requested_hcpcs": Fact(.known(.code("J1745"))),
            "prior_therapies": Fact(.known(.records(RecordList([trial], isComplete: true)))),
            "superior_response_attested": Fact(.known(.boolean(attested)), observedOn: try day("2026-11-01")),
            "event_not_expected_again_attested": Fact(.known(.boolean(false)), observedOn: try day("2026-11-01")),
            "maintenance_response_lost": Fact(.known(.boolean(false))),
        ]
    }

    @Test(
        "the day of service chooses the version",
        arguments: [("2026-01-31", "2025D0004AQ"), ("2026-02-01", "2026D0004AR"), ("2025-09-30", "none")])
    func version(date: String, number: String) throws {
        #expect(try policy(on: date)?.number ?? "none" == number)
    }

    @Test("a trial without the attestation is unmet by the payer's own text, and ambiguous where accounts differ")
    func readings() throws {
        let facts = try facts(attested: false)
        let before = try #require(try policy(on: "2026-01-15"))
            .evaluate(facts, phase: .initial, asOf: day("2026-11-24"), governingDate: day("2026-01-15"))
        let after = try #require(try policy(on: "2026-11-24"))
            .evaluate(facts, phase: .initial, asOf: day("2026-11-24"))
        #expect(before.verdict == .unmet)
        #expect(after.verdict == .unknown)
        #expect(after.missing.isEmpty, "no fact can settle what the payer means")
    }

    @Test("with the attestation both readings hold, at the start, going on and for a new member")
    func bothReadings() throws {
        for phase in [CriteriaSet.Phase.initial, .continuation, .transition] {
            let evaluation = try #require(try policy(on: "2026-11-24"))
                .evaluate(facts(attested: true), phase: phase, asOf: day("2026-11-24"))
            #expect(evaluation.verdict == .met)
        }
    }

    @Test("it is not the policy of plans that do not work by medical necessity")
    func members() throws {
        #expect(try policy(on: "2026-11-24", ["plan_uses_medical_necessity": Fact(.known(.boolean(false)))]) == nil)
        #expect(try policy(on: "2026-11-24", ["plan_uses_medical_necessity": Fact(.known(.boolean(true)))]) != nil)
    }

    @Test("whose vedolizumab policy it is must be asked, and the kind of plan settles it")
    func vedolizumab() throws {
        let drug = RequestedDrug(ingredient: "vedolizumab", brand: "Entyvio", hcpcs: "J3380")
        func lookUp(_ facts: Facts) throws -> PolicyLookup {
            try Self.shipped.get().policy(
                payer: "unitedhealthcare", drug: drug, on: GoverningDates(service: day("2026-12-01")), facts: facts)
        }
        guard case .ambiguous(_, _, let questions) = try lookUp([:]) else {
            Issue.record("nobody was asked")
            return
        }
        #expect(questions.contains { $0.fact == "plan_line" })
        guard case .found(let policy) = try lookUp(["plan_line": Fact(.known(.word("commercial")))]) else {
            Issue.record("the kind of plan does not settle it")
            return
        }
        #expect(policy.number == nil)
    }
}
