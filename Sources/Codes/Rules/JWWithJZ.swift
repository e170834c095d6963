import Diagnostics

/// JW (an amount was discarded) and JZ (nothing was) on one line.
enum JWWithJZ: CodeRule {
    static let id = "jw-with-jz"
    static let summary = "JW and JZ stand on one line"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let codes = review.service.modifiers.map(Modifiers.normalized)
        guard codes.contains("JW"), codes.contains("JZ") else { return [] }
        return [
            CodeFinding(
                id, .error, .modifiers, found: "JW, JZ", expected: "JW or JZ",
                message: "JW says that drug was discarded, JZ that none was; with waste, the administered units stand "
                    + "on a line without either and the discarded ones on a second line with JW",
                source: review.book.modifiers.release.citation)
        ]
    }
}
