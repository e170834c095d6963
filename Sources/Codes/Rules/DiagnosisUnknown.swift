import Diagnostics

/// The diagnosis code is in no loaded release, or not written as one.
enum DiagnosisUnknown: CodeRule {
    static let id = "diagnosis-unknown"
    static let summary = "the diagnosis code is in no loaded release"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.diagnoses
        return review.diagnoses.compactMap { answer -> CodeFinding? in
            switch answer.standing {
            case .billable, .notBillable, .notYet: return nil
            case .malformed:
                return CodeFinding(
                    id, .error, .diagnoses, found: answer.code,
                    message: "\"\(answer.code)\" is not written as an ICD-10-CM code (such as G35.A or K50.00)",
                    source: table.release.citation)
            case .unknown(let ancestor):
                let offers = ancestor.map { codesToOffer(at: $0, in: table) } ?? []
                let hint = ancestor.map { "; the nearest above it is \($0.code), \($0.description)" } ?? ""
                let choice = offers.isEmpty ? "" : ": \(inWords(offers))"
                return CodeFinding(
                    id, .error, .diagnoses, found: answer.code, expected: orList(offers),
                    message: "\(answer.code) is in no loaded release (last: \(table.release.name))\(hint)\(choice)",
                    offers: offers, source: table.release.citation)
            }
        }
    }

    private static func codesToOffer(
        at ancestor: Diagnosis, in table: DiagnosisTable
    ) -> [CodeFinding.Offer] {
        ancestor.isBillable
            ? [CodeFinding.Offer(code: ancestor.code, description: ancestor.description)]
            : DiagnosisNotBillable.offers(below: ancestor.code, in: table)
    }
}

/// `G35.A (Relapsing-remitting …), G35.D (…)`.
func inWords(_ offers: [CodeFinding.Offer]) -> String {
    offers.map { "\($0.code) (\($0.description))" }.joined(separator: ", ")
}

/// `G35.A or G35.D`.
func orList(_ offers: [CodeFinding.Offer]) -> String { offers.map(\.code).joined(separator: " or ") }
