import CivilTime
import Diagnostics

/// The diagnosis is a heading: a claim needs one of the codes below it. They are offered, none is chosen: which one is
/// true stands in the chart.
enum DiagnosisNotBillable: CodeRule {
    static let id = "diagnosis-not-billable"
    static let summary = "the diagnosis code is a heading on the date of service; its children are offered"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.diagnoses
        return review.diagnoses.compactMap { answer -> CodeFinding? in
            guard case .notBillable(let entry, let lastBillable) = answer.standing else { return nil }
            let since = lastBillable.map { " since \($0.adding(days: 1))" } ?? ""
            let offers = offers(below: entry.code, in: table)
            guard !offers.isEmpty else {
                return CodeFinding(
                    id, .error, .diagnoses, found: entry.code,
                    message:
                        "\(entry.code) (\(entry.description)) is not billable\(since), and no code stands below it; "
                        + "ask the clinic which code the chart supports",
                    source: table.release.citation)
            }
            let areBillable = offers.allSatisfy { table[$0.code]?.isBillable ?? false }
            return CodeFinding(
                id, .error, .diagnoses, found: entry.code,
                expected: areBillable ? orList(offers) : "a billable code below \(entry.code)",
                message: "\(entry.code) (\(entry.description)) is not billable\(since); "
                    + "ask the clinic which of these the chart supports: \(inWords(offers))",
                offers: offers,
                source: lastBillable == nil
                    ? table.release.citation
                    : Citation(
                        "\(table.release.citation.text); \(review.book.diagnosisHistoryRelease.source)",
                        released: table.release.released))
        }
    }

    /// The billable codes below a heading, or its direct children where those would be too many to read.
    static func offers(below code: String, in table: DiagnosisTable) -> [CodeFinding.Offer] {
        let billable = table.descendants(of: code).filter(\.isBillable)
        let few = billable.count <= 20 ? billable : table.children(of: code)
        return few.map { CodeFinding.Offer(code: $0.code, description: $0.description) }
    }
}
