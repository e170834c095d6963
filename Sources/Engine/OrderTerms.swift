public import CivilTime
import Foundation

/// What a request asks for and may be amended before it is sent, in the form of the SQL function `order_terms`. Holds
/// patient data.
public struct OrderTerms: Sendable, Hashable, Codable {
    /// As the order names it.
    public var drug: String
    /// The primary one first.
    public var diagnoses: [String]
    /// Kilograms and centimetres, as decimal texts.
    public var weight: String?
    public var height: String?
    public var weighedOn: CivilDate?
    public var siteName: String
    public var siteNPI: String
    public var placeOfService: String
    /// The planned first dose.
    public var plannedOn: CivilDate
    public var lines: [Line]

    /// A service line under its number.
    public struct Line: Sendable, Hashable, Codable {
        public let number: Int
        public var asked: NewRequest.Line

        public init(number: Int, asked: NewRequest.Line) {
            self.number = number
            self.asked = asked
        }

        private enum CodingKeys: String, CodingKey { case number = "line_no" }

        // The number stands among the line's other values.
        public init(from decoder: any Decoder) throws {
            number = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number)
            asked = try NewRequest.Line(from: decoder)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(number, forKey: .number)
            try asked.encode(to: encoder)
        }
    }

    enum CodingKeys: String, CodingKey {
        case drug, diagnoses, lines, weight = "weight_kg", height = "height_cm", weighedOn = "weighed_on"
        case siteName = "site_name", siteNPI = "site_npi", placeOfService = "place_of_service", plannedOn = "planned_on"
    }

    /// Of an order as it would be opened.
    public init(_ order: NewRequest) {
        drug = order.drug
        diagnoses = order.diagnoses
        weight = order.patient.weight
        height = order.patient.height
        weighedOn = order.patient.weighedOn
        siteName = order.site.name
        siteNPI = order.site.npi
        placeOfService = order.site.placeOfService
        plannedOn = order.plannedOn
        lines = order.lines.enumerated().map { Line(number: $0 + 1, asked: $1) }
    }
}

extension RequestCase {
    /// What it asks for now.
    public var terms: OrderTerms {
        OrderTerms(self)
    }

    /// As it would be with another order, after the numbered pieces of evidence were withdrawn. Nothing is stored.
    public func amended(to terms: OrderTerms, withdrawing evidence: [Int]) -> RequestCase {
        RequestCase(
            summary: summary.amended(to: terms), detail: detail.amended(to: terms),
            lines: terms.lines.map { Line($0.asked, number: $0.number) }, events: events, deadlines: deadlines,
            evidence: self.evidence.map { evidence.contains($0.number) ? $0.withdrawn : $0 }, documents: documents,
            submissions: submissions, observations: observations, authorizations: authorizations, alerts: alerts,
            amendments: amendments, lastApprovalEnd: lastApprovalEnd)
    }
}

extension OrderTerms {
    fileprivate init(_ request: RequestCase) {
        let detail = request.detail
        drug = request.summary.drug
        diagnoses = detail.diagnoses
        weight = detail.weight
        height = detail.height
        weighedOn = detail.weighedOn
        siteName = detail.siteName
        siteNPI = detail.siteNPI
        placeOfService = detail.placeOfService
        plannedOn = request.summary.plannedOn
        lines = request.lines.map { line in
            Line(
                number: line.number,
                asked: NewRequest.Line(
                    hcpcs: line.hcpcs, units: line.units, doseAmount: line.doseAmount, doseUnit: line.doseUnit,
                    everyDays: line.everyDays, everyMonths: line.everyMonths, doses: line.doses, route: line.route,
                    modifiers: line.modifiers, ndc: line.ndc, discardedUnits: line.discardedUnits,
                    administration: line.administration, gates: line.gates))
        }
    }
}

extension RequestCase.Line {
    fileprivate init(_ asked: NewRequest.Line, number: Int) {
        self.init(
            number: number, hcpcs: asked.hcpcs, units: asked.units, doseAmount: asked.doseAmount,
            doseUnit: asked.doseUnit, everyDays: asked.everyDays, everyMonths: asked.everyMonths, doses: asked.doses,
            route: asked.route, modifiers: asked.modifiers, ndc: asked.ndc, discardedUnits: asked.discardedUnits,
            administration: asked.administration, gates: asked.gates)
    }
}

extension RequestCase.Detail {
    fileprivate func amended(to terms: OrderTerms) -> Self {
        Self(
            family: family, given: given, born: born, memberID: memberID, funding: funding, planState: planState,
            kind: kind, drugID: drugID, diagnoses: terms.diagnoses, weight: terms.weight, height: terms.height,
            weighedOn: terms.weighedOn, prescriberName: prescriberName, prescriberNPI: prescriberNPI,
            prescriberSpecialty: prescriberSpecialty, siteName: terms.siteName, siteNPI: terms.siteNPI,
            placeOfService: terms.placeOfService, timeZone: timeZone, payerRetiredOn: payerRetiredOn)
    }
}

extension RequestSummary {
    fileprivate func amended(to terms: OrderTerms) -> Self {
        Self(
            id: id, reference: reference, payerID: payerID, payerName: payerName, patientInitials: patientInitials,
            drug: terms.drug, hcpcs: terms.lines.first?.asked.hcpcs ?? hcpcs,
            units: terms.lines.first?.asked.units ?? units, lineCount: lineCount, urgency: urgency, state: state,
            stateTitle: stateTitle, owner: owner, openedAt: openedAt, plannedOn: terms.plannedOn,
            nextDeadline: nextDeadline, nextDue: nextDue, nextDueOn: nextDueOn, nextEndsOn: nextEndsOn, seq: seq)
    }
}

extension RequestCase.EvidenceRow {
    fileprivate var withdrawn: Self {
        Self(
            number: number, fact: fact, line: line, value: value, observedOn: observedOn, source: source,
            documentSHA256: documentSHA256, enteredBy: enteredBy, recordedAt: recordedAt, isCurrent: false,
            withdrawnBy: withdrawnBy)
    }
}
