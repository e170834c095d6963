import Diagnostics

/// The dose is not what the label's milligrams a kilogram, a square metre or a weight band give for this patient.
///
/// A tenth either way passes, and so does rounding up to whole containers: practices round so, and the label is a rule
/// of thumb for a weight that changes.
enum DoseByWeight: CodeRule {
    static let id = "dose-by-weight"
    static let summary = "the dose is not the label's for the patient's weight or body surface"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug, let dose = review.service.dose, let given = dose.milligrams else {
            return []
        }
        let usual = review.labelDoses
        guard usual.contains(where: \.needsWeight) else { return [] }
        let doses = usual.compactMap { review.labelDose($0) }
        guard doses.count == usual.count, !doses.contains(where: { accepts(given, $0, review) }) else { return [] }
        var sentences: [String] = []
        for dose in doses where !sentences.contains(dose.sentence) { sentences.append(dose.sentence) }
        let hint = tenfold(given, doses).map { "; \(dose) is \($0)" } ?? ""
        return [
            CodeFinding(
                id, .warning, .dose, found: dose.description, expected: expected(doses),
                message: "\(dose) of \(drug.name) is not the label's dose for this patient: "
                    + "\(sentences.joined(separator: " or "))\(trust(usual.allSatisfy(\.isVerified)))\(hint)",
                source: review.factCitation(usual))
        ]
    }

    private static func accepts(_ given: Amount, _ dose: LabelDose, _ review: ServiceReview) -> Bool {
        var most = dose.high.percent(110)
        let sizes = review.codeOwner?.product.containers.map(\.milligrams) ?? []
        if let whole = WholeContainers(for: dose.high, of: sizes) { most = max(most, whole.total) }
        return given >= dose.low.percent(90) && given <= most
    }

    /// `415 mg` or `415 mg to 830 mg`, over all doses that the label gives.
    private static func expected(_ doses: [LabelDose]) -> String {
        guard let low = doses.map(\.low).min(), let high = doses.map(\.high).max() else { return "" }
        return low == high ? "\(low) mg" : "\(low) mg to \(high) mg"
    }

    private static func tenfold(_ given: Amount, _ doses: [LabelDose]) -> String? {
        for dose in doses {
            if given.millionths / 10 >= dose.low.percent(90).millionths,
                given.millionths / 10 <= dose.high.percent(110).millionths
            {
                return "ten times as much"
            }
            if given.millionths >= dose.low.percent(9).millionths, given.millionths <= dose.high.percent(11).millionths
            {
                return "a tenth of it"
            }
        }
        return nil
    }
}
