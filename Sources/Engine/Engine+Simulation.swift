public import CivilTime
public import Criteria
import Payers
import PostgresClient

extension Engine {
    /// Judges past requests anew, with the facts known then: by this policy and by what is on file. Writes nothing.
    ///
    /// Reads every request once, some thousands at a time, so that memory does not grow with their number.
    /// - Parameters:
    ///   - payers: ids; requests of others are left out.
    ///   - since: the first day of submission that counts.
    ///   - most: how many flips are kept one by one.
    public func simulate(
        _ policy: Policy, rules: CriteriaRules, payers: [String], since: CivilDate?, most: Int
    ) async throws -> PolicySimulation {
        try await transaction(readOnly: true) { session in
            var simulator = PolicySimulator(policy: policy, rules: rules, payers: payers, most: most)
            // A level of the product that is not named excludes nothing.
            let drugs = policy.product.drugs.isEmpty ? nil : policy.product.drugs
            try session.execute(
                PastRequest.cursor(
                    payers: payers, drugs: drugs, facts: simulator.wanted.sorted(), since: since))
            while true {
                let rows = try session.query("fetch 2000 from past_requests")
                for row in rows { simulator.judge(try PastRequest(row)) }
                if rows.count < 2000 { break }
            }
            return simulator.result()
        }
    }
}
