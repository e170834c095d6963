import Diagnostics

/// The NDC has none of its shapes.
enum NDCMalformed: CodeRule {
    static let id = "ndc-malformed"
    static let summary = "the NDC is not 4-4-2, 5-3-2, 5-4-1, 5-4-2 or eleven digits"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.ndc, NDC.read(written) == .malformed else { return [] }
        return [
            CodeFinding(
                id, .error, .ndc, found: written,
                message: "\"\(written)\" is no NDC: ten digits as 4-4-2, 5-3-2 or 5-4-1, or eleven as 5-4-2",
                source: NDC.rule)
        ]
    }
}

extension NDC {
    static let rule = Citation("21 CFR 207.33 (ten digits); 45 CFR 162.1002 (eleven digits, 5-4-2)", isVerified: false)
}
