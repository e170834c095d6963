import CivilTime
import Criteria

/// A policy's tree for a person, with or without a request's verdicts in it.
struct PolicyExplainScreen {
    let terminal: Terminal

    func text(_ reference: String, _ part: ExplainedDecision) -> String {
        let lines = part.lines.map(String.init).joined(separator: ", ")
        var text = "\(reference)  \(part.decision), line\(part.lines.count == 1 ? "" : "s") \(lines) (\(part.hcpcs)): "
        text += heading(part.verdict)
        for reason in part.reasons { text += wrapped(reason) }
        guard let policy = part.policy else { return text }
        text += "\n" + block(policy, set: part.criteriaSet, approval: part.approval) + warnings(part.warnings)
        if !part.chosenBecause.isEmpty { text += "\n" + heading("Why this version") }
        for reason in part.chosenBecause { text += item(reason) }
        for other in part.notChosen { text += item("not \(other)") }
        if let criteria = part.criteria {
            text += "\n" + heading("Criteria (those marked * force the verdict)") + tree(criteria, depth: 0)
        }
        return text + notes(part.notes) + sources(part.sources)
    }

    func text(_ policy: Policy, _ sets: [CriteriaSet]) -> String {
        let document = ExplainedPolicy(policy, sets)
        var text = block(document.policy, set: nil, approval: nil) + warnings(document.warnings)
        if let members = document.members { text += "\n" + heading("For whom it holds") + tree(members, depth: 0) }
        for set in document.sets {
            text += "\n" + heading(set.id)
            if let approval = set.approval { text += wrapped("An approval would be \(approval).") }
            text += tree(set.criteria, depth: 0)
        }
        return text + notes(document.notes) + sources(document.sources)
    }

    private func notes(_ notes: [String]) -> String {
        notes.isEmpty ? "" : "\n" + heading("Notes") + notes.map { item($0) }.joined()
    }

    private func block(_ policy: PolicyStamp, set: String?, approval: String?) -> String {
        var block = KeyValues()
        block.add("Policy", key: "policy", .text("\(policy.title) (\(policy.id), version \(policy.version))"))
        block.add("Product", key: "product", .text(policy.product))
        block.add("Number", key: "number", .text(policy.number ?? "not on file"))
        block.add("Status", key: "status", .text(policy.status))
        let from = policy.effectiveFrom?.description ?? "not on file"
        block.add("Effective", key: "effective", .text(from + (policy.effectiveTo.map { " to \($0)" } ?? "")))
        block.add("Criteria set", key: "set", .text(set))
        block.add("An approval", key: "approval", .text(approval.map { "would be \($0)" }))
        let trust = "\(policy.evidence), \(policy.isVerified ? "seen at the source" : "NOT VERIFIED")"
        block.add("Evidence level", key: "evidence", .text(trust))
        block.add("Last checked", key: "checked", .text("\(policy.lastChecked); review by \(policy.reviewBy)"))
        return block.text(on: terminal)
    }

    private func tree(_ node: ExplainedCriterion, depth: Int) -> String {
        let mark =
            switch node.verdict {
            case .met?: Style.good.applied(to: "met    ", on: terminal) + "  "
            case .unmet?: Style.bad.applied(to: "NOT MET", on: terminal) + "  "
            case .unknown?: Style.caution.applied(to: "unknown", on: terminal) + "  "
            case nil: ""
            }
        let margin = 2 * depth + 2
        var details = [node.combines.map { "(\($0.lowercased()))" }].compactMap { $0 }
        if let asks = node.asks { details.append("asks: \(asks)") }
        if node.kind == "leaf", let why = node.why {
            let source = [node.evidence, node.observedOn.map { "observed \($0)" }].compactMap { $0 }
            details.append("why: \(why)" + (source.isEmpty ? "" : " (\(source.joined(separator: ", ")))"))
        }
        if let citation = node.citation { details.append("[\(citation)]") }
        let width = node.verdict == nil ? 0 : 9
        var text = ""
        let title = node.title + (node.isDecisive == true && node.kind == "leaf" ? "  *" : "")
        for (number, line) in TextLayout.wrap(title, width: max(30, terminal.width - margin - width)).enumerated() {
            text += spaces(margin) + (number == 0 ? mark : spaces(width)) + line + "\n"
        }
        for detail in details {
            for line in TextLayout.wrap(detail, width: max(30, terminal.width - margin - width - 2)) {
                text += spaces(margin + width + 2) + Style.faint.applied(to: line, on: terminal) + "\n"
            }
        }
        return text + node.children.map { tree($0, depth: depth + 1) }.joined()
    }

    private func sources(_ sources: [ExplainedSource]) -> String {
        guard !sources.isEmpty else { return "" }
        var text = "\n" + heading("Sources")
        for source in sources {
            let words = [source.title, source.number, source.url, "retrieved \(source.retrieved)", source.evidence]
            let trust = source.isVerified ? "seen at the source" : "NOT VERIFIED"
            text += item("\(source.id): \((words.compactMap { $0 } + [trust]).joined(separator: ", "))")
        }
        return text
    }

    private func warnings(_ warnings: [String]) -> String {
        warnings.map { wrapped(Style.caution.applied(to: "note:", on: terminal) + " " + $0) }.joined()
    }

    private func heading(_ words: String) -> String { Style.heading.applied(to: words, on: terminal) + "\n" }
    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    private func wrapped(_ text: String) -> String {
        TextLayout.wrap(text, width: terminal.width).map { $0 + "\n" }.joined()
    }

    private func item(_ text: String) -> String {
        TextLayout.wrap(text, width: max(30, terminal.width - 4)).enumerated()
            .map { ($0 == 0 ? "  - " : "    ") + $1 + "\n" }.joined()
    }
}
