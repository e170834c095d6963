import CivilTime
import Criteria
import Payers
import PostgresClient

/// Judges one past request after the other by a new policy and by those on file, and counts.
struct PolicySimulator {
    private let policy: Policy
    private let rules: CriteriaRules
    private let most: Int
    /// The facts that some policy in question looks at; the others need not be read.
    let wanted: Set<String>
    private var simulation = PolicySimulation()
    private var groups: [GroupKey: Int] = [:]
    /// Values read already: most of them come again and again.
    private var values: [ValueKey: FactValue?] = [:]

    private struct GroupKey: Hashable {
        let before: PolicySimulation.Answer
        let after: PolicySimulation.Answer
        let decisive: [String]
    }

    private struct ValueKey: Hashable {
        let fact: String
        let json: String
    }

    /// Beyond these, memory would grow with what is stored.
    private static let mostValues = 20_000
    private static let mostGroups = 1_000

    init(policy: Policy, rules: CriteriaRules, payers: [String], most: Int) {
        self.policy = policy
        self.rules = rules
        self.most = most
        let modules = rules.catalog.modules.filter { module in
            payers.contains(module.id) || module.id == policy.payer
                || rules.catalog.modules.contains { other in
                    payers.contains(other.id) && other.delegates.contains { $0.payer == module.id }
                }
        }
        wanted = modules.flatMap(\.policies).reduce(into: policy.askedFacts) { $0.formUnion($1.askedFacts) }
    }

    mutating func result() -> PolicySimulation {
        keepFirstFlips()
        var result = simulation
        result.groups = groups.map {
            PolicySimulation.FlipGroup(
                before: $0.key.before, after: $0.key.after, decisive: $0.key.decisive, count: $0.value)
        }.sorted { first, second in
            first.count == second.count
                ? first.decisive.lexicographicallyPrecedes(second.decisive) : first.count > second.count
        }
        return result
    }

    /// Counts a request, unless the policy does not speak of what it asks for.
    mutating func judge(_ past: PastRequest) {
        let recorded = recordedFacts(past)
        // What was said of single lines may tell them apart.
        let lineGroups = recorded.count > 1 ? past.order.lines.map { [$0] } : past.order.alikeLines
        var before: Outcome?
        var after: Outcome?
        for lines in lineGroups {
            let drug = past.order.requestedDrug(lines[0], rules)
            guard policy.names(drug) else { continue }
            let said = (recorded[nil] ?? [:]).merging(recorded[lines[0].number] ?? [:]) { $1 }
            let facts = past.order.facts(of: lines[0], recorded: said, rules, wanted: wanted)
            let (present, new) = outcomes(past, drug, facts)
            // The worst of the lines is the request's.
            before = before.map { $0.answer.rank <= present.answer.rank ? $0 : present } ?? present
            after = after.map { $0.answer.rank <= new.answer.rank ? $0 : new } ?? new
        }
        guard let before, let after else { return }
        simulation.judged += 1
        simulation.present.add(before.answer, past.decision)
        simulation.new.add(after.answer, past.decision)
        guard before.answer != after.answer else { return }
        let decisive = after.answer.rank < before.answer.rank ? after.decisive(past) : before.decisive(past)
        simulation.flipCount += 1
        let key = GroupKey(before: before.answer, after: after.answer, decisive: decisive)
        if groups[key] != nil || groups.count < Self.mostGroups {
            groups[key, default: 0] += 1
        } else {
            groups[GroupKey(before: key.before, after: key.after, decisive: ["others"]), default: 0] += 1
        }
        simulation.flips.append(
            PolicySimulation.Flip(
                request: past.order.summary.reference, before: before.answer, after: after.answer, decisive: decisive,
                decision: past.decision, judgedOn: past.judgedOn))
        if simulation.flips.count >= 2 * most + 1_000 { keepFirstFlips() }
    }

    /// The first ones by request, however the rows come.
    private mutating func keepFirstFlips() {
        simulation.flips.sort { $0.request < $1.request }
        simulation.flips.removeLast(max(0, simulation.flips.count - most))
    }

