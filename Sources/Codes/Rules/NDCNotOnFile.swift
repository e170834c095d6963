import Diagnostics

/// The NDC has the right shape and is not on file. That is not "valid", and not wrong either: few NDCs are on file.
enum NDCNotOnFile: CodeRule {
    static let id = "ndc-not-on-file"
    static let summary = "the NDC is not in the table, so that it was not held against the code"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.ndc, case .certain(let ndc) = NDC.read(written),
            review.book.drugs.owner(of: ndc) == nil
        else { return [] }
        let known = review.codeOwner?.product.containers.compactMap(\.ndc?.description) ?? []
        let remark = known.isEmpty ? "" : "; on file for \(review.code.code): \(known.joined(separator: ", "))"
        return [
            CodeFinding(
                id, .warning, .ndc, found: ndc.description, expected: known.joined(separator: " or "),
                message: "the NDC \(ndc) is not in the table: whether it is billed with \(review.code.code) "
                    + "was not checked\(remark)",
                source: review.book.drugsRelease.citation)
        ]
    }
}
