public import CivilTime
import Diagnostics

extension Policy {
    /// Evaluates the criteria that apply to the facts.
    /// - Parameters:
    ///   - phase: to begin with the drug, to go on with it, to begin again, or to come with it from another plan.
    ///   - asOf: the day for which ages of evidence and look-backs are counted.
    ///   - governingDate: the day by which this policy's version is judged, a day of service or of receipt as
    ///     `governedBy` says; the as-of date when it is not known yet.
    public func evaluate(
        _ facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate, governingDate: CivilDate? = nil
    ) -> Evaluation {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        let governing = governingDate ?? asOf
        let candidates = sets(for: phase)
        switch choose(among: candidates, context) {
        case .one(let set): return evaluation(set, context, governing, phase: phase)
        case .alternatives(let sets):
            let ways = Criterion(.any(sets.map(\.root)), title: "One of these sets of criteria", at: location)
            let tree = EvaluatedTree(CompiledTree(ways, declarations: declarations), context)
            return evaluation(
                tree, sets: sets, governing, refusals: [],
                remarks: judgedAsRemarks(phase, sets[0]) + otherWays(tree.verdict, phase, context))
        case .several(let sets, let reason):
            let choice = Criterion(
                .any((sets.isEmpty ? candidates : sets).map(\.appliesWhen)), title: "Criteria for this diagnosis",
                at: location)
            let tree = EvaluatedTree(CompiledTree(choice, declarations: declarations), context)
            return evaluation(tree, sets: [], governing, refusals: [reason(phase)], remarks: [])
        }
    }

    /// Evaluates one set of criteria, for example `rms.initial`; nothing when the policy has no such set.
    public func evaluate(
        _ facts: Facts, set id: String, asOf: CivilDate, governingDate: CivilDate? = nil
    ) -> Evaluation? {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        return sets.first { $0.id == id }.map { evaluation($0, context, governingDate ?? asOf, phase: $0.phase) }
    }

    /// The verdict alone, as `evaluate` gives it.
    public func verdict(
        _ facts: Facts, phase: CriteriaSet.Phase, asOf: CivilDate, governingDate: CivilDate? = nil
    ) -> Verdict {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        guard canAnswer(on: governingDate ?? asOf, asOf), membersTree?.verdict(context) ?? .met == .met
        else { return .unknown }
        // As `choose` chooses: sets that apply are ways in beside each other; else the only one that may.
        var ways: Verdict?
        var possible: [CriteriaSet] = []
        for set in sets(for: phase) {
            switch set.appliesTree.verdict(context) {
            case .met:
                let verdict = set.tree.verdict(context)
                if verdict == .met { return .met }
                ways = ways == nil || ways == .unmet ? verdict : ways
            case .unknown: possible.append(set)
            case .unmet: break
            }
        }
        return ways ?? (possible.count == 1 ? possible[0].tree.verdict(context) : .unknown)
    }

    /// Whether the policy holds for this member; met when it holds for everybody.
    public func membership(_ facts: Facts, asOf: CivilDate) -> Verdict {
        membersTree?.verdict(EvaluationContext(facts: facts, asOf: asOf)) ?? .met
    }

    /// What must be asked to know whether the policy holds for this member, the cheapest first.
    public func membershipQuestions(_ facts: Facts, asOf: CivilDate) -> [MissingFact] {
        let context = EvaluationContext(facts: facts, asOf: asOf)
        guard let membersTree, membersTree.verdict(context) == .unknown else { return [] }
        return MissingAnalysis(EvaluatedTree(membersTree, context)).missingFacts()
    }

    /// The sets by which the payer judges a phase.
    public func sets(for phase: CriteriaSet.Phase) -> [CriteriaSet] {
        setsByPhase[phase] ?? []
    }

    private enum Choice {
        case one(CriteriaSet)
        /// Several apply, and any of them will do; none is met yet.
        case alternatives([CriteriaSet])
        case several([CriteriaSet], reason: (CriteriaSet.Phase) -> String)
    }

    private func choose(among candidates: [CriteriaSet], _ context: EvaluationContext) -> Choice {
        var applying: [CriteriaSet] = []
        var possible: [CriteriaSet] = []
        for set in candidates {
            switch set.appliesTree.verdict(context) {
            case .met: applying.append(set)
            case .unknown: possible.append(set)
            case .unmet: break
            }
        }
        if !applying.isEmpty { return choose(applying, context) }
        if possible.count == 1 { return .one(possible[0]) }
        guard possible.isEmpty else {
            let names = possible.map(\.id).joined(separator: ", ")
            return .several(possible) { _ in "which criteria apply is not known yet: \(names)" }
        }
        return .several([]) { phase in
            "the policy on file has no criteria (\(phase.rawValue)) for this diagnosis: policy not loaded for it"
        }
    }

    /// Among sets that apply: they are ways in, so that one that is met is enough, and all must fail.
    private func choose(_ applying: [CriteriaSet], _ context: EvaluationContext) -> Choice {
        if applying.count == 1 { return .one(applying[0]) }
        let judged = applying.map { (set: $0, verdict: $0.tree.verdict(context)) }
        if let met = judged.first(where: { $0.verdict == .met }) { return .one(met.set) }
        let open = judged.filter { $0.verdict == .unknown }.map(\.set)
        let ways = open.isEmpty ? applying : open
        return ways.count == 1 ? .one(ways[0]) : .alternatives(ways)
    }

