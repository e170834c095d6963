import CivilTime
import Criteria
import Payers

/// One payer for a person: each statement with its trust mark and its source below it.
struct PayerScreen {
    let module: PayerModule
    let today: CivilDate

    func text(on terminal: Terminal) -> String {
        var block = KeyValues()
        addHead(to: &block)
        addChannels(to: &block)
        addClocks(to: &block)
        addDelegates(to: &block)
        addNotes("Documents", key: "documents", module.documents, to: &block)
        addNotes("Rules", key: "rules", module.rules, to: &block)
        addPolicies(to: &block)
        return block.text(on: terminal)
    }

    private func addHead(to block: inout KeyValues) {
        block.add("Payer", key: "payer", .text("\(module.name) (\(module.id))"))
        block.add("Belongs to", key: "parent", .text(module.parent))
        for (index, edi) in module.ediIDs.enumerated() {
            block.add("EDI id \(edi.id)", key: "edi_\(index)", statement([edi.use], edi.source, edi.isVerified))
        }
        block.add("Days end in", key: "time_zone", .text(module.timeZone))
        block.add("Holidays", key: "calendar", .text(module.calendar))
        block.add("Precert delivers by", key: "deliver_by", .text(module.delivery.rawValue))
    }

    private func addChannels(to block: inout KeyValues) {
        block.section("Channels", key: "channels")
        for (index, channel) in module.channels.enumerated() {
            let name = [channel.name, channel.reach].compactMap { $0 }.joined(separator: ": ")
            block.add(
                channel.kind.rawValue, key: "\(index)",
                statement([name, channel.note].compactMap { $0 }, channel.source, channel.isVerified))
        }
    }

    private func addClocks(to block: inout KeyValues) {
        block.section("Clocks", key: "clocks")
        for (index, rule) in module.clocks.rules.enumerated() {
            let days = span(rule.from, rule.until).map { ", \($0)" } ?? ""
            let urgency = rule.urgency?.rawValue ?? "any"
            block.add(
                "\(rule.clock), \(urgency)", key: "\(index)",
                statement(["\(rule)\(days)", rule.note].compactMap { $0 }, rule.source, rule.isVerified))
        }
        block.add(
            module.clocks.rules.isEmpty ? "all" : "all others", key: "rest",
            .text("as the practice's own file has them: Workflows/clocks.yaml"))
    }

    /// Whose policies decide in this payer's place.
    private func addDelegates(to block: inout KeyValues) {
        block.section("Decided by others", key: "delegates")
        for (index, delegate) in module.delegates.enumerated() {
            let drugs = delegate.drugs.joined(separator: ", ")
            block.add(
                delegate.payer, key: "\(index)",
                statement([drugs, delegate.note].compactMap { $0 }, delegate.source, delegate.isVerified))
        }
    }

    private func addNotes(
        _ title: String, key: String, _ notes: [PayerModule.CitedNote], to block: inout KeyValues
    ) {
        block.section(title, key: key)
        for (index, note) in notes.enumerated() {
            block.add(note.topic, key: "\(index)", statement([note.text], note.source, note.isVerified))
        }
        if notes.isEmpty { block.add("none", key: "none", .text("nothing is on file")) }
    }

    private func addPolicies(to block: inout KeyValues) {
        for (index, (policy, standing)) in module.standings(today: today, within: .days(30)).enumerated() {
            block.section("Policy \(policy.id)", key: "policy_\(index)")
            block.add("Title", key: "title", .text(policy.title))
            block.add("Number", key: "number", .text(policy.number ?? "not on file"))
            block.add(
                "Product", key: "product",
                .text(
                    ([policy.product.name] + policy.product.ingredients + policy.product.hcpcs)
                        .joined(separator: ", ")))
            if policy.decides != .authorization { block.add("Decides", key: "decides", .text(policy.decides.inWords)) }
            block.add("For", key: "members", .text(policy.members.map { $0.title ?? "some members only" }))
            block.add("Sets", key: "sets", .text(policy.sets.map(\.id).joined(separator: ", ")))
            block.add(
                "In effect", key: "effective",
                .text(span(policy.effectiveFrom, policy.effectiveTo) ?? "its dates are not on file"))
            block.add("Our version", key: "version", .number(policy.version))
            block.add("Last checked", key: "last_checked", .date(policy.lastChecked))
            block.add("Review by", key: "review_by", .date(policy.reviewBy).styled(standing.isOverdue ? .bad : nil))
            if standing.isStale {
                block.add("Look again", key: "reasons", .text(standing.inWords).styled(.caution))
            }
            block.add(policy.status.word, key: "status_note", .text(policy.status.note).styled(.caution))
            for source in policy.sources {
                let kind = "\(source.evidence.inWords), retrieved \(source.retrieved)"
                let title = [source.title, source.number].compactMap { $0 }.joined(separator: ", ")
                block.add(
                    "Source \(source.id)", key: "source_\(source.id)",
                    statement([title, kind], source.url, source.isVerified))
            }
            for (index, note) in policy.notes.enumerated() { block.add("Note", key: "note_\(index)", .text(note)) }
        }
        if module.policies.isEmpty {
            block.section("Policies", key: "policies")
            block.add("none", key: "none", .text("no policy is on file; no drug's criteria can be checked"))
        }
    }

    /// Its mark, what is stated, and the source on a line of its own.
    private func statement(_ lines: [String], _ source: String, _ isVerified: Bool) -> Cell {
        let mark = isVerified ? "[seen]" : "[not verified]"
        return .text("\(mark) \(lines.joined(separator: "\n"))\n\(source)").styled(isVerified ? nil : .caution)
    }

    private func span(_ from: CivilDate?, _ to: CivilDate?) -> String? {
        let parts = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}

extension Policy.Evidence {
    fileprivate var inWords: String {
        switch self {
        case .primary: "the issuer's whole document"
        case .primaryExcerpt: "part of the issuer's document"
        case .quoted: "somebody else's copy"
        case .summary: "somebody else's summary"
        case .marketingGuide: "a vendor's guide, a lead only"
        }
    }
}
