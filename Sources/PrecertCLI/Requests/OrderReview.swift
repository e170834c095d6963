import CivilTime
import Codes
import Diagnostics
import Engine
import Exchange
import Foundation

/// An order held against the code tables, with each finding at its place in the file.
struct OrderReview {
    let order: Order
    let findings: [CodeFinding]
    /// The drug as the tables know it; nothing when they do not.
    let drug: Drug?
    private let file: String

    init(_ order: Order, file: String, codes: CodeBook) {
        self.order = order
        self.file = file
        drug = codes.drugs.match(order.drug.value)?.drug
        findings = CodeGuard(book: codes).findings(for: Self.service(order))
    }

    /// One a finding: where, what, which rule, on what it rests, and the codes that would fit.
    var diagnostics: [Diagnostic] {
        findings.map { finding in
            let unsaid = finding.offers.filter { !finding.message.contains($0.code) }
            let offers = unsaid.map { "\n    \($0.code)  \($0.description)" }.joined()
            // A message that names its release already need not name it twice.
            let release = finding.source.components(separatedBy: ", released ").first ?? finding.source
            let basis = finding.message.contains(release) ? "" : "; \(finding.source)"
            return Diagnostic(
                finding.severity, at: location(of: finding),
                "\(finding.message) [\(finding.ruleID)\(basis)]\(offers)")
        }.sorted { $0.location < $1.location }
    }

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    private func location(of finding: CodeFinding) -> SourceLocation {
        switch finding.field {
        case .drug: order.drug.location
        case .hcpcs: order.service.hcpcs.location
        case .units: order.service.units.location
        case .dose: order.service.dose.location
        case .everyDays: order.service.every.location
        case .route: (order.service.route ?? order.service.hcpcs).location
        case .diagnoses:
            (order.diagnoses.first { $0.value == finding.found } ?? order.diagnoses.first)?.location
                ?? order.drug.location
        case .modifiers:
            (order.service.modifiers.first { $0.value == finding.found } ?? order.service.hcpcs).location
        case .placeOfService: order.site.placeOfService.location
        case .dateOfService: order.plannedFirstDose.location
        case .billingNPI: order.site.npi.location
        case .renderingNPI: order.prescriber.npi.location
        case .patientAge: order.patient.born.location
        }
    }

    private static func service(_ order: Order) -> ProposedService {
        ProposedService(
            drug: order.drug.value, hcpcs: order.service.hcpcs.value,
            units: order.service.units.value, dose: Codes.Dose(order.service.dose.value.description),
            everyDays: order.service.every.value.days, route: order.service.route.flatMap { Route($0.value) },
            diagnoses: order.diagnoses.map(\.value), modifiers: order.service.modifiers.map(\.value),
            placeOfService: order.site.placeOfService.value, dateOfService: order.plannedFirstDose.value,
            billingNPI: order.site.npi.value, renderingNPI: order.prescriber.npi.value,
            patientAge: order.patient.born.value.value.wholeYears(until: order.plannedFirstDose.value))
    }
}

extension Order.Interval {
    /// In days, where that is the same every time; a month is not.
    var days: Int? {
        switch unit {
        case .day: count
        case .week: count * 7
        case .month: nil
        }
    }
}
