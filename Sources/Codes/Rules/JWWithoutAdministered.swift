import Diagnostics

/// A line with JW is the discarded part; the part that was given needs a line of its own.
enum JWWithoutAdministered: CodeRule {
    static let id = "jw-without-administered"
    static let summary = "a JW line without a line for what is administered"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let service = review.service
        // With discarded units beside the given ones the line stands for both, and is written as two on a claim.
        guard service.modifiers.map(Modifiers.normalized).contains("JW"), service.discardedUnits ?? 0 == 0 else {
            return []
        }
        let hasOther = service.otherLines.contains { line in
            HCPCSTable.normalized(line.hcpcs) == review.code.code
                && !line.modifiers.map(Modifiers.normalized).contains("JW")
        }
        guard !hasOther else { return [] }
        return [
            CodeFinding(
                id, .error, .modifiers, found: "JW", expected: "a line of \(review.code.code) without JW",
                message: "JW marks discarded drug, and no line of \(review.code.code) says what is administered; "
                    + "write discarded_units beside the units, or a line without JW",
                source: review.book.modifiers.release.citation)
        ]
    }
}
