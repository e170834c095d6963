public import CivilTime
public import Criteria

/// What one policy of the payer's says about a request.
public enum CriteriaCheck: Sendable {
    case evaluated(Evaluation)
    /// No policy on file answers; why. Never a guess.
    case notLoaded(reason: String)
    /// Several policies could answer, and nobody has said which; what to ask to know it.
    case ambiguous(reason: String, questions: [MissingFact])

    public var isMet: Bool {
        if case .evaluated(let evaluation) = self { evaluation.verdict == .met } else { false }
    }

    /// `met`, `unmet`, `unknown`, `policy not loaded` or `policy ambiguous`.
    public var verdictInWords: String {
        switch self {
        case .evaluated(let evaluation): evaluation.verdict.rawValue
        case .notLoaded: "policy not loaded"
        case .ambiguous: "policy ambiguous"
        }
    }

    var fit: Policy.Fit {
        // Without an evaluation the diagnosis makes no difference.
        guard case .evaluated(let evaluation) = self else { return .certain }
        guard evaluation.criteriaSet != nil else { return .none }
        // A set's first part says when it applies; sets that apply together are ways in beside each other.
        guard evaluation.trace.kind == "all", let applies = evaluation.trace.children.first else { return .certain }
        return applies.verdict == .met ? .certain : .perhaps
    }
}

/// One of the payer's decisions about service lines that are alike.
public struct DecisionCheck: Sendable {
    public let decision: Policy.Decision
    /// The lines, by number, and their codes.
    public let lines: [Int]
    public let hcpcs: String
    /// The diagnosis by which it was judged: the first of the order's for which the policy has criteria.
    public let diagnosis: String?
    /// As of the day of submission.
    public let check: CriteriaCheck
    /// As of the planned first dose, when that comes out otherwise: evidence grows old, versions change.
    public let atPlannedDose: CriteriaCheck?

    public init(
        _ decision: Policy.Decision, lines: [Int], hcpcs: String, diagnosis: String?, check: CriteriaCheck,
        atPlannedDose: CriteriaCheck? = nil
    ) {
        self.decision = decision
        self.lines = lines
        self.hcpcs = hcpcs
        self.diagnosis = diagnosis
        self.check = check
        self.atPlannedDose = atPlannedDose
    }
}

/// What the payer's published criteria say about a request now: one entry for each decision and kind of line.
public struct CriteriaReport: Sendable {
    /// The authorization first.
    public let decisions: [DecisionCheck]
    public let plannedOn: CivilDate

    public init(_ decisions: [DecisionCheck], plannedOn: CivilDate) {
        self.decisions = decisions
        self.plannedOn = plannedOn
    }

    /// Service lines spoken of, each once.
    public var lineCount: Int { Set(decisions.flatMap(\.lines)).count }

    /// All decisions come out met.
    public var isMet: Bool { !decisions.isEmpty && decisions.allSatisfy(\.check.isMet) }

    /// The worst of the verdicts, as `CriteriaCheck.verdictInWords` says it.
    public var verdictInWords: String {
        let words = decisions.map(\.check.verdictInWords)
        let order = ["unmet", "policy not loaded", "policy ambiguous", "unknown", "met"]
        return order.first { words.contains($0) } ?? "policy not loaded"
    }

    /// The authorization of the first line.
    public var first: CriteriaCheck { decisions.first?.check ?? .notLoaded(reason: "the request has no service line") }
}
