public import CivilTime
public import Criteria
import Diagnostics

/// Which policy answers for a drug at a payer on a day.
public enum PolicyLookup: Sendable {
    case found(Policy)
    /// Nothing on file answers; why, and what is there instead. Never a guess.
    case notLoaded(reason: String)
    /// Several policies hold on the day, and nobody has said which; what to ask to know it.
    case ambiguous([Policy], reason: String, questions: [MissingFact])
}

/// What is asked for, on the four levels on which a policy may name a drug. What is unknown excludes nothing.
public struct RequestedDrug: Hashable, Sendable {
    /// The ingredient, for example `natalizumab`.
    public var ingredient: String?
    /// The brand, for example `Tysabri`.
    public var brand: String?
    public var hcpcs: String?
    public var drugClass: String?
    /// Where the brand is not known: those that the code is sold under, as they are written.
    public var possibleBrands: [String]

    public init(
        ingredient: String? = nil, brand: String? = nil, hcpcs: String? = nil, drugClass: String? = nil,
        possibleBrands: [String] = []
    ) {
        self.ingredient = ingredient?.lowercased()
        self.brand = brand?.lowercased()
        self.hcpcs = hcpcs?.uppercased()
        self.drugClass = drugClass
        self.possibleBrands = brand == nil ? possibleBrands : []
    }

    var inWords: String { [ingredient ?? brand, hcpcs].compactMap { $0 }.joined(separator: " ") }

    func named(_ brand: String) -> RequestedDrug {
        RequestedDrug(ingredient: ingredient, brand: brand, hcpcs: hcpcs, drugClass: drugClass)
    }
}

/// The days by which versions of policies are judged.
public struct GoverningDates: Hashable, Sendable {
    public let service: CivilDate
    public let received: CivilDate

    public init(service: CivilDate, received: CivilDate? = nil) {
        self.service = service
        self.received = received ?? service
    }

    public func date(for policy: Policy) -> CivilDate { policy.governedBy == .serviceDate ? service : received }
}

extension PayerCatalog {
    /// Finds the policy for a drug.
    /// - Parameters:
    ///   - payer: id, name or EDI id.
    ///   - drug: what is asked for. A policy that names codes does not answer for another code of the same ingredient.
    ///   - decision: which of the payer's decisions.
    ///   - facts: what is on record, to tell for whom a policy holds.
    public func policy(
        payer name: String, drug: RequestedDrug, decision: Policy.Decision = .authorization, on dates: GoverningDates,
        facts: Facts = [:], asOf: CivilDate? = nil
    ) -> PolicyLookup {
        guard let payer = payer(name) else {
            let hint = nearestMatch(to: name.lowercased(), among: modules.map(\.id)).map { "; did you mean \"\($0)\"?" }
            let known = modules.map(\.id).joined(separator: ", ")
            return .notLoaded(reason: "no module for the payer \"\(name)\"\(hint ?? "; on file: \(known)")")
        }
        guard drug != RequestedDrug() else { return .notLoaded(reason: "no drug and no code was named") }
        let what = drug.inWords + (decision == .authorization ? "" : ", \(decision.inWords)")
        let own = payer.policies.filter { $0.decides == decision }
        let asked = [drug] + drug.possibleBrands.map(drug.named)
        let candidates =
            own.contains { policy in asked.contains(where: policy.product.names) }
            ? own : own + delegated(payer, drug, decision)
        if let reason = brandToName(drug, what, payer, candidates, dates) { return .notLoaded(reason: reason) }
        let naming = candidates.filter { policy in
            policy.product.names(drug) || drug.possibleBrands.contains { policy.product.names(drug.named($0)) }
        }
        guard !naming.isEmpty else {
            let ofIngredient = RequestedDrug(ingredient: drug.ingredient)
            if drug.ingredient != nil, let hcpcs = drug.hcpcs,
                let other = candidates.first(where: { $0.product.names(ofIngredient) })
            {
                return .notLoaded(
                    reason: "\(payer.name): the policy for \(drug.ingredient ?? "") names "
                        + "\(other.product.hcpcs.joined(separator: ", ")) (\(other.product.name)), not \(hcpcs)")
            }
            return .notLoaded(reason: "\(payer.name): no policy for \(what) is on file")
        }
        let holding = naming.filter { $0.isInForce(on: dates.date(for: $0)) }
        if holding.isEmpty {
            let spans = naming.map { policy in
                [policy.effectiveFrom.map { "from \($0)" }, policy.effectiveTo.map { "to \($0)" }].compactMap { $0 }
                    .joined(separator: " ")
            }
            return .notLoaded(
                reason: "\(payer.name): the policy for \(what) on file holds \(spans.joined(separator: " and ")), "
                    + "not on \(dates.date(for: naming[0]))")
        }
        return choose(among: holding, payer, what, dates, facts, asOf: asOf ?? dates.received)
    }

