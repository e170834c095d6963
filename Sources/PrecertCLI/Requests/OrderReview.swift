import CivilTime
import Codes
import Diagnostics
import Engine
import Exchange
import Foundation

/// An order held against the code tables, with each finding at its place in the file.
struct OrderReview {
    let order: Order
    /// What was found of each service line; what is about the whole order is found once.
    let placed: [(finding: CodeFinding, service: Order.Service, line: Int)]
    /// The drug as the tables know it; nothing when they do not.
    let drug: Drug?
    private let file: String

    init(_ order: Order, file: String, codes: CodeBook) {
        self.order = order
        self.file = file
        drug = codes.drugs.match(order.drug.value)?.drug
        var seen: Set<CodeFinding> = []
        let proposals = order.services.indices.map { Self.proposal($0, of: order) }
        let codeGuard = CodeGuard(book: codes)
        billing = proposals.compactMap { codeGuard.billing(of: $0) }
        placed = order.services.indices.flatMap { number in
            codeGuard.findings(for: proposals[number])
                .filter { Self.isAboutLine($0.field) || seen.insert($0).inserted }
                .map { ($0, order.services[number], number + 1) }
        }
    }

    var findings: [CodeFinding] { placed.map(\.finding) }

    /// How each line's dose is billed, where that can be said.
    let billing: [BillingSplit]

    /// One a finding: where, what, which rule, on what it rests, and the codes that would fit.
    var diagnostics: [Diagnostic] {
        placed.map { finding, service, _ in
            let unsaid = finding.offers.filter { !finding.message.contains($0.code) }
            let offers = unsaid.map { "\n    \($0.code)  \($0.description)" }.joined()
            // A message that names its release already need not name it twice.
            let release = finding.source.components(separatedBy: ", released ").first ?? finding.source
            let basis = finding.message.contains(release) ? "" : "; \(finding.source)"
            return Diagnostic(
                finding.severity, at: location(of: finding, in: service),
                "\(finding.message) [\(finding.ruleID)\(basis)]\(offers)")
        }.sorted { $0.location < $1.location }
    }

    var hasErrors: Bool { placed.contains { $0.finding.severity == .error } }

    static func isAboutLine(_ field: CodeFinding.Field) -> Bool {
        switch field {
        case .hcpcs, .units, .dose, .everyDays, .route, .modifiers, .doses, .ndc, .discardedUnits, .administration:
            true
        case .drug, .diagnoses, .placeOfService, .dateOfService, .billingNPI, .renderingNPI, .patientAge, .weight,
            .gates:
            false
        }
    }

    func location(of finding: CodeFinding, in service: Order.Service) -> SourceLocation {
        switch finding.field {
        case .drug: order.drug.location
        case .hcpcs: service.hcpcs.location
        case .units: service.units.location
        case .dose: service.dose.location
        case .everyDays: service.every.location
        case .route: (service.route ?? service.hcpcs).location
        case .diagnoses:
            (order.diagnoses.first { $0.value == finding.found } ?? order.diagnoses.first)?.location
                ?? order.drug.location
        case .modifiers: (service.modifiers.first { $0.value == finding.found } ?? service.hcpcs).location
        case .placeOfService: order.site.placeOfService.location
        case .dateOfService: order.plannedFirstDose.location
        case .billingNPI: order.site.npi.location
        case .renderingNPI: order.prescriber.npi.location
        case .patientAge: order.patient.born.location
        case .weight: (order.patient.weight ?? order.patient.height)?.location ?? order.patient.born.location
        case .doses: (service.doses?.location ?? service.hcpcs.location)
        case .ndc: (service.ndc ?? service.hcpcs).location
        case .discardedUnits: service.discardedUnits?.location ?? service.units.location
        case .administration:
            (service.administration.first { $0.value == finding.found } ?? service.hcpcs).location
        case .gates:
            (gates.first { $0.value == finding.found } ?? service.gates.first ?? service.hcpcs).location
        }
    }

    private var gates: [Located<String>] { order.services.flatMap(\.gates) }

    private static func proposal(_ number: Int, of order: Order) -> ProposedService {
        let service = order.services[number]
        var proposal = ProposedService(
            drug: order.drug.value, hcpcs: service.hcpcs.value,
            units: service.units.value, dose: Codes.Dose(service.dose.value.description),
            everyDays: service.every.value?.days, route: service.route.flatMap { Route($0.value) },
            diagnoses: order.diagnoses.map(\.value), modifiers: service.modifiers.map(\.value),
            placeOfService: order.site.placeOfService.value, dateOfService: order.plannedFirstDose.value,
            billingNPI: order.site.npi.value, renderingNPI: order.prescriber.npi.value,
            patientAge: order.patient.born.value.value.wholeYears(until: order.plannedFirstDose.value))
        if let every = service.every.value, every.unit == .month { proposal.everyMonths = every.count }
        proposal.doses = service.doses?.value
        proposal.begins = order.kind.value == .initial || order.kind.value == .restart
        proposal.weight = order.patient.weight.flatMap { Amount($0.value.value.amount) }
        proposal.height = order.patient.height.flatMap { Amount($0.value.value.amount) }
        proposal.ndc = service.ndc?.value
        proposal.discardedUnits = service.discardedUnits?.value
        proposal.administration = service.administration.map(\.value)
        // What is in place is in place for the patient, whichever line says so.
        proposal.gates = order.services.flatMap(\.gates).map(\.value)
        proposal.otherLines = order.services.indices.filter { $0 != number }.map { other in
            ProposedService.OtherLine(
                hcpcs: order.services[other].hcpcs.value, modifiers: order.services[other].modifiers.map(\.value))
        }
        return proposal
    }
}
