import Diagnostics

/// A word under gates that the drug facts do not have: it would stand for nothing.
enum GateUnknown: CodeRule {
    static let id = "gate-unknown"
    static let summary = "a gate is written that the drug facts do not name"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let drug = review.drug?.drug else { return [] }
        let known = drug.gates.map(\.id) + drug.tests.map(\.id)
        return review.service.gates.filter { !known.contains($0) }.map { word in
            let nearest = nearestMatch(to: word, among: known)
            let remedy =
                nearest.map { "did you mean \($0)?" }
                ?? (known.isEmpty ? "none are on file" : "those on file are \(known.joined(separator: ", "))")
            return CodeFinding(
                id, .warning, .gates, found: word, expected: nearest ?? "",
                message: "no gate of \(drug.name) is called \"\(word)\"; \(remedy)",
                source: review.book.drugsRelease.citation)
        }
    }
}
