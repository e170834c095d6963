import Diagnostics

/// The units are the dose's, but for a factor of ten, a hundred or a thousand: a unit of another size was in mind.
enum UnitDoseTenfold: CodeRule {
    static let id = "unit-dose-tenfold"
    static let summary = "the units are off by a factor of ten, a hundred or a thousand"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let count = review.unitCount, let (factor, isTooFew) = factor(in: review) else { return [] }
        let units = review.service.units
        return [
            CodeFinding(
                id, .error, .units, found: String(units), expected: String(count.expected.count),
                message: "\(count.dose) of \(review.drugName) is \(count.sentence); "
                    + "\(units) is \(factor) times too \(isTooFew ? "few" : "many")",
                source: review.book.hcpcs.release.citation)
        ]
    }

    /// `nil` when the units are right, or wrong in another way.
    static func factor(in review: ServiceReview) -> (words: String, isTooFew: Bool)? {
        guard let count = review.unitCount, !count.accepts(review.service.units) else { return nil }
        let units = review.service.units
        let expected = count.expected.count
        for (factor, words) in [(10, "ten"), (100, "a hundred"), (1000, "a thousand")] where units > 0 {
            if expected.isMultiple(of: factor), expected / factor == units { return (words, true) }
            if units.isMultiple(of: factor), units / factor == expected { return (words, false) }
        }
        return nil
    }
}

extension UnitCount {
    /// The units of the dose, or of the whole vials that it opens.
    func accepts(_ units: Int) -> Bool { units == expected.count || units == wholeVials }
}
