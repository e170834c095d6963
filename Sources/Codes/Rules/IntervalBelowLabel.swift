import Diagnostics

/// The doses follow each other faster than the label lets them.
///
/// Induction has shorter gaps than what comes after it: they count while no more doses are asked for than it has.
enum IntervalBelowLabel: CodeRule {
    static let id = "interval-below-label"
    static let summary = "the interval is shorter than any that the label gives for the dose"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, let dose = review.service.dose else { return [] }
        let usual = review.labelDoses.filter { $0.needsWeight || $0.allows(dose) }
        guard let shortest = usual.compactMap({ allowed($0, review) }).min(), let written = written(review.service),
            written.days < shortest
        else { return [] }
        return [
            CodeFinding(
                id, .warning, .everyDays, found: written.words, expected: "\(shortest) days or more",
                message: "\(dose) of \(drug.name) every \(written.words) is more often than the label gives it: "
                    + "every \(shortest) days\(trust(usual.allSatisfy(\.isVerified)))",
                source: review.factCitation(usual))
        ]
    }

    private static func allowed(_ usual: UsualDose, _ review: ServiceReview) -> Int? {
        let service = review.service
        let isInduction = service.begins && (service.doses ?? 0) <= usual.atWeeks.count
        return [usual.shortestIntervalInDays, isInduction ? usual.shortestGapInDays : nil].compactMap(\.self).min()
    }

    /// A calendar month counts as 31 days: the most that it can be, so that only what is certain is said.
    private static func written(_ service: ProposedService) -> (days: Int, words: String)? {
        if let days = service.everyDays { return (days, "\(days) days") }
        guard let months = service.everyMonths, (0...1000).contains(months) else { return nil }
        return (months * 31, months == 1 ? "month" : "\(months) months")
    }
}
