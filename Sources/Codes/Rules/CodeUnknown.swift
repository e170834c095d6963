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
        let nearest = table.nearest(to: code)
        let remedy: String
        if !right.short.isEmpty {
            remedy = "; \(review.drugName) is \(right.long)"
        } else if let nearest {
            remedy = "; did you mean \(nearest)?"
        } else {
            remedy = "; check it, or load a newer release"
        }
        return [
            CodeFinding(
                id, .error, .hcpcs, found: code, expected: right.short.isEmpty ? nearest ?? "" : right.short,
                message: problem + remedy, source: table.release.citation)
        ]
    }
}
