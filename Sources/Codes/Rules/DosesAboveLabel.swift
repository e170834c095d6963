import Diagnostics

/// More doses are asked for than the label has of this form: an infusion that only begins a therapy which goes on under
/// the skin (ustekinumab IV once, risankizumab IV three times).
enum DosesAboveLabel: CodeRule {
    static let id = "doses-above-label"
    static let summary = "more doses than the label has of a form that is for induction only"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, let doses = review.service.doses else { return [] }
        let usual = review.labelDoses
        guard !usual.isEmpty, usual.allSatisfy({ $0.shortestIntervalInDays == nil && !$0.atWeeks.isEmpty }) else {
            return []
        }
        let uses = Set(usual.flatMap(\.indications))
        // Only where the label goes on by another route: a cycle may be repeated, and a label not all on file may go on.
        guard uses.allSatisfy({ goesOn(with: $0, of: drug, otherThan: usual) }) else { return [] }
        let most = uses.map { use in usual.filter { $0.indications.contains(use) }.flatMap(\.atWeeks).count }.max() ?? 0
        guard doses > most else { return [] }
        let route = usual.first?.route.map { " \($0.rawValue)" } ?? ""
        return [
            CodeFinding(
                id, .warning, .doses, found: String(doses), expected: "at most \(most)",
                message: "\(doses) doses of \(drug.name)\(route) are asked for; the label gives \(most), for induction"
                    + trust(usual.allSatisfy(\.isVerified)),
                source: review.factCitation(usual))
        ]
    }

    private static func goesOn(with use: String, of drug: Drug, otherThan usual: [UsualDose]) -> Bool {
        let routes = Set(usual.map(\.route))
        return drug.doses.contains { dose in
            dose.indications.contains(use) && dose.shortestIntervalInDays != nil && !routes.contains(dose.route)
        }
    }
}
