import Diagnostics

/// The patient is younger than any labelled use that the diagnoses point to.
enum AgeOutsideLabel: CodeRule {
    static let id = "age-outside-label"
    static let summary = "the patient is younger than the label's lowest age"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let age = review.service.patientAge, let drug = review.drug?.drug else { return [] }
        let codes = review.diagnoses.compactMap(\.entry?.code)
        let meant = drug.indications.filter { indication in
            codes.contains { code in indication.diagnoses.contains { code.hasPrefix($0) } }
        }
        let uses = meant.isEmpty ? drug.indications : meant
        let ages = uses.compactMap(\.ageFrom)
        guard ages.count == uses.count, let youngest = uses.min(by: { ($0.ageFrom ?? 0) < ($1.ageFrom ?? 0) }),
            let from = youngest.ageFrom, age < from
        else { return [] }
        return [
            CodeFinding(
                id, .warning, .patientAge, found: String(age), expected: "\(from) or older",
                message: "\(drug.name) is labelled from \(from) years for \(youngest.name)\(trust(youngest)); "
                    + "the patient is \(age)",
                source: citation(youngest, review))
        ]
    }
}
