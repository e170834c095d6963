import CivilTime
import Codes
import Criteria
import Engine
import Exchange
import Foundation
import PostgresClient

extension PacketContent {
    /// What the payer is told about a request, from what is on record.
    init(
        _ request: RequestCase, check report: CriteriaReport, codes: CodeBook, practice: String, on day: CivilDate
    ) throws {
        let detail = request.detail
        guard let kind = Order.Kind(rawValue: detail.kind),
            let urgency = Order.Urgency(rawValue: request.summary.urgency)
        else { throw EngineError(.internalFault, "a packet cannot say \(detail.kind), \(request.summary.urgency)") }
        self.init(
            preparedOn: day, requestID: request.summary.reference, trace: request.summary.reference,
            payer: Payer(id: request.summary.payerID, name: request.summary.payerName),
            practice: Practice(name: practice, npi: detail.siteNPI),
            kind: kind, urgency: urgency,
            patient: Patient(
                family: Sensitive(detail.family), given: Sensitive(detail.given), born: Sensitive(detail.born),
                memberID: Sensitive(detail.memberID), weight: detail.weight.map { Sensitive($0) },
                height: detail.height.map { Sensitive($0) }, weighedOn: detail.weighedOn.map { Sensitive($0) }),
            services: request.lines.map { line in
                ServiceLine(
                    drug: request.summary.drug, hcpcs: line.hcpcs,
                    hcpcsTitle: codes.hcpcs.lookup(line.hcpcs, on: request.summary.plannedOn).entry?.descriptor,
                    unitsPerDose: line.units, dose: "\(line.doseAmount) \(line.doseUnit)", every: line.every,
                    route: line.route, modifiers: line.modifiers, ndc: line.ndc, discardedUnits: line.discardedUnits,
                    administration: line.administration, doses: line.doses, from: request.summary.plannedOn)
            },
            diagnoses: detail.diagnoses.map { Diagnosis(code: $0, title: codes.diagnoses[$0]?.description) },
            prescriber: Prescriber(
                name: detail.prescriberName, npi: detail.prescriberNPI, specialty: detail.prescriberSpecialty),
            site: Site(name: detail.siteName, npi: detail.siteNPI, placeOfService: detail.placeOfService))
        let evaluations = report.decisions.compactMap { decision in
            if case .evaluated(let evaluation) = decision.check { evaluation } else { nil }
        }
        if let first = evaluations.first?.policy {
            policy = Policy(
                title: first.titleForPayer, number: first.number, effective: first.effectiveFrom)
            var told: Set<[String]> = []
            for evaluation in evaluations {
                criteria += evaluation.trace.answers(below: nil).map { answer in
                    Criterion(
                        title: answer.title, verdict: Verdict(answer.leaf.verdict),
                        citation: evaluation.policy.citation(of: answer.leaf, beside: first),
                        evidence: request.evidenceLines(for: answer.leaf))
                }.filter {
                    // What nobody has answered says nothing but that we asked ourselves.
                    $0.verdict != .unknown || !$0.evidence.isEmpty
                }.filter { told.insert([$0.title, $0.verdict.rawValue] + $0.evidence.map(\.text.value)).inserted }
            }
        }
        documents = request.documents.map { Document(name: $0.title, sha256: $0.sha256, byteCount: $0.bytes) }
    }
}

extension PacketContent.Verdict {
    fileprivate init(_ verdict: Criteria.Verdict) {
        switch verdict {
        case .met: self = .met
        case .unmet: self = .notMet
        case .unknown: self = .unknown
        }
    }
}

