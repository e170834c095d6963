import Diagnostics

/// The discarded units are not what the containers leave.
///
/// 415 mg from 100 mg vials at 10 mg a unit: 42 given and 8 discarded make the 50 of five vials. Rounding 8.5 discarded
/// units up as well would bill 51.
enum DiscardedUnitsMismatch: CodeRule {
    static let id = "discarded-units-mismatch"
    static let summary = "the discarded units are not what is left of the containers opened"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let discarded = review.service.discardedUnits, let split = review.billing, let dose = review.service.dose,
            discarded != split.discarded
        else { return [] }
        let administered = split.administered
        let exceeds =
            discarded > split.discarded
            ? "; \(administered) + \(discarded) = \(sum(administered, discarded)) would be more than was opened" : ""
        return [
            CodeFinding(
                id, split.isVerified ? .error : .warning, .discardedUnits, found: String(discarded),
                expected: String(split.discarded),
                message: "\(dose) of \(review.drugName) is \(split.sentence), not \(discarded) discarded\(exceeds)",
                source: review.factCitation(split.sources + [BillingSplit.rule], isVerified: split.isVerified))
        ]
    }

    private static func sum(_ left: Int, _ right: Int) -> String {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? "a number beyond counting" : String(sum)
    }
}
