import Codes
import Diagnostics
import Engine

/// A stored request held against the code tables as they are now: a release that was loaded since the order was opened
/// may have ended a code, or turned a diagnosis into a heading.
///
/// Looked at is what the record keeps. What an order adds for its own check (weight, NDC, waste, gates) is not among it,
/// so that rules about those, and about modifiers, which depend on them, do not speak here.
struct StoredReview {
    let findings: [CodeFinding]

    init(_ request: RequestCase, codes: CodeBook) {
        var seen: Set<CodeFinding> = []
        findings = request.lines.flatMap { line in
            CodeGuard(book: codes).findings(for: Self.proposal(line, of: request)).filter { finding in
                Self.isOnRecord(finding.field) && seen.insert(finding).inserted
            }
        }
    }

    var errors: [CodeFinding] { findings.filter { $0.severity == .error } }

    /// For `check`: what would be refused at submission.
    func warn() {
        for error in errors {
            Console.err(
                "warning: \(TextLayout.printable(error.message)) [\(error.ruleID)]; "
                    + "precert submit refuses it, open the request anew with the right code")
        }
    }

    /// For `submit`.
    func failure(for reference: String) -> CLIFailure? {
        guard !errors.isEmpty else { return nil }
        let list = errors.map { "\($0.message) [\($0.ruleID)]" }.joined(separator: "; ")
        return CLIFailure(
            .refusedInput, "\(reference) was not sent: \(list)",
            hint: "withdraw it and open it anew with the right code; --override REASON sends it all the same")
    }

    private static func isOnRecord(_ field: CodeFinding.Field) -> Bool {
        switch field {
        case .drug, .hcpcs, .units, .route, .diagnoses, .placeOfService, .billingNPI, .renderingNPI: true
        case .dose, .everyDays, .modifiers, .dateOfService, .patientAge, .weight, .doses, .ndc, .discardedUnits,
            .administration, .gates:
            false
        }
    }

    private static func proposal(_ line: RequestCase.Line, of request: RequestCase) -> ProposedService {
        let detail = request.detail
        let units = Amount(line.units).flatMap { amount in
            amount.millionths.isMultiple(of: 1_000_000) ? amount.millionths / 1_000_000 : nil
        }
        var proposal = ProposedService(
            drug: request.summary.drug, hcpcs: line.hcpcs, units: units ?? 0,
            dose: Dose("\(line.doseAmount) \(line.doseUnit)"), everyDays: line.everyDays,
            route: line.route.flatMap { Route($0) }, diagnoses: detail.diagnoses, modifiers: line.modifiers,
            placeOfService: detail.placeOfService, dateOfService: request.summary.plannedOn,
            billingNPI: detail.siteNPI, renderingNPI: detail.prescriberNPI)
        proposal.doses = line.doses
        proposal.begins = detail.kind == "initial" || detail.kind == "restart"
        return proposal
    }
}
