import Engine

/// A deadline's dates and where they come from, in words.
struct DeadlineText {
    let deadline: RequestCase.Deadline

    /// `2026-12-15`, or `notice 2026-12-01, ends 2026-12-15`: a notice's day is not the day that counts.
    var due: String {
        deadline.endsOn.map { "notice \(deadline.dueOn), ends \($0)" } ?? deadline.dueOn
    }

    /// Which rule counted it, whose that is, and how far it can be trusted.
    var rule: String {
        var parts: [String] = []
        let day = deadline.dateSeq.map { "the date given with event \($0)" }
        if let rule = deadline.rule {
            parts.append(words(rule) + (day.map { ", before \($0)" } ?? ""))
        } else {
            parts.append(day ?? "a date on record")
        }
        if let notice = deadline.noticeRule { parts.append("notice: " + words(notice) + " before") }
        return parts.joined(separator: "; ")
    }

    private func words(_ rule: BindingRule) -> String {
        guard let payer = rule.payerName else {
            let source = rule.source == "practice default" ? nil : rule.source
            let more = [source, rule.note].compactMap { $0 }.joined(separator: "; ")
            return "practice default, \(rule.length)" + (more.isEmpty ? "" : " (\(more))")
        }
        let trust = rule.isVerified ? "verified" : "NOT VERIFIED"
        let note = rule.note.map { "; \($0)" } ?? ""
        return "\(payer)'s rule, \(rule.length) (\(rule.source), \(trust)\(note))"
    }
}