extension Trace {
    /// The criteria that decide, or could still decide, in the order of the policy. What was not needed (another branch
    /// of an "any") or stands there only to be denied would mislead a reviewer.
    ///
    /// - Parameter choice: the title of the choice that this is one way of, without which its own may say little.
    fileprivate func answers(below choice: String?) -> [(leaf: Trace, title: String)] {
        switch kind {
        // A point that our copy of the policy lacks is our gap; the payer knows its own policy.
        case "leaf":
            return cause == .notOnFile ? [] : [(self, choice.map { "\($0): \(title)" } ?? title)]
        case "not": return []
        // That texts conflict, and how each reads, is our trouble too; the facts that meet any of them are worth telling.
        case "readings":
            return children.filter { $0.verdict == .met }.flatMap { $0.answers(below: nil) }.map { ($0.leaf, title) }
        default:
            let needed = children.filter { verdict == .unknown ? $0.verdict != .unmet : $0.verdict == verdict }
            let isNamedChoice = kind != "all" && !title.hasPrefix("One of")
            return (needed.isEmpty ? children : needed).flatMap { $0.answers(below: isNamedChoice ? title : nil) }
        }
    }
}

extension PolicyStamp {
    /// Taken from the payer's own document, or from an excerpt of it.
    fileprivate var isPayersText: Bool { evidence == "primary" || evidence == "primary_excerpt" }

    /// Of a policy known from guides only, the title is ours and would tell the payer where we looked.
    fileprivate var titleForPayer: String { isPayersText ? title : product }

    /// The place in the payer's document, without the names that we give to our sources.
    fileprivate func citation(of leaf: Trace, beside first: PolicyStamp) -> String? {
        let parts = (leaf.citation ?? "").split(separator: "; ").compactMap { part -> Substring? in
            guard part.hasPrefix(sourceID) else { return nil }
            let place = part.dropFirst(sourceID.count).drop { $0 == "," }
            return place.first == " " ? place.dropFirst() : nil
        }
        let places = isPayersText ? parts.joined(separator: "; ") : ""
        let other = id == first.id ? nil : [titleForPayer, number].compactMap { $0 }.joined(separator: ", ")
        let text = [other, places.isEmpty ? nil : places].compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? nil : text
    }
}

extension RequestCase {
    fileprivate func evidenceLines(for leaf: Trace) -> [PacketContent.EvidenceLine] {
        let recorded = evidence.filter { $0.isCurrent && "evidence \($0.number)" == leaf.evidence }.map { row in
            PacketContent.EvidenceLine(
                text: Sensitive(row.records ?? leaf.value ?? row.value.vocabularyText),
                observedOn: row.observedOn,
                source: Exchange.Evidence.Source(rawValue: row.source) ?? .attestation,
                document: documents.first { $0.sha256 == row.documentSHA256 }?.title)
        }
        // What the order itself says: the diagnosis, the age, the dose.
        guard recorded.isEmpty, let value = leaf.value, leaf.evidence != nil else { return recorded }
        // They stand above, line by line.
        if leaf.fact == "requested_doses" { return [PacketContent.EvidenceLine(text: Sensitive("as ordered"))] }
        return [PacketContent.EvidenceLine(text: Sensitive("\(value), as ordered"))]
    }
}

extension RequestCase.EvidenceRow {
    /// A list of records in words: `ingredient azathioprine, duration 4 months, outcome intolerance`.
    fileprivate var records: String? {
        struct Listed: Decodable {
            let records: [[String: Value]]
        }
        enum Value: Decodable {
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else if let flag = try? container.decode(Bool.self) {
                    self = .text(flag ? "yes" : "no")
                } else {
                    self = .text(try container.decode(Decimal.self).description)
                }
            }
        }
        let decoder = JSONDecoder()
        let bytes = Data(value.bytes)
        guard
            let records = (try? decoder.decode(Listed.self, from: bytes))?.records
                ?? (try? decoder.decode([[String: Value]].self, from: bytes))
        else { return nil }
        guard !records.isEmpty else { return "none" }
        let first = ["ingredient", "product", "drug_class"]
        return records.map { record in
            let names = record.keys.sorted {
                (first.firstIndex(of: $0) ?? first.count, $0) < (first.firstIndex(of: $1) ?? first.count, $1)
            }
            return names.compactMap { name in
                guard case .text(let text)? = record[name] else { return nil }
                return "\(name) \(text)".replacing("_", with: " ")
            }.joined(separator: ", ")
        }.joined(separator: "; ")
    }
}
