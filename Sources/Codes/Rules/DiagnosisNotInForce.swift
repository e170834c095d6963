import CivilTime
import Diagnostics

/// The diagnosis code came after the date of service.
enum DiagnosisNotInForce: CodeRule {
    static let id = "diagnosis-not-in-force"
    static let summary = "the diagnosis code did not exist yet on the date of service"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.diagnoses
        return review.diagnoses.compactMap { answer -> CodeFinding? in
            guard case .notYet(let entry, let through) = answer.standing else { return nil }
            let date = review.service.dateOfService
            let offers = billableAbove(entry.code, on: date, in: table)
            let remedy = offers.isEmpty ? "" : "; on that date it was \(inWords(offers))"
            return CodeFinding(
                id, .error, .diagnoses, found: entry.code, expected: orList(offers),
                message: "\(entry.code) exists from \(through.adding(days: 1)), "
                    + "after the date of service \(date)\(remedy)",
                offers: offers, source: table.release.citation)
        }
    }

    private static func billableAbove(
        _ code: String, on date: CivilDate, in table: DiagnosisTable
    ) -> [CodeFinding.Offer] {
        var shorter = code.dropLast()
        while shorter.count >= 3 {
            if case .billable(let entry) = table.billability(String(shorter), on: date).standing {
                return [CodeFinding.Offer(code: entry.code, description: entry.description)]
            }
            shorter = shorter.dropLast()
        }
        return []
    }
}
