import CivilTime
import Criteria
import Payers

/// Why somebody should look at a policy again, as of a day.
struct PolicyStanding: Equatable {
    enum Reason: Equatable {
        /// The day by which somebody should have compared it with the payer's document has passed.
        case overdue(since: CivilDate)
        case due(on: CivilDate)
        /// It no longer holds, and no other file of it does.
        case ended(on: CivilDate)
        case superseded(note: String)
        case unconfirmed(note: String)
        /// Ids of sources in which nobody has seen what the file says.
        case unverified(sources: [String])
    }

    /// The most pressing first.
    let reasons: [Reason]

    /// - Parameters:
    ///   - day: the last day of review that counts as near.
    ///   - others: the payer's other policies. A version that has ended and is followed by one of them is history, and
    ///     nothing has to be done about it.
    init(_ policy: Policy, today: CivilDate, dueBy day: CivilDate, others: [Policy]) {
        let hasEnded = policy.effectiveTo.map { $0 < today } ?? false
        let isFollowed = others.contains {
            $0.id == policy.id && $0.decides == policy.decides && $0.isInForce(on: today)
        }
        guard !(hasEnded && isFollowed) else {
            reasons = []
            return
        }
        var reasons: [Reason] = []
        if policy.reviewBy < today {
            reasons.append(.overdue(since: policy.reviewBy))
        } else if policy.reviewBy <= day {
            reasons.append(.due(on: policy.reviewBy))
        }
        if hasEnded, let last = policy.effectiveTo { reasons.append(.ended(on: last)) }
        switch policy.status {
        case .current: break
        case .superseded(let note): reasons.append(.superseded(note: note))
        case .unconfirmed(let note): reasons.append(.unconfirmed(note: note))
        }
        let unseen = policy.sources.filter { !$0.isVerified }.map(\.id)
        if !unseen.isEmpty { reasons.append(.unverified(sources: unseen)) }
        self.reasons = reasons
    }

    var isStale: Bool { !reasons.isEmpty }

    /// Time has come for it: its review, or its end.
    var isToReview: Bool { reasons.contains { !$0.isOfTrust } }

    /// Whether somebody has yet to see that the file says what the payer says today.
    var isUnconfirmed: Bool { reasons.contains(where: \.isOfTrust) }

    /// `review was due on 2026-03-01, unconfirmed`
    var inWords: String { reasons.map(\.inWords).joined(separator: ", ") }

    /// For programs: `overdue`, `due`, `ended`, `superseded`, `unconfirmed`, `unverified`.
    var codes: String { reasons.map(\.code).joined(separator: " ") }

    /// Past its day of review, as opposed to other reasons.
    var isOverdue: Bool { reasons.contains { if case .overdue = $0 { true } else { false } } }
}

extension PolicyStanding.Reason {
    fileprivate var isOfTrust: Bool {
        switch self {
        case .superseded, .unconfirmed, .unverified: true
        case .overdue, .due, .ended: false
        }
    }

    var inWords: String {
        switch self {
        case .overdue(let day): "review was due on \(day)"
        case .due(let day): "review is due on \(day)"
        case .ended(let day): "ended on \(day) and nothing on file follows"
        case .superseded: "superseded"
        case .unconfirmed: "unconfirmed"
        case .unverified(let sources): "not seen in the source: \(sources.joined(separator: ", "))"
        }
    }

    fileprivate var code: String {
        switch self {
        case .overdue: "overdue"
        case .due: "due"
        case .ended: "ended"
        case .superseded: "superseded"
        case .unconfirmed: "unconfirmed"
        case .unverified: "unverified"
        }
    }
}

extension Policy.Product {
    /// What it speaks of: ingredients, else brands, else classes, else codes.
    var ingredients: [String] { [drugs, brands, classes, hcpcs].first { !$0.isEmpty } ?? [] }
}

extension Policy.Status {
    var word: String {
        switch self {
        case .current: "current"
        case .superseded: "superseded"
        case .unconfirmed: "unconfirmed"
        }
    }

    var note: String? {
        switch self {
        case .current: nil
        case .superseded(let note), .unconfirmed(let note): note
        }
    }
}

extension PayerModule {
    /// Each policy with what it lacks.
    func standings(today: CivilDate, within: Lapse) -> [(policy: Policy, standing: PolicyStanding)] {
        policies.enumerated().map { index, policy in
            let others = policies.enumerated().filter { $0.offset != index }.map(\.element)
            return (policy, PolicyStanding(policy, today: today, dueBy: within.after(today), others: others))
        }
    }
}
