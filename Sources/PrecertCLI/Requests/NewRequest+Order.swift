import Codes
import Engine
import Exchange

extension NewRequest {
    /// An order as its file says it, for a payer whose module has this id.
    init(_ order: Order, drug: Drug, payer: String, owner: String?) {
        self.init(
            payer: payer, urgency: order.urgency.value.rawValue, owner: owner,
            patient: .init(
                family: order.patient.family.value.value, given: order.patient.given.value.value,
                born: order.patient.born.value.value, memberID: order.patient.memberID.value.value,
                weight: order.patient.weight?.value.value.amount, height: order.patient.height?.value.value.amount,
                weighedOn: order.patient.weighedOn?.value.value),
            coverage: .init(funding: order.plan.funding.value.rawValue, state: order.plan.state?.value),
            kind: order.kind.value.rawValue, drug: order.drug.value, drugID: drug.id,
            diagnoses: order.diagnoses.map(\.value),
            prescriber: .init(
                name: order.prescriber.name.value, npi: order.prescriber.npi.value,
                specialty: order.prescriber.specialty?.value),
            site: .init(
                name: order.site.name.value, npi: order.site.npi.value,
                placeOfService: order.site.placeOfService.value),
            plannedOn: order.plannedFirstDose.value,
            lines: order.services.map { service in
                NewRequest.Line(
                    hcpcs: service.hcpcs.value, units: String(service.units.value),
                    doseAmount: service.dose.value.amount, doseUnit: service.dose.value.unit.rawValue,
                    everyDays: service.every.value?.days,
                    everyMonths: service.every.value.flatMap { $0.unit == .month ? $0.count : nil },
                    doses: service.doses?.value, route: service.route?.value,
                    modifiers: service.modifiers.map(\.value), ndc: service.ndc?.value,
                    discardedUnits: service.discardedUnits.map { String($0.value) },
                    administration: service.administration.map(\.value), gates: service.gates.map(\.value))
            })
    }
}
