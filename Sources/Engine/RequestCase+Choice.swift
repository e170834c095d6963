public import CivilTime
public import Criteria
import Diagnostics
import Payers

/// Why a version of a policy answers for a request.
public struct PolicyChoice: Sendable {
    public let policy: Policy
    /// Why this one: product, day, members.
    public let reasons: [String]
    /// The others on file that speak of the drug, and why each is not the one.
    public let others: [String]
}

extension RequestCase {
    /// Says why `check` judged a decision by the policy that it did; nothing when it had none.
    ///
    /// - Parameter date: the day that `check` was given.
    public func choice(
        for decision: DecisionCheck, _ evaluation: Evaluation, _ rules: CriteriaRules, asOf date: CivilDate
    ) -> PolicyChoice? {
        guard let line = lines.first(where: { decision.lines.contains($0.number) }),
            let policy = rules.catalog.modules.flatMap(\.policies)
                .first(where: { $0.stamp == evaluation.policy && $0.decides == decision.decision })
        else { return nil }
        let drug = requestedDrug(line, rules)
        let dates = GoverningDates(service: summary.plannedOn, received: date)
        var reasons: [String] = []
        if policy.payer != summary.payerID {
            reasons.append("\(summary.payerID) leaves this drug to \(policy.payer)")
        }
        let levels = [
            ("ingredient", policy.product.drugs, drug.ingredient), ("brand", policy.product.brands, drug.brand),
            ("code", policy.product.hcpcs, drug.hcpcs), ("class", policy.product.classes, drug.drugClass),
        ]
        let agreed = levels.filter { !$0.1.isEmpty && $0.2 != nil }.map { "\($0.0) \($0.2 ?? "")" }
        reasons.append("it speaks of the \(agreed.joined(separator: " and "))")
        reasons.append("\(policy.dayInWords(dates)): \(policy.spanInWords)")
        if let members = policy.members {
            let verdict = policy.membership(memberFacts(line, evaluation, rules), asOf: date)
            reasons.append("it holds for: \(members.title ?? "some members") (\(verdict.rawValue))")
        } else {
            reasons.append("it holds for every member")
        }
        if let set = evaluation.criteriaSet, let diagnosis = decision.diagnosis {
            reasons.append("\(set) is the set for \(diagnosis) and a request of the kind \(detail.kind)")
        }
        let others = rules.catalog.modules.first { $0.id == policy.payer }?.policies.filter { other in
            other.decides == policy.decides && other.names(drug) && other.location.file != policy.location.file
        }.map { other in
            let reason =
                other.isInForce(on: dates.date(for: other))
                ? "for \(other.members.map { $0.title ?? "some members" } ?? "every member")"
                : "\(other.dayInWords(dates)), and it holds \(other.spanInWords)"
            return "\(other.location.file): \(reason)"
        }
        return PolicyChoice(policy: policy, reasons: reasons, others: others ?? [])
    }

    private func memberFacts(_ line: Line, _ evaluation: Evaluation, _ rules: CriteriaRules) -> Facts {
        let recorded = (try? recordedFacts(of: line, rules)) ?? [:]
        return facts(of: line, recorded: recorded, rules)
    }
}

extension Policy {
    /// `judged by the date of service, 2026-12-08`
    fileprivate func dayInWords(_ dates: GoverningDates) -> String {
        let what = governedBy == .serviceDate ? "service" : "receipt"
        return "judged by the date of \(what), \(dates.date(for: self))"
    }

    /// `from 2026-01-01 to 2026-12-31`
    fileprivate var spanInWords: String {
        let from = effectiveFrom.map { "from \($0)" } ?? "from a day that is not on file"
        return from + (effectiveTo.map { " to \($0)" } ?? " on")
    }
}
