import Diagnostics

/// Tests that come before the first dose, on a request that begins a therapy. One finding names them all.
enum TestMissing: CodeRule {
    static let id = "test-missing"
    static let summary = "tests due before the first dose are not said to be done"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard review.service.begins, let drug = review.drug?.drug else { return [] }
        let missing = review.testsBeforeFirstDose.filter { !review.service.gates.contains($0.id) }
        guard !missing.isEmpty else { return [] }
        let list = missing.map { "\($0.name) [\($0.id)]\(trust($0.isVerified))" }
        var sources: [String] = []
        for source in missing.flatMap(\.sources) where !sources.contains(source) { sources.append(source) }
        return [
            CodeFinding(
                id, .warning, .gates, found: review.service.gates.joined(separator: ", "),
                expected: missing.map(\.id).joined(separator: ", "),
                message: "before the first dose of \(drug.name): \(list.joined(separator: "; ")); "
                    + "write those that are done under gates",
                source: review.factCitation(sources, isVerified: missing.allSatisfy(\.isVerified)))
        ]
    }
}
