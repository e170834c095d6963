import Diagnostics

/// The label doses the drug by weight or surface, and the order does not say what the patient weighs.
enum WeightMissing: CodeRule {
    static let id = "weight-missing"
    static let summary = "the label doses by weight or body surface, and the order names none"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let usual = review.labelDoses
        guard let drug = review.drug?.drug, !usual.isEmpty, usual.allSatisfy(\.needsWeight) else { return [] }
        var missing: [String] = []
        if review.service.weight == nil { missing.append("weight_kg") }
        if review.service.height == nil, usual.contains(where: \.needsHeight) { missing.append("height_cm") }
        guard !missing.isEmpty else { return [] }
        let keys = missing.joined(separator: " and ")
        var words: [String] = []
        for dose in usual where !words.contains(dose.inWords) { words.append(dose.inWords) }
        return [
            CodeFinding(
                id, .warning, .weight, found: "", expected: keys,
                message: "the label gives \(drug.name) as \(words.joined(separator: " or "))"
                    + "\(trust(usual.allSatisfy(\.isVerified))); without \(keys) the dose was not checked",
                source: review.factCitation(usual))
        ]
    }
}
