public import CivilTime
public import Codes
public import Criteria
import Diagnostics
import Failpoints
public import Foundation
public import Payers
import PostgresClient

/// What the payer's published criteria say about a request now.
public enum CriteriaCheck: Sendable {
    case evaluated(Evaluation)
    /// No policy on file answers; why. Never a guess.
    case notLoaded(reason: String)
    /// Several policies could answer, and nobody has said which.
    case ambiguous(reason: String)

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
}

/// The rules that requests are judged by, as the installation's files have them.
public struct CriteriaRules: Sendable {
    public let vocabulary: Vocabulary
    public let catalog: PayerCatalog
    public let codes: CodeBook

    public init(vocabulary: Vocabulary, catalog: PayerCatalog, codes: CodeBook) {
        self.vocabulary = vocabulary
        self.catalog = catalog
        self.codes = codes
    }
}

extension RequestCase {
    /// Evaluates the payer's policy over what is on record.
    ///
    /// - Parameter date: the day for which ages of evidence are counted.
    /// - Throws: `EngineError` `.refused` when a stored value no longer fits the vocabulary.
    public func check(_ rules: CriteriaRules, asOf date: CivilDate) throws -> CriteriaCheck {
        let hcpcs = lines.first?.hcpcs ?? summary.hcpcs
        switch rules.catalog.policy(payer: summary.payerID, drug: detail.drugID, hcpcs: hcpcs, on: summary.plannedOn) {
        case .notLoaded(let reason): return .notLoaded(reason: reason)
        case .ambiguous(_, let reason): return .ambiguous(reason: reason)
        case .found(let policy):
            let phase: CriteriaSet.Phase = detail.kind == "continuation" ? .continuation : .initial
            let governing = policy.governedBy == .serviceDate ? summary.plannedOn : date
            return .evaluated(
                policy.evaluate(try facts(rules), phase: phase, asOf: date, governingDate: governing))
        }
    }

    /// The facts on record: those that the order holds, and over them what people recorded.
    func facts(_ rules: CriteriaRules) throws -> Facts {
        var facts = orderFacts(rules)
        for row in evidence where row.isCurrent {
            do {
                let value = try rules.vocabulary.value(
                    of: row.fact, from: row.value.vocabularyText, file: "evidence \(row.number)")
                facts[row.fact] = Fact(.known(value), observedOn: row.observedOn, evidence: "evidence \(row.number)")
            } catch {
                throw EngineError(
                    .refused,
                    "evidence \(row.number) (\(row.fact)) no longer fits Workflows/vocabulary.yaml; record it again")
            }
        }
        return facts
    }

    private func orderFacts(_ rules: CriteriaRules) -> Facts {
        var facts: Facts = [:]
        func set(_ key: String, _ text: String, _ from: String = "order") {
            // A fact that the vocabulary does not know is nobody's question.
            guard let value = try? rules.vocabulary.value(of: key, from: text) else { return }
            facts[key] = Fact(.known(value), evidence: from)
        }
        if let diagnosis = detail.diagnoses.first { set("diagnosis", diagnosis) }
        set("age", String(detail.born.wholeYears(until: summary.plannedOn)))
        if let specialty = detail.prescriberSpecialty { set("prescriber_specialty", specialty) }
        // A dose that equals a labelled one is within the label. One that does not may still be, so nothing is said.
        if let line = lines.first, isLabelledDose(line, rules.codes) {
            set("dose_within_label", "true", "order and label")
        }
        return facts
    }

    private func isLabelledDose(_ line: Line, _ codes: CodeBook) -> Bool {
        guard let drug = codes.drugs.match(detail.drugID)?.drug, let dose = Dose("\(line.doseAmount) \(line.doseUnit)")
        else { return false }
        // By another route it is not the labelled dose, whatever the milligrams.
        if let route = line.route {
            let labelled = drug.products.filter { $0.hcpcs == line.hcpcs }.flatMap(\.routes)
            guard let route = Route(route), labelled.isEmpty || labelled.contains(route) else { return false }
        }
        return drug.doses.contains { usual in
            usual.basis == .fixed && usual.dose == dose && usual.everyDays == line.everyDays
        }
    }
}

extension CivilDate {
    /// Birthdays passed by `date`; someone born on 29 February has theirs on 1 March in other years.
    public func wholeYears(until date: CivilDate) -> Int {
        date.year - year - ((date.month, date.day) < (month, day) ? 1 : 0)
    }
}

extension Engine {
    /// Moves a request between criteria collection and ready, as the check says. Does nothing elsewhere.
    ///
    /// - Parameter seq: the event number at which the facts were read; `.conflict` when something came between.
    /// - Returns: the state it is in now.
    public func settleCriteria(of request: RequestCase, by check: CriteriaCheck) async throws -> String {
        let state = request.summary.state
        let event: String
        switch (state, check.isMet) {
        case ("criteria_collection", true): event = "criteria.met"
        case ("ready", false): event = "criteria.reopened"
        default: return state
        }
        return try await apply(
            event, to: request.summary.id, sourceKey: "\(event):\(request.summary.seq)",
            expectedSeq: request.summary.seq, payload: criteriaPayload(check)
        ).toState
    }

    /// Decides to submit although criteria are open. The reason is kept with the submission, not in history.
    public func waiveCriteria(of request: RequestCase, as check: CriteriaCheck) async throws -> EventResult {
        try await apply(
            "criteria.waived", to: request.summary.id, sourceKey: "criteria.waived:\(request.summary.seq)",
            expectedSeq: request.summary.seq, payload: criteriaPayload(check))
    }

    /// Asks for the submission, with the packet as it will be sent.
    ///
    /// - Parameters:
    ///   - seq: the event number at which the criteria were evaluated.
    ///   - override: why it is sent although criteria are open.
    public func requestSubmission(
        of request: UUID, at seq: Int64, channel: String, verdict: String, override: String?, document: String,
        json: String
    ) async throws -> EventResult {
        let packet = try PostgresJSON(encoding: ["document": document, "json": json])
        Failpoint.hit("submit.before_event")
        defer { Failpoint.hit("submit.after_event") }
        return try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state
                from precert.request_submission(\(request), \(seq), \(channel), \(verdict), \(override), \(packet),
                    \(actor))
                """
            ).eventResult()
        }
    }

    /// The practice's name, as the packets carry it.
    public func organizationName() async throws -> String {
        try await transaction(readOnly: true) { session in
            try session.one("select name from precert.organization where id = precert.organization()")
                .decode(String.self)
        }
    }

    private func criteriaPayload(_ check: CriteriaCheck) throws -> PostgresJSON {
        var payload = ["verdict": check.verdictInWords]
        if case .evaluated(let evaluation) = check {
            payload["policy"] = evaluation.policy.id
            payload["policy_version"] = String(evaluation.policy.version)
        }
        return try PostgresJSON(encoding: payload)
    }
}
