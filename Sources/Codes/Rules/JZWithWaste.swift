import Diagnostics

/// JZ says that nothing was discarded, and the order or the containers say otherwise.
enum JZWithWaste: CodeRule {
    static let id = "jz-with-waste"
    static let summary = "JZ on a line with discarded units, or with a dose that is not whole containers"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard review.service.modifiers.map(Modifiers.normalized).contains("JZ") else { return [] }
        if let discarded = review.service.discardedUnits, discarded > 0 {
            return [
                CodeFinding(
                    id, .error, .modifiers, found: "JZ", expected: "JW on a second line",
                    message: "JZ says that nothing is discarded; the order says \(discarded) units are",
                    source: review.book.modifiers.release.citation)
            ]
        }
        guard let split = review.billing, split.discarded > 0, let dose = review.service.dose else { return [] }
        return [
            CodeFinding(
                id, .warning, .modifiers, found: "JZ", expected: "\(split.administered) and \(split.discarded) JW",
                message: "JZ says that nothing is discarded; \(dose) is not whole containers: \(split.sentence)",
                source: review.factCitation(split.sources + [BillingSplit.rule], isVerified: split.isVerified))
        ]
    }
}
