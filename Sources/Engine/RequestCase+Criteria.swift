public import CivilTime
public import Codes
public import Criteria
public import Payers
import PostgresClient

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
    /// Evaluates the payer's policies over what is on record, for every service line and each of the payer's decisions,
    /// at the day of submission and at the planned first dose.
    ///
    /// - Parameter date: the day of submission, for which ages of evidence are counted.
    /// - Throws: `EngineError` `.refused` when a stored value no longer fits the vocabulary.
    public func check(_ rules: CriteriaRules, asOf date: CivilDate) throws -> CriteriaReport {
        var decisions: [DecisionCheck] = []
        for lines in alikeLines {
            let drug = requestedDrug(lines[0], rules)
            let facts = facts(of: lines[0], recorded: try recordedFacts(of: lines[0], rules), rules)
            for decision in [.authorization] + rules.catalog.otherDecisions(payer: summary.payerID, drug: drug) {
                func outcome(_ day: CivilDate) -> (check: CriteriaCheck, diagnosis: String?) {
                    check(decision, drug, facts, rules, asOf: day, received: date)
                }
                let now = outcome(date)
                let then = outcome(max(date, summary.plannedOn)).check
                decisions.append(
                    DecisionCheck(
                        decision, lines: lines.map(\.number), hcpcs: lines[0].hcpcs,
                        diagnosis: now.diagnosis, check: now.check,
                        atPlannedDose: then.verdictInWords == now.check.verdictInWords ? nil : then))
            }
        }
        return CriteriaReport(
            decisions.filter { $0.decision == .authorization } + decisions.filter { $0.decision != .authorization },
            plannedOn: summary.plannedOn)
    }

    /// Facts that are the order's own words: what is asked for, for whom, where and when.
    public static let factsOfEveryOrder = [
        "diagnosis", "age", "requested_drug", "requested_hcpcs", "planned_first_dose", "place_of_service",
    ]

    /// The dose too, when the order gives it in milligrams and days.
    private static let askedFor = factsOfEveryOrder + ["dose_amount", "dose_interval", "requested_doses"]

    /// Lines that differ in nothing that a policy could ask about, neither in what is ordered nor in what is recorded.
    var alikeLines: [[Line]] {
        var groups: [[Line]] = []
        for line in lines {
            if let place = groups.firstIndex(where: { $0[0].isAlike(line) && saidAlike($0[0], line) }) {
                groups[place].append(line)
            } else {
                groups.append([line])
            }
        }
        return groups
    }

    private func saidAlike(_ first: Line, _ second: Line) -> Bool {
        func said(of line: Line) -> [EvidenceRow] {
            evidence.filter { $0.isCurrent && $0.line == line.number }.sorted { $0.fact < $1.fact }
        }
        return said(of: first).elementsEqual(said(of: second)) {
            ($0.fact, $0.value, $0.observedOn, $0.source) == ($1.fact, $1.value, $1.observedOn, $1.source)
        }
    }

    /// One decision, by the first of the order's diagnoses that the policy's criteria fit best.
    private func check(
        _ decision: Policy.Decision, _ drug: RequestedDrug, _ facts: Facts, _ rules: CriteriaRules, asOf day: CivilDate,
        received: CivilDate
    ) -> (check: CriteriaCheck, diagnosis: String?) {
        let dates = GoverningDates(service: summary.plannedOn, received: received)
        let phase = CriteriaSet.Phase(rawValue: detail.kind) ?? .initial
        var best: (check: CriteriaCheck, diagnosis: String?)?
        for diagnosis in detail.diagnoses {
            var facts = facts
            facts["diagnosis"] = orderFact("diagnosis", diagnosis, rules)
            let check: CriteriaCheck
            switch rules.catalog.policy(
                payer: summary.payerID, drug: drug, decision: decision, on: dates, facts: facts, asOf: day)
            {
            case .notLoaded(let reason): check = .notLoaded(reason: reason)
            case .ambiguous(_, let reason, let questions): check = .ambiguous(reason: reason, questions: questions)
            case .found(let policy):
                check = .evaluated(
                    policy.evaluate(facts, phase: phase, asOf: day, governingDate: dates.date(for: policy)))
            }
            if best.map({ check.fit > $0.check.fit }) ?? true { best = (check, diagnosis) }
            if check.fit == .certain { break }
        }
        return best ?? (.notLoaded(reason: "the request has no diagnosis"), nil)
    }

    func requestedDrug(_ line: Line, _ rules: CriteriaRules) -> RequestedDrug {
        let brands = brands(line, rules)
        return RequestedDrug(
            ingredient: detail.drugID, brand: brands.count == 1 ? brands[0] : nil, hcpcs: line.hcpcs,
            drugClass: rules.codes.drugs.match(detail.drugID)?.drug.drugClass, possibleBrands: brands)
    }

    /// The brands that the order can mean: the one that it writes, else those that the line's code is sold under.
    private func brands(_ line: Line, _ rules: CriteriaRules) -> [String] {
        guard let drug = rules.codes.drugs.match(detail.drugID)?.drug else { return [] }
        let brands = drug.products.filter { $0.hcpcs == line.hcpcs }.flatMap(\.brands)
        let written = rules.codes.drugs.match(summary.drug)?.brands ?? []
        let named = brands.filter(written.contains)
        return named.isEmpty ? brands : named
    }

    /// What people recorded of the request and of this line: the newest of each fact.
    func recordedFacts(of line: Line, _ rules: CriteriaRules) throws -> Facts {
        var facts: Facts = [:]
        for row in evidence where row.isCurrent && (row.line == nil || row.line == line.number) {
            do {
                let value = try rules.vocabulary.value(
                    of: row.fact, from: row.value.vocabularyText, file: "evidence \(row.number)")
                facts[row.fact] = Fact(
                    .known(value), observedOn: row.observedOn, evidence: "evidence \(row.number)",
                    proof: Fact.Proof(rawValue: row.source))
            } catch {
                throw EngineError(
                    .refused,
                    "evidence \(row.number) (\(row.fact)) no longer fits Workflows/vocabulary.yaml; record it again")
            }
        }
        return facts
    }

    /// What the order and people say of a line.
    /// - Parameter wanted: only these of the order's facts; nothing for all.
    func facts(of line: Line, recorded: Facts, _ rules: CriteriaRules, wanted: Set<String>? = nil) -> Facts {
        let ordered = orderFacts(line, rules, wanted: wanted)
        var facts = ordered.merging(recorded) { _, recorded in recorded }
        // What is asked for is what the order says, whatever somebody recorded: the payer judges the order.
        for name in Self.askedFor { facts[name] = ordered[name] ?? facts[name] }
        return facts
    }

    /// What the order itself says. A fact that the vocabulary does not know is nobody's question.
    /// - Parameter wanted: only these facts; nothing for all.
    func orderFacts(_ line: Line, _ rules: CriteriaRules, wanted: Set<String>? = nil) -> Facts {
        func isWanted(_ key: String) -> Bool { wanted?.contains(key) ?? true }
        var texts = [
            "age": String(detail.born.wholeYears(until: summary.plannedOn)),
            "requested_drug": detail.drugID,
            "requested_hcpcs": line.hcpcs,
            "planned_first_dose": summary.plannedOn.description,
            "place_of_service": detail.placeOfService,
            "plan_funding": detail.funding,
        ]
        texts["plan_state"] = detail.planState
        texts["prescriber_specialty"] = detail.prescriberSpecialty
        texts["dose_amount"] = line.milligrams?.description
        texts["dose_interval"] = line.everyDays.map(String.init)
        if isWanted("requested_doses") { texts["requested_doses"] = requestedDoses(line) }
        texts["last_approval_end"] = lastApprovalEnd?.description
        var facts: Facts = [:]
        for (key, text) in texts where isWanted(key) { facts[key] = orderFact(key, text, rules) }
        if isWanted("dose_per_kg"),
            let perKilogram = line.milligrams.flatMap({ dose in weight.flatMap { dose.divided(by: $0) } })
        {
            // As old as the weight: a child grows.
            facts["dose_per_kg"] = orderFact(
                "dose_per_kg", perKilogram.description, rules, observedOn: detail.weighedOn)
        }
        // A dose that equals a labelled one is within the label. One that does not may still be, so nothing is said.
        if isWanted("dose_within_label"), isLabelledDose(line, rules.codes) {
            facts["dose_within_label"] = orderFact("dose_within_label", "true", rules, from: "order and label")
        }
        return facts
    }

    private var weight: FactNumber? { detail.weight.flatMap { FactNumber($0) } }

    private var isWeighedLately: Bool {
        detail.weighedOn.map { $0.adding(months: 6) >= summary.plannedOn } ?? false
    }

    func orderFact(
        _ key: String, _ text: String, _ rules: CriteriaRules, from: String = "order", observedOn: CivilDate? = nil
    ) -> Fact? {
        (try? rules.vocabulary.value(of: key, from: text))
            .map { Fact(.known($0), observedOn: observedOn, evidence: from) }
    }

    /// The doses asked for, with their days: complete when the order says how many and how far apart.
    private func requestedDoses(_ line: Line) -> String? {
        guard let milligrams = line.milligrams else { return nil }
        let hasInterval = line.everyDays != nil || line.everyMonths != nil
        let isComplete = (1...RecordList.maximumRecords).contains(line.doses ?? 0) && (hasInterval || line.doses == 1)
        let count = isComplete ? line.doses ?? 1 : 1
        let records = (0..<count).map { number in
            let day = summary.plannedOn.adding(days: number * (line.everyDays ?? 0))
                .adding(months: number * (line.everyMonths ?? 0))
            return "{given_on: \(day), amount: \(milligrams), units: \(line.units)}"
        }
        return "{records: [\(records.joined(separator: ", "))], complete: \(isComplete)}"
    }

    /// Whether the line asks for a dose of the label. One that goes by weight needs a weight of at most half a year before
    /// the planned dose; one that was seen in no source shows nothing.
    private func isLabelledDose(_ line: Line, _ codes: CodeBook) -> Bool {
        guard let drug = codes.drugs.match(detail.drugID)?.drug, let dose = Dose("\(line.doseAmount) \(line.doseUnit)")
        else { return false }
        // By another route it is not the labelled dose, whatever the milligrams.
        if let route = line.route {
            let labelled = drug.products.filter { $0.hcpcs == line.hcpcs }.flatMap(\.routes)
            guard let route = Route(route), labelled.isEmpty || labelled.contains(route) else { return false }
        }
        // What the label gives for another disease is no labelled dose of this one.
        let uses = drug.indications.filter { use in
            let codes = use.diagnoses + use.notEnoughAlone
            return detail.diagnoses.contains { diagnosis in codes.contains { diagnosis.hasPrefix($0) } }
        }.map(\.id)
        let size = PatientSize(
            weight: isWeighedLately ? detail.weight.flatMap { Codes.Amount($0) } : nil,
            height: detail.height.flatMap { Codes.Amount($0) })
        let route = line.route.flatMap { Route($0) }
        return drug.doses.contains { usual in
            usual.isVerified && usual.gives(dose, to: size) && usual.everyDays == line.everyDays
                && usual.everyMonths == line.everyMonths && (line.every != nil || usual.atWeeks.count == 1)
                && !uses.filter(usual.indications.contains).isEmpty
                && (route == nil || usual.route == nil || usual.route == route)
        }
    }
}

extension RequestCase.Line {
    fileprivate func isAlike(_ other: Self) -> Bool {
        hcpcs == other.hcpcs && units == other.units && doseAmount == other.doseAmount && doseUnit == other.doseUnit
            && everyDays == other.everyDays && everyMonths == other.everyMonths && doses == other.doses
            && route == other.route
    }

    /// Nothing for doses that are no weight.
    fileprivate var milligrams: FactNumber? {
        guard let amount = FactNumber(doseAmount) else { return nil }
        let thousand = FactNumber(1_000)
        switch doseUnit {
        case "mg": return amount
        case "g": return thousand.flatMap { amount.multiplied(by: $0) }
        case "mcg": return FactNumber("0.001").flatMap { amount.multiplied(by: $0) }
        default: return nil
        }
    }
}

extension CivilDate {
    /// Birthdays passed by `date`; someone born on 29 February has theirs on 1 March in other years.
    public func wholeYears(until date: CivilDate) -> Int {
        date.year - year - ((date.month, date.day) < (month, day) ? 1 : 0)
    }
}