    /// Which of the payer's decisions, beside the authorization, there are policies for: its own, or those of whom it leaves
    /// the drug to.
    public func otherDecisions(payer name: String, drug: RequestedDrug) -> [Policy.Decision] {
        guard let payer = payer(name) else { return [] }
        let asked = [drug] + drug.possibleBrands.map(drug.named)
        return Policy.Decision.allCases.filter { decision in
            decision != .authorization
                && (payer.policies + delegated(payer, drug, decision)).contains { policy in
                    policy.decides == decision && asked.contains(where: policy.product.names)
                }
        }
    }

    /// Why the brand must be known: of the brands that the code is sold under, other policies answer for one than for
    /// another, or for one of them none. Nothing where the brand makes no difference.
    private func brandToName(
        _ drug: RequestedDrug, _ what: String, _ payer: PayerModule, _ candidates: [Policy], _ dates: GoverningDates
    ) -> String? {
        let answers = drug.possibleBrands.map { brand in
            (
                brand: brand,
                policies: candidates.filter {
                    $0.isInForce(on: dates.date(for: $0)) && $0.product.names(drug.named(brand))
                }
            )
        }
        let files = answers.map { $0.policies.map(\.location.file) }
        guard let first = files.first, files.contains(where: { $0 != first }) else { return nil }
        let sold = answers.map { answer in
            "\(answer.brand) (\(answer.policies.isEmpty ? "none on file" : answer.policies.map(\.id).joined(separator: ", ")))"
        }
        return
            "\(payer.name): which policy answers for \(what) depends on the brand, and the order names none of them: "
            + "\(sold.joined(separator: ", ")); write the brand as the order's drug, for example \"\(answers[0].brand)\""
    }

    /// The one that holds for this member.
    private func choose(
        among holding: [Policy], _ payer: PayerModule, _ what: String, _ dates: GoverningDates, _ facts: Facts,
        asOf: CivilDate
    ) -> PolicyLookup {
        let members = holding.map { (policy: $0, verdict: $0.membership(facts, asOf: asOf)) }
        let possible = members.filter { $0.verdict != .unmet }.map(\.policy)
        // A policy for this member in particular comes before one for everybody.
        let particular = members.filter { $0.verdict == .met && $0.policy.members != nil }.map(\.policy)
        let isSettled = members.allSatisfy { $0.policy.members == nil || $0.verdict != .unknown }
        if particular.count == 1, isSettled { return .found(particular[0]) }
        if possible.count == 1 { return .found(possible[0]) }
        guard !possible.isEmpty else {
            let whom = holding.compactMap { $0.members?.title }.joined(separator: "; ")
            return .notLoaded(
                reason: "\(payer.name): the policies for \(what) on file are not for this member"
                    + (whom.isEmpty ? "" : "; they hold for: \(whom)"))
        }
        var questions: [MissingFact] = []
        for question in possible.flatMap({ $0.membershipQuestions(facts, asOf: asOf) })
        where !questions.contains(where: { $0.fact == question.fact }) {
            questions.append(question)
        }
        let files = possible.map(\.location.file).joined(separator: ", ")
        return .ambiguous(
            possible,
            reason: "\(payer.name): several policies for \(what) hold on \(dates.date(for: possible[0])): \(files)",
            questions: questions)
    }

    private func delegated(_ payer: PayerModule, _ drug: RequestedDrug, _ decision: Policy.Decision) -> [Policy] {
        payer.delegates.filter { delegate in drug.ingredient.map { delegate.drugs.contains($0) } ?? false }
            .compactMap { self.payer($0.payer) }.flatMap(\.policies).filter { $0.decides == decision }
    }
}

extension Policy.Product {
    /// Whether the policy speaks of it: on each level that both name they agree, and there is one.
    func names(_ drug: RequestedDrug) -> Bool {
        let levels = [
            (drugs, drug.ingredient), (brands, drug.brand), (hcpcs, drug.hcpcs), (classes, drug.drugClass),
        ]
        var agreed = 0
        for case (let named, let asked?) in levels where !named.isEmpty {
            guard named.contains(where: { $0.lowercased() == asked.lowercased() }) else { return false }
            agreed += 1
        }
        return agreed > 0
    }
}