    /// What fails in the sets that apply may still be met by one of which nobody knows yet whether it applies.
    private func otherWays(_ verdict: Verdict, _ phase: CriteriaSet.Phase, _ context: EvaluationContext) -> [String] {
        guard verdict == .unmet else { return [] }
        let others = sets(for: phase).filter {
            $0.appliesTree.verdict(context) == .unknown && $0.tree.verdict(context) != .unmet
        }
        guard !others.isEmpty else { return [] }
        var facts: [String] = []
        for set in others {
            let missing = MissingAnalysis(EvaluatedTree(set.appliesTree, context)).missingFacts()
            for fact in missing where !facts.contains(fact.fact) {
                facts.append(fact.fact)
            }
        }
        return [
            "whether \(others.map(\.id).joined(separator: ", ")) applies as well is not known; it depends on "
                + facts.joined(separator: ", ")
        ]
    }

    private func evaluation(
        _ set: CriteriaSet, _ context: EvaluationContext, _ governingDate: CivilDate, phase: CriteriaSet.Phase
    ) -> Evaluation {
        let tree = EvaluatedTree(set.tree, context)
        return evaluation(
            tree, sets: [set], governingDate, refusals: [],
            remarks: judgedAsRemarks(phase, set) + otherWays(tree.verdict, phase, context))
    }

    private func judgedAsRemarks(_ phase: CriteriaSet.Phase, _ set: CriteriaSet) -> [String] {
        guard let judged = judgedAs[phase], set.phase != phase else { return [] }
        return ["the payer judges a \(phase.rawValue) as \(set.phase.rawValue) (\(judged.citation))"]
    }

    /// Reviewed in time and in force, with all that it takes over.
    private func canAnswer(on governingDate: CivilDate, _ asOf: CivilDate) -> Bool {
        asOf <= reviewBy && isInForce(on: governingDate)
            && taken.allSatisfy { asOf <= $0.reviewBy && $0.isInForce(on: governingDate) }
    }

    /// Why the policy cannot answer, whatever its tree says.
    private func refusals(on governingDate: CivilDate, _ context: EvaluationContext) -> [String] {
        var reasons: [String] = []
        let isDated = canAnswer(on: governingDate, context.asOf)
        for policy in isDated ? [] : [self] + taken {
            let name = policy.id == id ? "the policy" : "the policy \(policy.id), which it takes over,"
            if context.asOf > policy.reviewBy {
                reasons.append(
                    "\(name) was to be reviewed by \(policy.reviewBy); nobody has confirmed it since "
                        + "\(policy.lastChecked)")
            }
            if !policy.isInForce(on: governingDate) { reasons.append(policy.notInForce(name, on: governingDate)) }
        }
        if let members, let membersTree {
            let whom = members.title ?? "some members"
            switch membersTree.verdict(context) {
            case .met: break
            case .unmet: reasons.append("the policy is not for this member; it holds for: \(whom)")
            case .unknown:
                reasons.append("whether the policy holds for this member is not known; it holds for: \(whom)")
            }
        }
        return reasons
    }

    private func evaluation(
        _ tree: EvaluatedTree, sets: [CriteriaSet], _ governingDate: CivilDate, refusals: [String], remarks: [String]
    ) -> Evaluation {
        let reasons = refusals + self.refusals(on: governingDate, tree.context)
        let trace = tree.trace
        let isUnknown = tree.verdict == .unknown
        var missing = membershipQuestions(tree.context.facts, asOf: tree.context.asOf)
        var missingSets: [MissingSet] = []
        var dealBreakers: [String] = []
        var isTruncated = false
        if isUnknown {
            var analysis = MissingAnalysis(tree)
            let own = analysis.missingFacts()
            missing += own.filter { fact in !missing.contains { $0.fact == fact.fact } }
            if !sets.isEmpty {
                missingSets = analysis.missingSets()
                dealBreakers = analysis.dealBreakers
            }
            isTruncated = analysis.isTruncated
        }
        return Evaluation(
            verdict: reasons.isEmpty ? trace.verdict : .unknown, reasons: reasons,
            warnings: standingWarnings + taken.flatMap(\.markedWarnings) + remarks, policy: stamp,
            criteriaSet: sets.isEmpty ? nil : sets.map(\.id).joined(separator: " or "), asOf: tree.context.asOf,
            governingDate: governingDate, trace: trace,
            missing: missing, missingSets: missingSets, isTruncated: isTruncated, dealBreakers: dealBreakers,
            gaps: isUnknown ? gaps(trace) : [], approval: approval(of: sets))
    }

    /// That of the one set, or of several when they all say the same.
    private func approval(of sets: [CriteriaSet]) -> String? {
        guard let first = sets.first, sets.allSatisfy({ $0.approval == first.approval }) else { return nil }
        return first.approval?.description
    }

    private func gaps(_ trace: Trace) -> [String] {
        var seen: Set<String> = []
        return trace.decisiveNodes.filter { $0.isAmbiguous || $0.isNotOnFile }.map { node in
            guard node.isAmbiguous else { return "\(node.title): \(node.why)" }
            let readings = node.children.map { "\($0.title): \($0.verdict.rawValue)" }.joined(separator: "; ")
            return "ambiguous: \(node.title) (\(readings))"
        }.filter { seen.insert($0).inserted }
    }

    private var markedWarnings: [String] { standingWarnings.map { "\(id): \($0)" } }

    private func notInForce(_ name: String, on date: CivilDate) -> String {
        let span = [effectiveFrom.map { "from \($0)" }, effectiveTo.map { "to \($0)" }].compactMap { $0 }
        let what = governedBy == .serviceDate ? "date of service" : "date of receipt"
        return "\(name) holds \(span.joined(separator: " ")), not on the \(what) \(date)"
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
            effectiveFrom: effectiveFrom, effectiveTo: effectiveTo, source: source?.title ?? "",
            sourceID: source?.id ?? "", url: source?.url ?? "",
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
