import CivilTime
import Codes
import Criteria
import Engine
import Exchange

extension PacketContent {
    /// What the payer is told about a request, from what is on record.
    ///
    /// - Parameter override: why it is sent although criteria are open. The payer reads it where the criteria in the packet
    ///   call for a reason; what is open for want of the payer's own text is not the payer's concern.
    init(
        _ request: RequestCase, check report: CriteriaReport, codes: CodeBook, practice: String, override: String?,
        on day: CivilDate
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
                        title: answer.title, verdict: Verdict(answer.verdict),
                        citation: evaluation.policy.citation(of: answer.leaves, beside: first),
                        evidence: answer.leaves.flatMap { leaf in
                            request.evidenceLines(for: leaf, named: answer.leaves.count > 1)
                        })
                }.filter {
                    // What nobody has answered says nothing but that we asked ourselves.
                    $0.verdict != .onRecord || !$0.evidence.isEmpty
                }.filter { told.insert([$0.title, $0.verdict.rawValue] + $0.evidence.map(\.text.value)).inserted }
            }
            if evaluations.contains(where: \.hasOpenFacts) { reason = override.map { Sensitive($0) } }
        }
        documents = request.documents.map { Document(name: $0.title, sha256: $0.sha256, byteCount: $0.bytes) }
    }
}

extension PacketContent.Verdict {
    fileprivate init(_ verdict: Criteria.Verdict) {
        switch verdict {
        case .met: self = .met
        case .unmet: self = .exception
        case .unknown: self = .onRecord
        }
    }
}

extension Evaluation {
    /// A fact that speaks against it, or one that nobody has recorded: not only a gap of our own.
    fileprivate var hasOpenFacts: Bool { verdict == .unmet || verdict == .unknown && !missing.isEmpty }
}

/// One thing that the policy asks for, with the leaves that answer it.
private struct Answer {
    let leaves: [Trace]
    let title: String
    let verdict: Criteria.Verdict
}

extension Trace {
    /// The criteria that decide, or could still decide, in the order of the policy. What was not needed (another branch
    /// of an "any") or stands there only to be denied would mislead a reviewer.
    ///
    /// - Parameter choice: the title of the choice that this is one way of, without which its own may say little.
    fileprivate func answers(below choice: String?) -> [Answer] {
        switch kind {
        // A point that our copy of the policy lacks is our gap; the payer knows its own policy.
        case "leaf":
            let name = choice.map { "\($0): \(title)" } ?? title
            return cause == .notOnFile ? [] : [Answer(leaves: [self], title: name, verdict: verdict)]
        // What must not be, and is: the reviewer will see it in the chart.
        case "not":
            return verdict == .unmet ? [Answer(leaves: knownLeaves, title: ownTitle ?? "", verdict: .unmet)] : []
        // That texts conflict, and how each reads, is our trouble too; the facts that meet any of them are worth telling.
        case "readings":
            return children.filter { $0.verdict == .met }.flatMap { $0.answers(below: nil) }
                .map { Answer(leaves: $0.leaves, title: title, verdict: $0.verdict) }
        // One exception is asked for, not one for each way that is shut.
        case let kind where kind != "all" && verdict == .unmet:
            let titles = children.map(\.title).joined(separator: "; or: ")
            return [Answer(leaves: knownLeaves, title: ownTitle ?? titles, verdict: .unmet)]
        // Beside an exception, what is met counts as much.
        case "all" where verdict == .unmet: return children.flatMap { $0.answers(below: nil) }
        default:
            let needed = children.filter { verdict == .unknown ? $0.verdict != .unmet : $0.verdict == verdict }
            return needed.flatMap { $0.answers(below: kind == "all" ? nil : ownTitle) }
        }
    }

    /// Nothing where the policy gave none. Of a "not" without a title, that of what it denies.
    private var ownTitle: String? {
        if kind == "not", title == "Not this" { return children.first.map { "Not: \($0.title)" } }
        return title.hasPrefix("One of") || title.hasPrefix("At least") ? nil : title
    }

    private var knownLeaves: [Trace] {
        kind == "leaf" ? (verdict == .unknown ? [] : [self]) : children.flatMap(\.knownLeaves)
    }
}

extension PolicyStamp {
    /// Taken from the payer's own document, or from an excerpt of it.
    fileprivate var isPayersText: Bool { evidence == "primary" || evidence == "primary_excerpt" }

    /// Of a policy known from guides only, the title is ours and would tell the payer where we looked.
    fileprivate var titleForPayer: String { isPayersText ? title : product }

    /// The place in the payer's document, without the names that we give to our sources.
    fileprivate func citation(of leaves: [Trace], beside first: PolicyStamp) -> String? {
        var seen: Set<Substring> = []
        let parts = leaves.flatMap { ($0.citation ?? "").split(separator: "; ") }.compactMap { part -> Substring? in
            guard part.hasPrefix(sourceID) else { return nil }
            let place = part.dropFirst(sourceID.count).drop { $0 == "," }
            return place.first == " " ? place.dropFirst() : nil
        }.filter { seen.insert($0).inserted }
        let places = isPayersText ? parts.joined(separator: "; ") : ""
        let other = id == first.id ? nil : [titleForPayer, number].compactMap { $0 }.joined(separator: ", ")
        let text = [other, places.isEmpty ? nil : places].compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? nil : text
    }
}

extension RequestCase {
    /// - Parameter isNamed: each says what it answers, for several stand together.
    fileprivate func evidenceLines(for leaf: Trace, named isNamed: Bool) -> [PacketContent.EvidenceLine] {
        let start = isNamed ? "\(leaf.title): " : ""
        let recorded = evidence.filter { $0.isCurrent && "evidence \($0.number)" == leaf.evidence }.map { row in
            PacketContent.EvidenceLine(
                text: Sensitive(start + (row.records ?? leaf.value ?? row.value.vocabularyText)),
                observedOn: row.observedOn,
                source: Exchange.Evidence.Source(rawValue: row.source) ?? .attestation,
                document: documents.first { $0.sha256 == row.documentSHA256 }?.title)
        }
        // What the order itself says: the diagnosis, the age, the dose.
        guard recorded.isEmpty, let value = leaf.value, leaf.evidence != nil else { return recorded }
        // They stand above, line by line.
        if leaf.fact == "requested_doses" { return [PacketContent.EvidenceLine(text: Sensitive("\(start)as ordered"))] }
        return [PacketContent.EvidenceLine(text: Sensitive("\(start)\(value), as ordered"))]
    }
}
