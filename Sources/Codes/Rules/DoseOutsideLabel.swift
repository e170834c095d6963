import Diagnostics

/// The dose or its interval is none that the label gives. Silent unless every dose of the label is on file and fixed.
enum DoseOutsideLabel: CodeRule {
    static let id = "dose-outside-label"
    static let summary = "the dose or the interval is none that the label gives"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, drug.dosesAreComplete, let dose = review.service.dose else { return [] }
        let doses = drug.doses.filter { usual in
            review.service.route == nil || usual.route == nil || usual.route == review.service.route
        }
        guard !doses.isEmpty, doses.allSatisfy({ $0.basis == .fixed && $0.dose.isComparable(with: dose) }) else {
            return []
        }
        let same = doses.filter { $0.dose.baseMillionths == dose.baseMillionths }
        guard !same.isEmpty else { return [unusualDose(dose, drug, doses, review)] }
        guard let every = review.service.everyDays,
            let shortest = same.compactMap(\.shortestIntervalInDays).min(), every < shortest
        else { return [] }
        let unverified = same.allSatisfy(\.isVerified) ? "" : " (unverified)"
        return [
            CodeFinding(
                id, .warning, .everyDays, found: String(every), expected: "\(shortest) or more",
                message: "\(dose) of \(drug.name) every \(every) days is more often than the label gives it: "
                    + "every \(shortest) days\(unverified)",
                source: citation(same, review))
        ]
    }

    private static func unusualDose(
        _ dose: Dose, _ drug: Drug, _ doses: [UsualDose], _ review: ServiceReview
    ) -> CodeFinding {
        var amounts: [String] = []
        for usual in doses where !amounts.contains(usual.dose.description) { amounts.append(usual.dose.description) }
        let unverified = doses.allSatisfy(\.isVerified) ? "" : " (unverified)"
        return CodeFinding(
            id, .warning, .dose, found: dose.description, expected: amounts.joined(separator: " or "),
            message: "\(dose) is no labelled dose of \(drug.name): \(amounts.joined(separator: " or "))\(unverified)",
            source: citation(doses, review))
    }

    private static func citation(_ doses: [UsualDose], _ review: ServiceReview) -> String {
        doses.first.map(\.sources).flatMap { $0.isEmpty ? nil : $0.joined(separator: "; ") }
            ?? review.book.drugsRelease.citation
    }
}

extension UsualDose {
    /// Months count as four weeks here: the shortest interval that a label's "every six months" can mean.
    var shortestIntervalInDays: Int? { everyDays ?? everyMonths.map { $0 * 28 } }
}
