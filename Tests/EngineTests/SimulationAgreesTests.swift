import CivilTime
import Criteria
import Engine
import Foundation
import Payers
import PostgresClient
import Testing

/// A simulation reads all past requests by a query of its own, a check reads one request as it is: both must come to the
/// same.
@Suite("Simulations and checks") struct SimulationAgreesTests {
    @Test(
        "agree on random requests, by the rules on file and by others, whatever is recorded afterwards",
        arguments: zip(["unitedhealthcare", "aetna", "bcbs_north_dakota", "hcsc", "cigna"], 1...5))
    func agree(payer: String, seed: Int) async throws {
        let (rules, others) = try (ShippedRules.of(payer), ShippedRules.of(payer, isChanged: true))
        var orders = try RandomOrders(payer: payer, policies: rules.catalog.policies(of: payer), seed: UInt64(seed))
        try await withPractice { practice in
            _ = try await practice.engine(at: Practice.opening).publishPayer(
                payer, name: payer, timeZone: "America/Chicago", module: PostgresJSON("{}"), clocks: PostgresJSON("[]"))
            var sent: [Sent] = []
            for person in 1...60 {
                sent.append(try await send(orders.next(person: person), rules, others, practice))
            }
            for policy in try others.catalog.policies(of: payer) where policy.product.brands.isEmpty {
                let engine = practice.engine(at: RandomOrder.day(30))
                let simulation = try await engine.simulate(policy, rules: rules, payers: [payer], since: nil, most: 100)
                try compare(simulation, policy, sent, others.catalog.policies(of: payer), "seed \(seed)")
            }
        }
    }

    /// A request that was sent, and what checks said of it just before.
    private struct Sent {
        let reference: String
        let drug: RequestedDrug
        let now: CriteriaReport
        let byOthers: CriteriaReport
    }

    private func send(
        _ order: RandomOrder, _ rules: CriteriaRules, _ others: CriteriaRules, _ practice: Practice
    ) async throws -> Sent {
        let (id, reference, _) = try await practice.engine(at: Practice.opening).find(
            practice.engine(at: Practice.opening).open(order.request))
        let engine = practice.engine(at: RandomOrder.day(order.daysOpen))
        for item in order.evidence { _ = try await engine.record([item], for: id) }
        let opened = try await engine.requestCase(id)
        let today = RandomOrder.opening.adding(days: order.daysOpen)
        let sent = Sent(
            reference: reference, drug: order.drug, now: try opened.check(rules, asOf: today),
            byOthers: try opened.check(others, asOf: today))
        let ready = try await engine.apply("criteria.met", to: id, sourceKey: "met")
        _ = try await engine.requestSubmission(
            of: id, at: ready.seq, channel: "file_drop", verdict: "met", override: nil, document: "packet", json: "{}")
        for item in order.lateEvidence {
            _ = try await practice.engine(at: RandomOrder.day(order.daysOpen + 1)).record([item], for: id)
        }
        return sent
    }

    private func compare(
        _ simulation: PolicySimulation, _ policy: Policy, _ sent: [Sent], _ policies: [Policy], _ seed: String
    ) throws {
        let judged = sent.filter { policy.names($0.drug) }
        let remark: Comment = "\(seed), \(policy.id) version \(policy.version), \(policy.decides)"
        #expect(simulation.judged == judged.count, remark)
        #expect(simulation.unreadableValues == 0, remark)
        let before = judged.map { $0.now.answer(policy.decides) }
        for answer in PolicySimulation.Answer.allCases {
            #expect(simulation.present.count(answer) == before.count { $0 == answer }, "\(remark): \(answer)")
        }
        // What the new one says alone is what a check says only where there is no other one.
        let alike = policies.filter { other in
            other.decides == policy.decides && judged.contains { other.names($0.drug) }
        }
        guard alike.count == 1, policy.members == nil else { return }
        let after = judged.map { $0.byOthers.answer(policy.decides) }
        for answer in PolicySimulation.Answer.allCases {
            #expect(simulation.new.count(answer) == after.count { $0 == answer }, "\(remark), changed: \(answer)")
        }
        let flips = zip(judged, zip(before, after)).filter { $0.1.0 != $0.1.1 }
            .map { "\($0.0.reference) \($0.1.0) \($0.1.1)" }
        #expect(simulation.flips.map { "\($0.request) \($0.before) \($0.after)" } == flips.sorted(), remark)
    }
}

extension CriteriaReport {
    /// The worst of the lines', in the words of a simulation.
    fileprivate func answer(_ decision: Policy.Decision) -> PolicySimulation.Answer {
        let answers = decisions.filter { $0.decision == decision }.map { line -> PolicySimulation.Answer in
            switch line.check {
            case .evaluated(let evaluation): PolicySimulation.Answer(rawValue: evaluation.verdict.rawValue) ?? .unknown
            case .notLoaded: .notLoaded
            case .ambiguous: .unknown
            }
        }
        return [.unmet, .notLoaded, .unknown, .met].first { answers.contains($0) } ?? .notLoaded
    }
}

extension PayerCatalog {
    fileprivate func policies(of payer: String) throws -> [Policy] { try #require(self.payer(payer)).policies }
}
