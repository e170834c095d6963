import Criteria

/// The comparison of two policies for a person.
struct PolicyDiffScreen {
    let before: Policy
    let after: Policy
    let diff: PolicyDiff

    func text(on terminal: Terminal) -> String {
        guard !diff.isSame else { return "\(after.id): the same criteria, and nothing beside them differs.\n" }
        var text = "\(after.id)  " + Style.heading.applied(to: diff.direction.inWords, on: terminal) + "\n"
        if !diff.head.isEmpty {
            text += "\n" + Style.heading.applied(to: "Beside the criteria", on: terminal) + "\n"
            for change in diff.head {
                text += lines(
                    "\(change.what): \(change.before ?? "nothing") → \(change.after ?? "nothing")", 2, terminal)
            }
        }
        for set in diff.sets { text += "\n" + self.text(set, terminal) }
        return text
    }

    private func text(_ set: CriteriaSetDiff, _ terminal: Terminal) -> String {
        let name = set.id == "members" ? "For whom it holds" : set.id
        var text = Style.heading.applied(to: name, on: terminal) + "  " + set.direction.inWords + "\n"
        for change in set.criteria {
            let words = [change.before, change.after].compactMap { $0 }.joined(separator: " → ")
            text += lines("\(change.kind.rawValue) \(change.id): \(words)", 2, terminal)
        }
        if !set.isExact {
            text += lines(
                "Too large to be compared exactly: a sample of records was tried. The verdict may differ elsewhere too.",
                2, terminal)
        }
        if set.direction == .same, set.isExact, !set.criteria.isEmpty {
            text += lines("No record on which every fact is known gets another verdict.", 2, terminal)
        }
        for region in set.regions { text += self.text(region, terminal) }
        if set.isTruncated, set.isExact { text += lines("There are more such regions.", 2, terminal) }
        for remark in set.remarks { text += lines("assumed: \(remark)", 2, terminal) }
        return text
    }

    private func text(_ region: CriteriaSetDiff.Region, _ terminal: Terminal) -> String {
        let style: Style = region.after == .met ? .good : region.before == .met ? .bad : .caution
        let verdicts = style.applied(
            to: "\(region.before.rawValue) before, \(region.after.rawValue) now", on: terminal)
        var text = lines("\(verdicts):", 2, terminal)
        for condition in region.conditions { text += lines("- " + condition, 4, terminal) }
        if !region.otherwise.isEmpty {
            let count = region.otherwise.count
            text += lines("- with everything else as both ask (\(count) fact\(count == 1 ? "" : "s"))", 4, terminal)
        }
        if region.conditions.isEmpty, region.otherwise.isEmpty {
            if region.example == nil { text += lines("- whatever the facts are", 4, terminal) }
        }
        if region.conditions.isEmpty, let example = region.example {
            let words = example.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            text += lines("- for example \(words.joined(separator: ", "))", 4, terminal)
        }
        return text
    }

    /// Wrapped, with the lines after the first further in.
    private func lines(_ text: String, _ indent: Int, _ terminal: Terminal) -> String {
        let margin = String(repeating: " ", count: indent)
        return TextLayout.wrap(text, width: max(30, terminal.width - indent - 2)).enumerated().map { number, line in
            margin + (number == 0 ? "" : "  ") + line + "\n"
        }.joined()
    }
}

extension CriteriaSetDiff.Direction {
    fileprivate var inWords: String {
        switch self {
        case .same: "the same verdicts"
        case .stricter: "stricter"
        case .looser: "looser"
        case .mixed: "stricter here, looser there"
        case .added: "added"
        case .removed: "removed"
        }
    }
}
