import Diagnostics

/// The NDC is on file as another product's than the code's, or than the brand that is written.
enum NDCCodeMismatch: CodeRule {
    static let id = "ndc-code-mismatch"
    static let summary = "the NDC belongs to another product than the HCPCS code or the brand"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.ndc, case .certain(let ndc) = NDC.read(written),
            let owner = review.book.drugs.owner(of: ndc)
        else { return [] }
        let product = owner.product
        let isVerified = owner.container.isNDCVerified
        let found = "the NDC \(ndc) is \(product.label(of: owner.container)) \(owner.container.milligrams) mg"
        func finding(expected: String, _ words: String) -> [CodeFinding] {
            [
                CodeFinding(
                    id, isVerified ? .error : .warning, .ndc, found: ndc.description, expected: expected,
                    message: "\(found)\(trust(isVerified)), \(words)",
                    source: review.factCitation(owner.container.sources, isVerified: isVerified))
            ]
        }
        // An unclassified code, and one that the product had before, bill the same product.
        let fitsCode =
            product.hcpcs == review.code.code || review.isUnclassifiedForWantOfCode
            || isEarlierCode(review.code.code, of: product, review)
        guard fitsCode else {
            return finding(expected: product.hcpcs, "billed with \(product.hcpcs), not \(review.code.code)")
        }
        // One code may bill several brands.
        if let inside = owner.container.brand, let brand = review.drug?.brands.first, brand != inside,
            product.brands.contains(brand)
        {
            return finding(expected: "an NDC of \(brand)", "not \(brand)")
        }
        return []
    }

    private static func isEarlierCode(_ code: String, of product: DrugProduct, _ review: ServiceReview) -> Bool {
        guard let other = review.book.drugs.owner(of: code)?.product else { return false }
        return other.name == product.name && other.routes == product.routes
            && !Set(other.brands).isDisjoint(with: product.brands)
    }
}
