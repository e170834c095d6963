import CivilTime

extension Packet {
    static func json(_ content: PacketContent) -> JSONValue {
        .object([
            "schema": .string(schema),
            "prepared_on": .string(content.preparedOn.description),
            "request": .object([
                "id": .string(content.requestID),
                "trace": .string(content.trace),
                "kind": .string(content.kind.rawValue),
                "urgency": .string(content.urgency.rawValue),
            ]),
            "payer": .object(["id": .string(content.payer.id), "name": .string(content.payer.name)]),
            "practice": .object([
                "name": .string(content.practice.name),
                "npi": .string(content.practice.npi),
                "telephone": .text(content.practice.telephone),
                "fax": .text(content.practice.fax),
            ]),
            "patient": .object([
                "family": .string(content.patient.family.value),
                "given": .string(content.patient.given.value),
                "born": .string(content.patient.born.value.description),
                "member_id": .string(content.patient.memberID.value),
                "weight_kg": decimal(content.patient.weight?.value),
                "height_cm": decimal(content.patient.height?.value),
                "weighed_on": .text(content.patient.weighedOn?.value.description),
            ]),
            "services": .array(content.services.map(json)),
            // The primary one first.
            "diagnoses": .array(
                content.diagnoses.map { .object(["code": .string($0.code), "title": .text($0.title)]) }),
            "prescriber": .object([
                "name": .string(content.prescriber.name),
                "npi": .string(content.prescriber.npi),
                "specialty": .text(content.prescriber.specialty),
            ]),
            "site": .object([
                "name": .string(content.site.name),
                "npi": .string(content.site.npi),
                "place_of_service": .string(content.site.placeOfService),
            ]),
            "policy": content.policy.map(json) ?? .null,
            // The practice's own words, where a criterion is not met.
            "reason": .text(content.reason?.value),
            "criteria": .array(content.criteria.map(json)),
            "documents": .array(content.documents.map(json)),
        ])
    }

    private static func json(_ service: PacketContent.ServiceLine) -> JSONValue {
        .object([
            "drug": .string(service.drug),
            "hcpcs": .string(service.hcpcs),
            "hcpcs_title": .text(service.hcpcsTitle),
            "units_per_dose": decimal(service.unitsPerDose),
            "units_basis": .string(UnitsBasis.hcpcsUnits.rawValue),
            "dose": .string(service.dose),
            "every": .text(service.every),
            "route": .text(service.route),
            "modifiers": .array(service.modifiers.map(JSONValue.string)),
            "ndc": .text(service.ndc),
            "discarded_units_per_dose": decimal(service.discardedUnits),
            "administration": .array(service.administration.map(JSONValue.string)),
            "doses": service.doses.map { .number(String($0)) } ?? .null,
            "from": .string(service.from.description),
        ])
    }

    private static func decimal(_ text: String?) -> JSONValue {
        text.flatMap(canonicalDecimal).map(JSONValue.number) ?? .null
    }

    private static func json(_ policy: PacketContent.Policy) -> JSONValue {
        .object([
            "title": .string(policy.title),
            "number": .text(policy.number),
            "effective": .text(policy.effective?.description),
        ])
    }

    private static func json(_ criterion: PacketContent.Criterion) -> JSONValue {
        .object([
            "title": .string(criterion.title),
            "verdict": .string(criterion.verdict.rawValue),
            "citation": .text(criterion.citation),
            "evidence": .array(
                criterion.evidence.map { line in
                    .object([
                        "text": .string(line.text.value),
                        "observed_on": .text(line.observedOn?.description),
                        "source": .text(line.source?.rawValue),
                        "document": .text(line.document),
                    ])
                }),
        ])
    }

    private static func json(_ document: PacketContent.Document) -> JSONValue {
        .object([
            "name": .string(document.name),
            "sha256": .string(document.sha256),
            "bytes": .number(String(document.byteCount)),
        ])
    }
}
