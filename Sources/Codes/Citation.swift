public import CivilTime

/// What a finding rests on: the table or the sources, their day, and whether they were seen.
public struct Citation: Hashable, Sendable {
    /// `HCPCS Level II, April 2026 quarter (C, J and Q codes), released 2026-04-01`.
    public let text: String
    public let released: CivilDate?
    /// Not verified: general knowledge that was seen in no source; it may ground a warning and never an error.
    public let isVerified: Bool

    init(_ text: String, released: CivilDate? = nil, isVerified: Bool = true) {
        self.text = text
        self.released = released
        self.isVerified = isVerified
    }
}

extension Release {
    /// For a finding that rests on a table.
    var citation: Citation { Citation("\(name), released \(released)", released: released) }
}

extension ServiceReview {
    /// For a finding that rests on a fact about a drug: its sources, and which facts they were read into.
    func factCitation(_ sources: [String], isVerified: Bool) -> Citation {
        let facts = book.drugsRelease
        let text = sources.isEmpty ? facts.citation.text : "\(sources.joined(separator: "; ")) (\(facts.name))"
        return Citation(text, released: facts.released, isVerified: isVerified)
    }
}

/// ` (unverified)` after a fact that was seen in no source.
func trust(_ isVerified: Bool) -> String { isVerified ? "" : " (unverified)" }
