import CivilTime
import Diagnostics

/// The diagnosis can be billed on the first dose and no longer on the last (G35 on a request that spans 2025-10-01). An
/// approval under it stays one; the claims after that day need another code.
enum DiagnosisEndsDuringRequest: CodeRule {
    static let id = "diagnosis-ends-during-request"
    static let summary = "the diagnosis code stops being billable before the last of the doses asked for"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.diagnoses
        let days = review.service.doseDays
        return review.diagnoses.compactMap { answer -> CodeFinding? in
            guard case .billable(let entry) = answer.standing, let end = table.history.lastBillable(entry.code),
                let first = days.first(where: { $0 > end }),
                case .notBillable = table.billability(entry.code, on: first).standing
            else { return nil }
            let offers = DiagnosisNotBillable.offers(below: entry.code, in: table)
            return CodeFinding(
                id, .warning, .diagnoses, found: entry.code, expected: orList(offers),
                message: "\(entry.code) can be billed through \(end); doses from \(first) on need another code; "
                    + "ask the clinic which the chart supports: \(inWords(offers))",
                offers: offers,
                source: Citation(
                    "\(table.release.citation.text); \(review.book.diagnosisHistoryRelease.source)",
                    released: table.release.released))
        }
    }
}