    /// What one policy says, and how to find out why.
    private struct Outcome {
        let answer: PolicySimulation.Answer
        var policy: Policy?
        var facts: Facts = [:]
        var fit = Policy.Fit.certain

        func decisive(_ past: PastRequest) -> [String] {
            policy?.decisiveCriteria(facts, phase: past.phase, asOf: past.judgedOn) ?? []
        }
    }

    /// By the first of the diagnoses that the criteria fit best, as `check` does it.
    private func outcomes(_ past: PastRequest, _ drug: RequestedDrug, _ facts: Facts) -> (Outcome, Outcome) {
        var best: (present: Outcome, new: Outcome)?
        for diagnosis in past.order.detail.diagnoses {
            var facts = facts
            facts["diagnosis"] = past.order.orderFact("diagnosis", diagnosis, rules)
            let (present, new) = (present(past, drug, facts), outcome(of: policy, past, facts))
            guard let first = best else {
                best = (present, new)
                continue
            }
            best = (
                present.fit > first.present.fit ? present : first.present, new.fit > first.new.fit ? new : first.new
            )
        }
        return best ?? (Outcome(answer: .unknown), Outcome(answer: .unknown))
    }

    /// What the policy on file says that holds for a request.
    private func present(_ past: PastRequest, _ drug: RequestedDrug, _ facts: Facts) -> Outcome {
        let dates = past.governingDates
        switch rules.catalog.policy(
            payer: past.order.summary.payerID, drug: drug, decision: policy.decides, on: dates, facts: facts,
            asOf: past.judgedOn)
        {
        case .found(let version): return outcome(of: version, past, facts)
        case .ambiguous: return Outcome(answer: .unknown)
        case .notLoaded:
            let version = rules.catalog.nearestVersion(
                of: policy, drug: drug, on: dates, facts: facts, asOf: past.judgedOn)
            return version.map { outcome(of: $0, past, facts) } ?? Outcome(answer: .notLoaded)
        }
    }

    /// What a version would have said, also of a day before or after its time.
    private func outcome(of version: Policy, _ past: PastRequest, _ facts: Facts) -> Outcome {
        let verdict = version.verdict(
            facts, phase: past.phase, asOf: past.judgedOn,
            governingDate: version.nearestDayInForce(to: past.governingDates.date(for: version)))
        // One diagnosis needs no comparing.
        let isOnly = past.order.detail.diagnoses.count == 1
        let fit = isOnly ? .certain : version.fit(facts, phase: past.phase, asOf: past.judgedOn)
        return Outcome(answer: .init(verdict), policy: version, facts: facts, fit: fit)
    }

    /// What is said of the request, under nothing, and of each line.
    private mutating func recordedFacts(_ past: PastRequest) -> [Int?: Facts] {
        var facts: [Int?: Facts] = [:]
        for (subject, recorded) in past.recorded {
            guard let value = value(of: subject.fact, json: recorded.value) else {
                simulation.unreadableValues += 1
                continue
            }
            facts[subject.line, default: [:]][subject.fact] = Fact(
                .known(value), observedOn: recorded.observedOn, proof: Fact.Proof(rawValue: recorded.source))
        }
        return facts
    }

    private mutating func value(of fact: String, json: String) -> FactValue? {
        let key = ValueKey(fact: fact, json: json)
        if let known = values[key] { return known }
        let value = try? rules.vocabulary.value(of: fact, from: PostgresJSON(json).vocabularyText)
        if values.count >= Self.mostValues { values.removeAll(keepingCapacity: true) }
        values[key] = .some(value)
        return value
    }
}

extension PastRequest {
    fileprivate var phase: CriteriaSet.Phase { CriteriaSet.Phase(rawValue: order.detail.kind) ?? .initial }

    fileprivate var governingDates: GoverningDates {
        GoverningDates(service: order.summary.plannedOn, received: judgedOn)
    }
}

extension PolicySimulation.Answer {
    /// From what says least for the request.
    fileprivate var rank: Int {
        switch self {
        case .unmet: 0
        case .notLoaded: 1
        case .unknown: 2
        case .met: 3
        }
    }
}
