import Criteria

/// What the policies' files say beside their criteria, and which of it bears on a verdict.
///
/// Nothing in a policy ties a note to a criterion, so that words do: a note concerns an open criterion when they share a
/// telling one. Too much is shown rather than too little, and what is left out is counted.
struct PolicyNotes {
    /// More than this on a screen is not read.
    static let shown = 3

    struct Note: Encodable {
        let text: String
        /// The policy that says it, where that is one taken over by the one that judges.
        let policy: String?
        /// Ids of the criteria that are open or failed, on which it bears.
        let concerns: [String]
        /// It speaks of the code that is asked for, where that is none of the policy's; of the kind of request; or of what
        /// a question asks.
        let isOfRequest: Bool
        /// It qualifies the verdict itself, so that it is never left out.
        var qualifies = false

        private enum CodingKeys: CodingKey { case text, policy, concerns, isOfRequest }

        var bears: Bool { weight > 0 }

        fileprivate var weight: Int { qualifies ? .max : concerns.count + (isOfRequest ? 2 : 0) }
    }

    private let policies: [PolicyStamp: Policy]

    init(_ policies: [Policy]) {
        self.policies = Dictionary(policies.map { ($0.stamp, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Every note of the policy that judged, in the order of its file; then those of the policies that it takes over.
    func notes(on evaluation: Evaluation, hcpcs: String) -> [Note] {
        guard let policy = policies[evaluation.policy] else { return [] }
        let common = Word.all(
            in: "\(policy.title) \(policy.product.name) \(policy.product.drugs.joined(separator: " "))"
        )
        .union(Word.saysNothing)
        let open = evaluation.openLeaves.compactMap { leaf -> (id: String, words: Set<Word>)? in
            guard let id = leaf.id else { return nil }
            let fact = leaf.fact?.replacing("_", with: " ") ?? ""
            return (id, Word.all(in: "\(leaf.title) \(fact)").subtracting(common))
        }
        var ofRequest = Word.all(ofPhaseIn: evaluation.criteriaSet)
        // How what is asked differs from what the payer says.
        if !evaluation.missing.isEmpty { ofRequest.formUnion(Word.all(in: "question")) }
        let isOtherCode = !policy.product.hcpcs.contains(hcpcs)
        let dates = policy.taken.filter { $0.governedBy != policy.governedBy }.map { source in
            Note(
                text: "The version of \(source.id) is chosen by the \(source.governedBy.inWords); as criteria of "
                    + "\(policy.id) it was judged by the \(policy.governedBy.inWords), \(evaluation.governingDate).",
                policy: nil, concerns: [], isOfRequest: true, qualifies: true)
        }
        return dates
            + ([policy] + policy.taken).flatMap { source in
                source.notes.map { text in
                    let words = Word.all(in: text)
                    var seen: Set<String> = []
                    return Note(
                        text: text, policy: source.id == policy.id ? nil : source.id,
                        concerns: open.filter { !$0.words.isDisjoint(with: words) }.map(\.id)
                            .filter { seen.insert($0).inserted },
                        isOfRequest: isOtherCode && text.contains(hcpcs) || !ofRequest.isDisjoint(with: words))
                }
            }
    }
}

extension [PolicyNotes.Note] {
    /// Those that bear most on what is open, in their order.
    var foremost: [PolicyNotes.Note] {
        let ranked = enumerated().filter { $0.element.bears }.sorted {
            ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset)
        }
        return ranked.prefix(PolicyNotes.shown).sorted { $0.offset < $1.offset }.map(\.element)
    }
}

extension Policy.GoverningDate {
    fileprivate var inWords: String {
        switch self {
        case .serviceDate: "date of service"
        case .receivedDate: "date of receipt"
        }
    }
}

extension Evaluation {
    /// The leaves that keep it from being met.
    fileprivate var openLeaves: [Trace] { verdict == .met ? [] : trace.decisiveLeafTraces }
}

extension Trace {
    fileprivate var decisiveLeafTraces: [Trace] {
        guard isDecisive else { return [] }
        return kind == "leaf" ? [self] : children.flatMap(\.decisiveLeafTraces)
    }
}

/// A word by its first letters, so that `relapsing` and `relapses` are one.
private struct Word: Hashable {
    let stem: Substring

    static func all(in text: String) -> Set<Word> {
        Set(
            text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 4 }
                .map { Word(stem: ($0.count > 4 && $0.last == "s" ? $0.dropLast() : $0).prefix(6)) })
    }

    /// Only what sets a kind of request apart; nearly every request is a first one.
    static func all(ofPhaseIn set: String?) -> Set<Word> {
        switch set?.split(separator: ".").last {
        case "continuation": all(in: "continuing renewal reauthorization")
        case "restart": all(in: "restart")
        case "transition": all(in: "transition")
        default: []
        }
    }

    /// They stand in notes and criteria of every kind.
    static let saysNothing = all(
        in: """
            that this with from which what when where whether does have been must into than then them they their there
            only also most more less least some such each every other others another before after first last latest
            next none without within between under above below since until still already
            policy page document source copy guide guides summary version list lists excerpt criteria criterion point
            points payer practice assumption name names named says said seen read shown show
            drug drugs product products brand patient patients member members disease therapy therapies treatment
            medical records record approval approvals approve diagnosis code codes given give taken take asked asks wants wanted date dated days
            week weeks month months year years service decides decision holds hold
            """)
}
