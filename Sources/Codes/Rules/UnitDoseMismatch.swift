import Diagnostics

/// The units are not the dose's, in another way than by a power of ten; or they cannot be compared.
enum UnitDoseMismatch: CodeRule {
    static let id = "unit-dose-mismatch"
    static let summary = "the units are not the dose counted in the code's unit"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let units = review.service.units
        let source = review.book.hcpcs.release.citation
        guard units > 0 else {
            let expected = review.unitCount.map { String($0.expected.count) } ?? ""
            let remedy = review.unitCount.map { "; \($0.dose) is \($0.sentence)" } ?? ""
            return [
                CodeFinding(
                    id, .error, .units, found: String(units), expected: expected,
                    message: "\(units) units bill nothing\(remedy)", source: source)
            ]
        }
        guard let count = review.unitCount else { return notComparable(review) }
        guard !count.accepts(units), UnitDoseTenfold.factor(in: review) == nil else { return [] }
        let (doses, rest) = units.quotientAndRemainder(dividingBy: max(1, count.expected.count))
        let hint = rest == 0 && doses > 1 ? "; \(units) would be \(doses) doses: write the units of one" : ""
        return [
            CodeFinding(
                id, .error, .units, found: String(units), expected: String(count.expected.count),
                message: "\(count.dose) of \(review.drugName) is \(count.sentence), not \(units)\(hint)",
                source: source)
        ]
    }

    private static func notComparable(_ review: ServiceReview) -> [CodeFinding] {
        guard let dose = review.service.dose, let code = review.countingCode else { return [] }
        let reason =
            code.unit.map { "a dose in \(dose.unit.rawValue) cannot be counted in units of \($0)" }
            ?? "the table names no unit for \(code.code)"
        return [
            CodeFinding(
                id, .warning, .units, found: String(review.service.units),
                message: "the units of \(code.code) were not checked: \(reason)",
                source: review.book.hcpcs.release.citation)
        ]
    }
}
