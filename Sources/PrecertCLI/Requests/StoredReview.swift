import CivilTime
import Codes
import Diagnostics
import Engine

/// A stored request held against the code tables as they are now: a release that was loaded since the order was opened
/// may have ended a code, or turned a diagnosis into a heading.
struct StoredReview {
    let findings: [CodeFinding]

    init(_ request: RequestCase, codes: CodeBook) {
        var seen: Set<CodeFinding> = []
        findings = request.lines.flatMap { line in
            CodeGuard(book: codes).findings(for: Self.proposal(line, of: request)).filter { seen.insert($0).inserted }
        }
    }

    var errors: [CodeFinding] { findings.filter { $0.severity == .error } }

    /// For `check`: what would be refused at submission.
    func warn() {
        for error in errors {
            Console.err(
                "warning: \(TextLayout.printable(error.message)) [\(error.ruleID)]; "
                    + "precert submit refuses it, precert amend mends it")
        }
    }

    /// For `submit`.
    func failure(for reference: String) -> CLIFailure? {
        guard !errors.isEmpty else { return nil }
        let list = errors.map { "\($0.message) [\($0.ruleID)]" }.joined(separator: "; ")
        return CLIFailure(
            .refusedInput, "\(reference) was not sent: \(list)",
            hint: "precert amend \(reference) mends it; --override REASON sends it all the same")
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
            billingNPI: detail.siteNPI, renderingNPI: detail.prescriberNPI,
            patientAge: detail.born.wholeYears(until: request.summary.plannedOn))
        proposal.everyMonths = line.everyMonths
        proposal.doses = line.doses
        proposal.weight = detail.weight.flatMap { Amount($0) }
        proposal.height = detail.height.flatMap { Amount($0) }
        proposal.ndc = line.ndc
        proposal.discardedUnits = line.discardedUnits.flatMap { Int($0) }
        proposal.administration = line.administration
        // What is in place is in place for the patient, whichever line says so.
        proposal.gates = request.lines.flatMap(\.gates)
        proposal.otherLines = request.lines.filter { $0.number != line.number }.map { other in
            ProposedService.OtherLine(hcpcs: other.hcpcs, modifiers: other.modifiers)
        }
        proposal.begins = detail.kind == "initial" || detail.kind == "restart"
        return proposal
    }
}
