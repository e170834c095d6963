public import CivilTime
import Diagnostics

extension Policy {
    /// Evaluates the criteria that apply to the facts.
    /// - Parameters:
    ///   - phase: to begin with the drug, or to go on with it.
    ///   - asOf: the day for which ages of evidence and look-backs are counted.
    ///   - governingDate: the day by which this policy's version is judged, a day of service or of receipt as
    ///     `governedBy` says; the as-of date when it is not known yet.
    public func evaluate(
        _ facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate, governingDate: CivilDate? = nil
    ) -> Evaluation {
        let candidates = sets.filter { $0.phase == phase }
        let verdicts = candidates.map { set in
            EvaluatedTree(set.appliesWhen, facts: facts, asOf: asOf, declarations: declarations).verdict
        }
        let applying = zip(candidates, verdicts).filter { $0.1 == .met }.map(\.0)
        let possible = zip(candidates, verdicts).filter { $0.1 == .unknown }.map(\.0)
        if applying.count == 1 { return evaluate(applying[0], facts, asOf: asOf, governingDate: governingDate) }
        if applying.isEmpty, possible.count == 1 {
            return evaluate(possible[0], facts, asOf: asOf, governingDate: governingDate)
        }
        let reason: String
        if applying.count > 1 {
            reason = "the facts fit several sets of criteria: \(applying.map(\.id).joined(separator: ", ")); say which"
        } else if possible.isEmpty {
            reason =
                "the policy on file has no criteria (\(phase.rawValue)) for this diagnosis: policy not loaded for it"
        } else {
            reason = "which criteria apply is not known yet: \(possible.map(\.id).joined(separator: ", "))"
        }
        let choice = Criterion(
            .any((applying.isEmpty ? possible.isEmpty ? candidates : possible : applying).map(\.appliesWhen)),
            title: "Criteria for this diagnosis", at: location)
        let tree = EvaluatedTree(choice, facts: facts, asOf: asOf, declarations: declarations)
        return evaluation(tree, set: nil, governingDate: governingDate ?? asOf, refusals: [reason])
    }

    /// Evaluates one set of criteria, for example `rms.initial`; nothing when the policy has no such set.
    public func evaluate(
        _ facts: Facts, set id: String, asOf: CivilDate, governingDate: CivilDate? = nil
    ) -> Evaluation? {
        sets.first { $0.id == id }.map { evaluate($0, facts, asOf: asOf, governingDate: governingDate) }
    }

    private func evaluate(
        _ set: CriteriaSet, _ facts: Facts, asOf: CivilDate, governingDate: CivilDate?
    ) -> Evaluation {
        let tree = EvaluatedTree(set.root, facts: facts, asOf: asOf, declarations: declarations)
        return evaluation(tree, set: set, governingDate: governingDate ?? asOf, refusals: [])
    }

    private func evaluation(
        _ tree: EvaluatedTree, set: CriteriaSet?, governingDate: CivilDate, refusals: [String]
    ) -> Evaluation {
        var reasons = refusals
        if tree.asOf > reviewBy {
            reasons.append("the policy was to be reviewed by \(reviewBy); nobody has confirmed it since \(lastChecked)")
        }
        if !isInForce(on: governingDate) { reasons.append(notInForce(on: governingDate)) }
        let trace = tree.trace
        let decisive = Set(trace.decisiveLeaves)
        let isUnknown = trace.verdict == .unknown
        var analysis = MissingAnalysis(tree, declarations: declarations)
        let missingSets = isUnknown && set != nil ? analysis.missingSets() : []
        var seen: Set<String> = []
        let gaps = tree.root.leaves.filter {
            decisive.contains($0.id) && $0.fact == nil && seen.insert($0.id).inserted
        }
        return Evaluation(
            verdict: reasons.isEmpty ? trace.verdict : .unknown, reasons: reasons, warnings: standingWarnings,
            policy: stamp, criteriaSet: set?.id, asOf: tree.asOf, governingDate: governingDate, trace: trace,
            missing: isUnknown ? analysis.missingFacts(decisive: decisive) : [], missingSets: missingSets,
            isTruncated: analysis.isTruncated, dealBreakers: isUnknown && set != nil ? analysis.dealBreakers : [],
            gaps: isUnknown ? gaps.map { "\($0.title): \(tree.outcomes[$0.id]?.why ?? "")" } : [],
            approval: set?.approval.map { "\($0.isMaximum ? "at most " : "")\($0.duration)" })
    }

    private func notInForce(on date: CivilDate) -> String {
        let span = [effectiveFrom.map { "from \($0)" }, effectiveTo.map { "to \($0)" }].compactMap { $0 }
        let what = governedBy == .serviceDate ? "date of service" : "date of receipt"
        return "the policy holds \(span.joined(separator: " ")), not on the \(what) \(date)"
    }

    /// What is shown beside every verdict of this policy.
    public var standingWarnings: [String] {
        var result: [String] = []
        switch status {
        case .current: break
        case .superseded(let note): result.append("superseded: \(note)")
        case .unconfirmed(let note): result.append("unconfirmed: \(note)")
        }
        if effectiveFrom == nil { result.append("the policy's effective date is not on file") }
        if number == nil { result.append("the policy's number is not on file") }
        if let source = sources.first {
            if !source.isVerified { result.append("unverified: nobody has seen these criteria in the source named") }
            if source.evidence != .primary {
                result.append("taken from \(source.evidence.inWords), not from the whole document")
            }
        }
        return result
    }

    /// The policy's identity and trust marks.
    public var stamp: PolicyStamp {
        let statusWord =
            switch status {
            case .current: "current"
            case .superseded: "superseded"
            case .unconfirmed: "unconfirmed"
            }
        let source = sources.first
        return PolicyStamp(
            id: id, title: title, product: product.name, number: number, version: version, status: statusWord,
            effectiveFrom: effectiveFrom, effectiveTo: effectiveTo, source: source?.title ?? "", url: source?.url ?? "",
            retrieved: source?.retrieved, evidence: source?.evidence.rawValue ?? "",
            isVerified: source?.isVerified ?? false, lastChecked: lastChecked, reviewBy: reviewBy)
    }
}

extension Policy.Evidence {
    /// For a sentence: "taken from …".
    public var inWords: String {
        switch self {
        case .primary: "the payer's document"
        case .primaryExcerpt: "an excerpt of the payer's document"
        case .quoted: "somebody else's copy"
        case .summary: "a summary"
        case .marketingGuide: "a vendor's or advocate's guide"
        }
    }
}
