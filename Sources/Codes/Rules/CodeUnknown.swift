import Diagnostics

/// The code is in no loaded release, or no HCPCS code at all.
enum CodeUnknown: CodeRule {
    static let id = "code-unknown"
    static let summary = "the HCPCS code is in no loaded release"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.hcpcs
        let code = review.code.code
        let problem: String
        switch review.code.standing {
        case .unknown: problem = "\(code) is in no loaded release of HCPCS (last: \(table.release.name))"
        case .malformed: problem = "\"\(code)\" is not a HCPCS code (a letter and four digits, such as J2323)"
        case .inForce, .notYetInForce, .perhapsNotYetInForce, .noLongerInForce, .notCarried: return []
        }
        let right = review.rightCodesInWords
        guard right.short.isEmpty else {
            return [
                CodeFinding(
                    id, .error, .hcpcs, found: code, expected: right.short,
                    message: "\(problem); \(review.drugName) is \(right.long)", source: table.release.citation)
            ]
        }
        let byName = table.codes(naming: review.service.drug)
        let offers = (byName.isEmpty ? table.near(code) : Array(byName.prefix(8))).map {
            CodeFinding.Offer(code: $0.code, description: $0.descriptor)
        }
        let hint =
            offers.isEmpty
            ? "check it, or load a newer release"
            : "\(byName.isEmpty ? "near it are" : "codes that name the drug are") \(inWords(offers))"
        return [
            CodeFinding(
                id, .error, .hcpcs, found: code, expected: orList(offers), message: "\(problem); \(hint)",
                offers: offers, source: table.release.citation)
        ]
    }
}
