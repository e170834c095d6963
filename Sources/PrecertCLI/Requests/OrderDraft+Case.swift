import CivilTime
import Diagnostics
import Engine
import Exchange

extension OrderDraft {
    /// The order of a stored request, as its file would say it.
    init(_ request: RequestCase) {
        let (summary, detail) = (request.summary, request.detail)
        let place = SourceLocation(file: summary.reference, line: 1, column: 1)
        self.init(at: place)
        order = Self.section(
            [
                "payer": summary.payerID, "kind": detail.kind, "urgency": summary.urgency, "drug": summary.drug,
                "planned_first_dose": summary.plannedOn.description,
            ], lists: ["diagnoses": detail.diagnoses], at: place)
        patient = Self.section(
            [
                "family": detail.family, "given": detail.given, "born": detail.born.description,
                "member_id": detail.memberID, "weight_kg": detail.weight, "height_cm": detail.height,
                "weighed_on": detail.weighedOn?.description,
            ], at: place)
        plan = Self.section(["funding": detail.funding, "state": detail.planState], at: place)
        prescriber = Self.section(
            [
                "name": detail.prescriberName, "npi": detail.prescriberNPI,
                "specialty": detail.prescriberSpecialty,
            ], at: place)
        site = Self.section(
            ["name": detail.siteName, "npi": detail.siteNPI, "place_of_service": detail.placeOfService], at: place)
        services = request.lines.map { line in
            let name = request.lines.count > 1 ? "\(summary.reference) line \(line.number)" : summary.reference
            return Self.section(
                [
                    "hcpcs": line.hcpcs, "units": line.units, "dose": "\(line.doseAmount) \(line.doseUnit)",
                    "every": line.every, "route": line.route, "doses": line.doses.map(String.init),
                    "ndc": line.ndc, "discarded_units": line.discardedUnits,
                ],
                lists: [
                    "modifiers": line.modifiers, "administration": line.administration, "gates": line.gates,
                ], at: SourceLocation(file: name, line: line.number, column: 1))
        }
    }

    /// What the request says; what it does not say has no key.
    private static func section(
        _ texts: [String: String?], lists: [String: [String]] = [:], at place: SourceLocation
    ) -> Section {
        texts.compactMapValues { $0.map { Words($0, at: place) } }
            .merging(lists.filter { !$0.value.isEmpty }.mapValues { Words(list: $0, at: place) }) { $1 }
    }
}
