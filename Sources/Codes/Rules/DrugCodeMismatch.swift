import Diagnostics

/// The code bills another drug, or another product, than the one written.
enum DrugCodeMismatch: CodeRule {
    static let id = "drug-code-mismatch"
    static let summary = "the HCPCS code belongs to another drug or product than the one written"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug, !review.codeFitsDrug else { return [] }
        switch review.code.standing {
        case .unknown, .malformed: return []
        case .inForce, .notYetInForce, .perhapsNotYetInForce, .noLongerInForce, .notCarried: break
        }
        // Before a product has a code of its own it is billed under an unclassified one.
        if review.isUnclassifiedForWantOfCode { return [] }
        let right = review.rightCodesInWords
        let name = review.drugName
        let code = review.code.code
        let isOtherProduct = review.codeOwner.map { $0.drug.id == drug.drug.id } ?? false
        let contrast = isOtherProduct ? "another product than \(name)" : "not \(name)"
        return [
            CodeFinding(
                id, .error, .hcpcs, found: code, expected: right.short,
                message: "\(code) is \(meaning(of: review)), \(contrast); \(name) is \(right.long)",
                source: review.book.hcpcs.release.citation)
        ]
    }

    /// `ublituximab-xiiy (Briumvi), 1 mg a unit`.
    private static func meaning(of review: ServiceReview) -> String {
        guard let entry = review.code.entry else { return "no code for a drug that is on file" }
        guard let product = review.codeOwner?.product else { return "\"\(entry.descriptor)\"" }
        let brand = product.brands.isEmpty ? "" : " (\(product.label))"
        let unit = entry.unit.map { ", \($0) a unit" } ?? ""
        return product.name + brand + unit
    }
}
