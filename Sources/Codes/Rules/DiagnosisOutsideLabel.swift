import Diagnostics

/// No diagnosis on the order is one that the drug is labelled for, or one shows another disease than the labelled.
///
/// Only a code that contradicts a verified label fact is an error. Uses outside the label are asked for, and approved,
/// every day, and no list of labelled codes is complete: the rest are warnings.
enum DiagnosisOutsideLabel: CodeRule {
    static let id = "diagnosis-outside-label"
    static let summary = "no diagnosis is within the drug's labelled indications"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, !drug.indications.isEmpty else { return [] }
        let codes = review.diagnoses.compactMap(\.entry?.code)
        guard !codes.isEmpty else { return [] }
        let contradictions = codes.compactMap { contradiction(of: $0, drug, review) }
        guard contradictions.isEmpty else { return contradictions }
        let labelled = drug.indications.flatMap(\.diagnoses)
        // A heading of labelled codes is reported as not billable; it says nothing against the label.
        let headings = review.diagnoses.compactMap { answer in
            if case .notBillable(let entry, _) = answer.standing { entry.code } else { nil }
        }
        if codes.contains(where: { covered($0, by: labelled) }) { return [] }
        if headings.contains(where: { heading in labelled.contains { $0.hasPrefix(heading) } }) { return [] }
        return [outside(codes, drug, review)]
    }

    private static func contradiction(of code: String, _ drug: Drug, _ review: ServiceReview) -> CodeFinding? {
        guard !covered(code, by: drug.indications.flatMap(\.diagnoses)),
            let indication = drug.indications.first(where: { covered(code, by: $0.contradictedBy) })
        else { return nil }
        let meaning = review.book.diagnoses[code].map { " (\($0.description))" } ?? ""
        return CodeFinding(
            id, indication.isVerified ? .error : .warning, .diagnoses, found: code,
            expected: indication.diagnoses.joined(separator: " or "),
            message: "\(code)\(meaning) is outside the labelled indication of \(drug.name): "
                + "\(indication.name) (\(indication.diagnoses.joined(separator: ", ")))\(trust(indication))",
            source: citation(indication, review))
    }

    private static func outside(_ codes: [String], _ drug: Drug, _ review: ServiceReview) -> CodeFinding {
        let found = codes.joined(separator: ", ")
        let near = drug.indications.first { indication in codes.contains { covered($0, by: indication.notEnoughAlone) }
        }
        if let near {
            // Only what can be written on that day is worth naming: before October 2025 there was G35 alone.
            let usable = near.diagnoses.filter { code in
                let answer = review.book.diagnoses.billability(code, on: review.service.dateOfService)
                return if case .notYet = answer.standing { false } else { true }
            }
            let remedy = usable.isEmpty ? "" : "\(usable.joined(separator: " or ")) would, or "
            return CodeFinding(
                id, .warning, .diagnoses, found: found, expected: usable.joined(separator: " or "),
                message: "\(found) does not by itself show \(near.name), which \(drug.name) is labelled for"
                    + "\(trust(near)); \(remedy)the chart must show it another way",
                source: citation(near, review))
        }
        let uses = drug.indications.map { "\($0.name) (\($0.diagnoses.joined(separator: ", ")))\(trust($0))" }
        let first = drug.indications[0]
        return CodeFinding(
            id, .warning, .diagnoses, found: found,
            expected: drug.indications.flatMap(\.diagnoses).joined(separator: " or "),
            message: "\(found) is outside the labelled indications of \(drug.name) on file: "
                + uses.joined(separator: "; "),
            source: citation(first, review))
    }

    private static func covered(_ code: String, by prefixes: [String]) -> Bool {
        prefixes.contains { code.hasPrefix($0) }
    }
}

func trust(_ indication: DrugIndication) -> String { trust(indication.isVerified) }

func citation(_ indication: DrugIndication, _ review: ServiceReview) -> Citation {
    review.factCitation(indication.sources, isVerified: indication.isVerified)
}
