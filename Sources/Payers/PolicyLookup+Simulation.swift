public import CivilTime
public import Criteria

extension Policy {
    /// Whether it speaks of a drug, on every level that both name.
    public func names(_ drug: RequestedDrug) -> Bool { product.names(drug) }
}

extension PayerCatalog {
    /// The payers, by id, whose requests a policy judges: its own, and those that leave the drug to it.
    public func payers(judgedBy policy: Policy) -> [String] {
        modules.filter { module in
            module.id == policy.payer
                || module.delegates.contains { delegate in
                    delegate.payer == policy.payer
                        && (policy.product.drugs.isEmpty
                            || delegate.drugs.contains { policy.product.drugs.contains($0) })
                }
        }.map(\.id)
    }

    /// The version on file of a policy for a request of a time when no version on file was in force: the one nearest to
    /// that day, of those that are for this member.
    public func nearestVersion(
        of policy: Policy, drug: RequestedDrug, on dates: GoverningDates, facts: Facts, asOf: CivilDate
    ) -> Policy? {
        func distance(_ version: Policy) -> Int {
            let date = dates.date(for: version)
            return abs(date.days(until: version.nearestDayInForce(to: date)))
        }
        return modules.flatMap(\.policies)
            .filter { version in
                version.id == policy.id && version.decides == policy.decides && version.names(drug)
                    && version.membership(facts, asOf: asOf) != .unmet
            }
            .min { distance($0) < distance($1) }
    }
}
