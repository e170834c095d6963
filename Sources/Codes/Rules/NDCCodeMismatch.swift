import Diagnostics

/// The NDC is on file as another product's than the code's.
enum NDCCodeMismatch: CodeRule {
    static let id = "ndc-code-mismatch"
    static let summary = "the NDC belongs to another product than the HCPCS code"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.ndc, case .certain(let ndc) = NDC.read(written),
            let owner = review.book.drugs.owner(of: ndc), owner.product.hcpcs != review.code.code,
            // An unclassified code, and one that the product had before, bill the same product.
            !review.isUnclassifiedForWantOfCode, !isEarlierCode(review.code.code, of: owner.product, review)
        else { return [] }
        let isVerified = owner.container.isNDCVerified
        return [
            CodeFinding(
                id, isVerified ? .error : .warning, .ndc, found: ndc.description, expected: owner.product.hcpcs,
                message: "the NDC \(ndc) is \(owner.product.label) \(owner.container.milligrams) mg"
                    + "\(trust(isVerified)), billed with \(owner.product.hcpcs), not \(review.code.code)",
                source: review.factCitation(owner.container.sources, isVerified: isVerified))
        ]
    }

    private static func isEarlierCode(_ code: String, of product: DrugProduct, _ review: ServiceReview) -> Bool {
        guard let other = review.book.drugs.owner(of: code)?.product else { return false }
        return other.name == product.name && other.routes == product.routes
            && !Set(other.brands).isDisjoint(with: product.brands)
    }
}
