import CivilTime
import Diagnostics

/// The code is in force on the first dose and not on the last: doses after its end need the code that follows, often
/// with another unit (J1300 counts 10 mg, J1299 2 mg: five times as many units).
enum CodeEndsDuringRequest: CodeRule {
    static let id = "code-ends-during-request"
    static let summary = "the HCPCS code ends before the last of the doses asked for"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard case .inForce(let entry) = review.code.standing, let end = entry.lastDate else { return [] }
        let days = review.service.doseDays
        let after = days.filter { $0 > end }
        guard let first = after.first else { return [] }
        let successors = successors(of: entry, on: first, review)
        let bound = entry.lastDateIsUpperBound ? "no later than " : ""
        let remedy = successors.isEmpty ? "" : "; they are \(successors.map(\.words).joined(separator: " or "))"
        return [
            CodeFinding(
                id, .error, .hcpcs, found: entry.code, expected: successors.map(\.code).joined(separator: " or "),
                message:
                    "\(entry.code) ends \(bound)\(end); \(after.count) of the \(days.count) doses, from \(first) on, "
                    + "come after it\(remedy); write two lines",
                source: review.book.hcpcs.release.citation)
        ]
    }

    /// What the same product is billed with on the day, and how many units it makes.
    private static func successors(
        of entry: HCPCSCode, on date: CivilDate, _ review: ServiceReview
    ) -> [(code: String, words: String)] {
        var later = review.service
        later.dateOfService = date
        let then = ServiceReview(later, in: review.book)
        let brands = Set(review.codeOwner?.product.brands ?? [])
        let inForce = then.rightCodes.filter { right in
            if case .inForce = review.book.hcpcs.lookup(right.code.code, on: date).standing { true } else { false }
        }
        let same = inForce.filter { !brands.isDisjoint(with: $0.product.brands) }
        return (same.isEmpty ? inForce : same).map { right in
            (right.code.code, "\(right.code.code)\(change(from: entry, to: right.code, review.service.dose))")
        }
    }

    /// ` (2 mg): 450 units for 900 mg instead of 90, 5 times as many`.
    private static func change(from old: HCPCSCode, to new: HCPCSCode, _ dose: Dose?) -> String {
        guard let before = old.unit, let after = new.unit else { return "" }
        guard before != after else { return " (\(after), as before)" }
        // Units that cannot be compared are the units rule's to report.
        guard let dose, let then = try? DoseConverter.units(for: dose, of: after),
            let now = try? DoseConverter.units(for: dose, of: before), now.count > 0
        else { return " (\(after) a unit instead of \(before))" }
        let times = then.count.isMultiple(of: now.count) ? ", \(then.count / now.count) times as many" : ""
        return
            " (\(after) a unit instead of \(before)): \(then.count) units for \(dose) instead of \(now.count)\(times)"
    }
}

extension ProposedService {
    /// The days on which doses are planned, as far as the order says; the first alone when it does not.
    var doseDays: [CivilDate] {
        let count = min(max(doses ?? 1, 1), 1000)
        return (0..<count).compactMap { number in
            if let everyDays, (1...10_000).contains(everyDays) { return dateOfService.adding(days: number * everyDays) }
            if let everyMonths, (1...1000).contains(everyMonths) {
                return dateOfService.adding(months: number * everyMonths)
            }
            return number == 0 ? dateOfService : nil
        }
    }
}
