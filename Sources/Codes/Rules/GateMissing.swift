import Diagnostics

/// A programme in which prescriber, patient or site must be enrolled before the drug is released to them.
enum GateMissing: CodeRule {
    static let id = "gate-missing"
    static let summary = "a programme that the product needs (REMS) is not said to be in place"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug else { return [] }
        let written = Set(review.service.gates)
        return review.gates.filter { !written.contains($0.id) }.map { gate in
            CodeFinding(
                id, .warning, .gates, found: review.service.gates.joined(separator: ", "), expected: gate.id,
                message: "\(drug.name) needs the \(gate.name)\(trust(gate.isVerified)); "
                    + "when it is in place write \(gate.id) under gates",
                source: review.factCitation(gate.sources, isVerified: gate.isVerified))
        }
    }
}

extension ServiceReview {
    /// The programmes of the product that the code bills, or of all that the writing can mean.
    var gates: [DrugGate] {
        guard let drug else { return [] }
        let products = codeFitsDrug ? codeOwner.map { [$0.product] } ?? drug.products : drug.products
        return drug.drug.gates.filter { gate in products.contains { drug.drug.gates(for: $0).contains(gate) } }
    }

    /// The tests that are due before the first dose, for the uses that the diagnoses point to.
    var testsBeforeFirstDose: [DrugTest] {
        guard let drug = drug?.drug else { return [] }
        let uses = indications(of: drug).map(\.id)
        return drug.tests.filter { test in
            test.timing == .beforeFirstDose
                && (test.indications.isEmpty || !Set(test.indications).isDisjoint(with: uses))
        }
    }
}
