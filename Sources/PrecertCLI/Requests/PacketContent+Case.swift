import CivilTime
import Codes
import Criteria
import Engine
import Exchange
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
        if let evaluation = evaluations.first {
            policy = Policy(
                title: evaluation.policy.title, number: evaluation.policy.number,
                effective: evaluation.policy.effectiveFrom)
            criteria = evaluations.flatMap(\.trace.answers).map { leaf in
                Criterion(
                    title: leaf.title, verdict: Verdict(leaf.verdict), citation: leaf.citation,
                    evidence: request.evidenceLines(for: leaf))
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
    fileprivate var answers: [Trace] {
        switch kind {
        // A point that our copy of the policy lacks is our gap; the payer knows its own policy.
        case "leaf": return cause == .notOnFile ? [] : [self]
        case "not": return []
        default:
            let needed = children.filter { verdict == .unknown ? $0.verdict != .unmet : $0.verdict == verdict }
            return (needed.isEmpty ? children : needed).flatMap(\.answers)
        }
    }
}

extension RequestCase {
    fileprivate func evidenceLines(for leaf: Trace) -> [PacketContent.EvidenceLine] {
        let recorded = evidence.filter { $0.isCurrent && $0.fact == leaf.fact }.map { row in
            PacketContent.EvidenceLine(
                text: Sensitive(leaf.value ?? row.value.vocabularyText),
                observedOn: row.observedOn,
                source: Exchange.Evidence.Source(rawValue: row.source) ?? .attestation,
                document: documents.first { $0.sha256 == row.documentSHA256 }?.title)
        }
        // What the order itself says: the diagnosis, the age, the dose.
        guard recorded.isEmpty, let value = leaf.value, leaf.evidence != nil else { return recorded }
        return [PacketContent.EvidenceLine(text: Sensitive("\(value), as ordered"))]
    }
}
