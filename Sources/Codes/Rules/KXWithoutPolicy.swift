import Diagnostics

/// KX attests that a policy's requirements are met; without a policy that asks for it, it attests to nothing.
enum KXWithoutPolicy: CodeRule {
    static let id = "kx-without-policy"
    static let summary = "KX, and no loaded policy asks for it"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard review.service.modifiers.map(Modifiers.normalized).contains("KX"),
            !review.service.modifiersAskedFor.contains("KX")
        else { return [] }
        return [
            CodeFinding(
                id, .warning, .modifiers, found: "KX", expected: "no KX",
                message: "KX attests that the requirements of a payer's policy are met; no loaded policy asks for it",
                source: review.book.modifiers.release.citation)
        ]
    }
}
