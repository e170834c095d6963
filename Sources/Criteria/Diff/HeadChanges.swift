import CivilTime

extension Policy {
    /// What stands beside the criteria and is otherwise in the new version.
    func headChanges(_ new: Policy) -> [PolicyDiff.Change] {
        let before = Dictionary(headLines, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.headLines, uniquingKeysWith: { first, _ in first })
        var names = headLines.map(\.0)
        names += new.headLines.map(\.0).filter { !names.contains($0) }
        return names.compactMap { name in
            before[name] == after[name]
                ? nil : PolicyDiff.Change(what: name, before: before[name], after: after[name])
        }
    }

    private var headLines: [(String, String)] {
        var lines: [(String, String?)] = [
            ("policy", id), ("title", title), ("number", number), ("version", String(version)),
            ("decides", decides.inWords), ("status", statusInWords),
            ("effective from", effectiveFrom?.description), ("effective to", effectiveTo?.description),
            ("governed by", governedBy.rawValue.replacing("_", with: " ")),
            ("product", product.name), ("ingredients", listed(product.drugs)), ("brands", listed(product.brands)),
            ("codes", listed(product.hcpcs)), ("classes", listed(product.classes)),
            ("last checked", lastChecked.description), ("review by", reviewBy.description),
        ]
        lines += judgedAs.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ("\($0.key.rawValue) judged as", "\($0.value.phase.rawValue) [\($0.value.citation)]") }
        lines += sources.map { source in
            let parts = [
                source.title, source.number, source.url, "retrieved \(source.retrieved)", source.evidence.rawValue,
                source.isVerified ? "seen at the source" : "not verified",
            ]
            return ("source \(source.id)", parts.compactMap { $0 }.joined(separator: ", "))
        }
        lines += sets.map { ("approval of \($0.id)", $0.approval?.description) }
        lines.append(("notes", notes.isEmpty ? nil : notes.joined(separator: " / ")))
        return lines.compactMap { name, text in text.map { (name, $0) } }
    }

    private func listed(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: ", ") }

    private var statusInWords: String {
        switch status {
        case .current: "current"
        case .superseded(let note): "superseded: \(note)"
        case .unconfirmed(let note): "unconfirmed: \(note)"
        }
    }
}
