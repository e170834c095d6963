import CivilTime
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
    static let rule = Citation(
        "https://kb.daisybill.com/articles/how-do-i-convert-a-10-digit-ndc-number-to-11-digits, last update 2022-08-08",
        released: CivilDate(year: 2022, month: 8, day: 8))
}
