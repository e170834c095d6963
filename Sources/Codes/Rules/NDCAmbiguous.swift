import Diagnostics

/// Ten digits without hyphens: three NDCs are written so, and none is chosen.
enum NDCAmbiguous: CodeRule {
    static let id = "ndc-ambiguous"
    static let summary = "the NDC has ten digits without hyphens, which can be three NDCs"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.ndc, case .ambiguous(let readings) = NDC.read(written) else { return [] }
        let list = readings.map(\.description).joined(separator: " or ")
        let known = readings.compactMap { ndc in
            review.book.drugs.owner(of: ndc).map { "\(ndc) is \($0.product.label)" }
        }
        let remark = known.isEmpty ? "" : " (on file: \(known.joined(separator: ", ")))"
        return [
            CodeFinding(
                id, .error, .ndc, found: written, expected: list,
                message: "ten digits without hyphens can be \(list)\(remark); write it with the hyphens of the package",
                source: NDC.rule)
        ]
    }
}
