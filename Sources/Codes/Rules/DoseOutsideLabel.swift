import Diagnostics

/// The dose is none that the label gives. Silent unless every dose of the label is on file and fixed; doses by weight
/// or surface are `dose-by-weight`'s.
enum DoseOutsideLabel: CodeRule {
    static let id = "dose-outside-label"
    static let summary = "the dose is none that the label gives"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, drug.dosesAreComplete, let dose = review.service.dose else { return [] }
        let doses = drug.doses.filter { usual in
            review.service.route == nil || usual.route == nil || usual.route == review.service.route
        }
        guard !doses.isEmpty, doses.allSatisfy({ $0.isFixed && $0.dose.isComparable(with: dose) }),
            !doses.contains(where: { $0.allows(dose) })
        else { return [] }
        var amounts: [String] = []
        for usual in doses where !amounts.contains(usual.inWords) { amounts.append(usual.inWords) }
        let list = amounts.joined(separator: " or ")
        return [
            CodeFinding(
                id, .warning, .dose, found: dose.description, expected: list,
                message: "\(dose) is no labelled dose of \(drug.name): \(list)"
                    + trust(doses.allSatisfy(\.isVerified)),
                source: review.factCitation(doses))
        ]
    }
}

extension UsualDose {
    /// Whether a fixed dose, or a range of them, holds the one written.
    func allows(_ written: Dose) -> Bool {
        guard let amount = written.baseMillionths, let low = dose.baseMillionths else { return false }
        return amount >= low && amount <= (maximumAmount?.baseMillionths ?? low)
    }
}
