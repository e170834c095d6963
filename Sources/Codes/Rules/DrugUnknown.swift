import Diagnostics

/// The drug as written is none that facts are on file for.
enum DrugUnknown: CodeRule {
    static let id = "drug-unknown"
    static let summary = "no facts are on file for the drug as written"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard review.drug == nil else { return [] }
        let written = review.drugName
        let book = review.book
        if let entry = review.code.entry, names(entry, written) {
            let message = "no label facts are on file for \(written); only the descriptor of \(entry.code) was compared"
            return [
                CodeFinding(
                    id, .warning, .drug, found: written, message: message, source: book.hcpcs.release.citation)
            ]
        }
        let nearest = book.drugs.nearestName(to: written)
        let remedy =
            nearest.map { "did you mean \"\($0)\"?" }
            ?? "write the ingredient or the brand, or add the drug to the drug facts"
        return [
            CodeFinding(
                id, .error, .drug, found: written, expected: nearest ?? "",
                message: "the drug \"\(written)\" is not on file; \(remedy)", source: book.drugsRelease.citation)
        ]
    }

    /// The code's own descriptor names the drug: good enough not to block a drug that we have no label facts on.
    private static func names(_ entry: HCPCSCode, _ drug: String) -> Bool {
        let descriptor = Set(letterRuns(in: entry.descriptor))
        return letterRuns(in: drug).contains { $0.count > 4 && descriptor.contains($0) }
    }
}
