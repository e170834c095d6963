import CivilTime
import Criteria
import Engine

/// The check for a person: verdict, policy with its trust marks, each criterion, and what to ask next.
struct CheckScreen {
    let reference: String
    let report: CriteriaReport
    let notes: PolicyNotes
    /// Service lines of which one dose is ordered: nothing lies between it and a next one.
    let singleDoses: Set<Int>

    func text(on terminal: Terminal) -> String {
        guard !report.decisions.isEmpty else { return text(report.first, nil, terminal) }
        var parts: [(decision: DecisionCheck, lines: [Int], text: String)] = []
        for decision in report.decisions {
            var text = self.text(decision.check, decision, terminal)
            if let then = decision.atPlannedDose { text += "\n" + wrapped(atPlannedDose(then), terminal) }
            // Lines of which all is said in the same words are said once.
            if let place = parts.firstIndex(where: {
                $0.decision.decision == decision.decision && $0.decision.hcpcs == decision.hcpcs && $0.text == text
            }) {
                parts[place].lines += decision.lines
            } else {
                parts.append((decision, decision.lines, text))
            }
        }
        return parts.map { part in
            guard report.decisions.count > 1 else { return part.text }
            return Style.heading.applied(to: heading(part.decision, part.lines), on: terminal) + "\n" + part.text
        }.joined(separator: "\n")
    }

    /// `Site of care, line 1 (J2323)`
    private func heading(_ decision: DecisionCheck, _ lines: [Int]) -> String {
        let name = decision.decision.inWords
        return name.prefix(1).uppercased() + name.dropFirst()
            + ", line\(lines.count == 1 ? "" : "s") \(lines.map(String.init).joined(separator: ", ")) (\(decision.hcpcs))"
    }

    /// Evidence grows old and versions change between the submission and the dose.
    private func atPlannedDose(_ check: CriteriaCheck) -> String {
        let start = "On the planned first dose, \(report.plannedOn), it would be \(check.verdictInWords)"
        switch check {
        case .notLoaded(let reason), .ambiguous(let reason, _): return "\(start): \(reason)"
        case .evaluated(let evaluation):
            let why = evaluation.reasons + evaluation.missing.map { "\($0.fact): \($0.why)" }
            return why.isEmpty ? "\(start)." : "\(start): \(why.joined(separator: "; "))"
        }
    }

    private func text(_ check: CriteriaCheck, _ decision: DecisionCheck?, _ terminal: Terminal) -> String {
        switch check {
        case .notLoaded(let reason):
            return verdict("POLICY NOT LOADED", .caution, terminal) + wrapped(reason, terminal)
                + wrapped("Precert does not guess criteria; ask the payer, and see docs/payer-module.md.", terminal)
        case .ambiguous(let reason, let questions):
            return verdict("POLICY AMBIGUOUS", .caution, terminal) + wrapped(reason, terminal)
                + ask(questions, breakers: [], terminal)
        case .evaluated(let evaluation): return text(evaluation, decision, terminal)
        }
    }

    private func text(_ evaluation: Evaluation, _ decision: DecisionCheck?, _ terminal: Terminal) -> String {
        var text =
            switch evaluation.verdict {
            case .met: verdict("MET: the recorded facts satisfy the published criteria", .good, terminal)
            case .unmet: verdict("NOT MET", .bad, terminal)
            case .unknown where evaluation.missing.isEmpty && evaluation.criteriaSet == nil:
                verdict("POLICY NOT LOADED", .caution, terminal)
            case .unknown where evaluation.missing.isEmpty && !evaluation.reasons.isEmpty:
                verdict("NOT CLEAR: the policy on file cannot answer", .caution, terminal)
            case .unknown where evaluation.missing.isEmpty && evaluation.isOnlyAmbiguous:
                verdict("NOT CLEAR: the payer's texts on file differ", .caution, terminal)
            case .unknown where evaluation.missing.isEmpty && !evaluation.gaps.isEmpty:
                verdict("NOT CLEAR: the payer's policy is not all on file", .caution, terminal)
            // Facts alone will not do where a point of the payer's is missing from every way to met.
            case .unknown where !evaluation.gaps.isEmpty && evaluation.missingSets.isEmpty:
                verdict(
                    "INCOMPLETE: facts are missing, and the policy is not all on file", .caution, terminal)
            case .unknown: verdict("INCOMPLETE: more facts are needed", .caution, terminal)
            }
        for reason in evaluation.reasons { text += wrapped(reason, terminal) }
        text += "\n" + policy(evaluation, decision?.diagnosis).text(on: terminal)
        for warning in evaluation.warnings {
            text += wrapped(Style.caution.applied(to: "note:", on: terminal) + " " + warning, terminal)
        }
        // Without criteria for the diagnosis there is nothing to be met or not.
        if evaluation.criteriaSet == nil, evaluation.missing.isEmpty { return text }
        text += "\n" + Style.heading.applied(to: "Criteria", on: terminal) + "\n"
        let top = evaluation.trace.shownChildren
        text += (top.isEmpty ? [evaluation.trace] : top).map { lines(of: $0, depth: 0, terminal) }.joined()
        text += notes(evaluation, hcpcs: decision?.hcpcs ?? "", terminal)
        text += next(evaluation, isSingle: decision.map { singleDoses.isSuperset(of: $0.lines) } ?? false, terminal)
        return text
    }

    /// The notes that bear on what is open; the others are only counted.
    private func notes(_ evaluation: Evaluation, hcpcs: String, _ terminal: Terminal) -> String {
        let all = notes.notes(on: evaluation, hcpcs: hcpcs)
        let foremost = all.foremost
        guard !all.isEmpty else { return "" }
        var text = "\n"
        if !foremost.isEmpty { text += Style.heading.applied(to: "Notes in the policy's file", on: terminal) + "\n" }
        for note in foremost {
            let words = (note.policy.map { "\($0): " } ?? "") + note.text
            for (number, line) in TextLayout.wrap(words, width: max(30, terminal.width - 4)).enumerated() {
                text += (number == 0 ? "  - " : "    ") + line + "\n"
            }
        }
        guard all.count > foremost.count else { return text }
        let rest = counted(all.count - foremost.count, foremost.isEmpty ? "note" : "more note")
        let place = foremost.isEmpty ? " in the policy's file" : ""
        return text + wrapped("\(rest)\(place): precert policy explain \(reference)", terminal)
    }

    private func policy(_ evaluation: Evaluation, _ diagnosis: String?) -> KeyValues {
        let policy = evaluation.policy
        var block = KeyValues()
        block.add("Policy", key: "policy", .text(policy.title))
        block.add("Number", key: "number", .text(policy.number ?? "not on file"))
        block.add("Effective", key: "effective", .text(policy.effectiveFrom?.description ?? "not on file"))
        block.add("Criteria set", key: "set", .text(evaluation.criteriaSet))
        block.add("Diagnosis", key: "diagnosis", .text(diagnosis))
        block.add("Source", key: "source", .text(policy.url))
        let trust = "\(policy.evidence), \(policy.isVerified ? "seen at the source" : "NOT VERIFIED")"
        block.add("Evidence level", key: "evidence", .text(trust))
        block.add(
            "Last checked", key: "checked",
            .text("\(policy.lastChecked); review by \(policy.reviewBy)"))
        block.add("An approval", key: "approval", .text(evaluation.approval.map { "would be \($0)" }))
        return block
    }

    private func lines(of trace: Trace, depth: Int, _ terminal: Terminal) -> String {
        let indent = String(repeating: "  ", count: depth)
        let mark =
            switch trace.verdict {
            case .met: Style.good.applied(to: "met    ", on: terminal)
            case .unmet: Style.bad.applied(to: "NOT MET", on: terminal)
            case .unknown: Style.caution.applied(to: "unknown", on: terminal)
            }
        let margin = 11 + indent.count
        var text = ""
        for (number, line) in TextLayout.wrap(trace.title, width: max(30, terminal.width - margin)).enumerated() {
            text += number == 0 ? "  \(mark)  \(indent)\(line)\n" : String(repeating: " ", count: margin) + line + "\n"
        }
        if let detail = trace.detail {
            for line in TextLayout.wrap(detail, width: max(30, terminal.width - margin - 2)) {
                text += String(repeating: " ", count: margin + 2) + Style.faint.applied(to: line, on: terminal) + "\n"
            }
        }
        return text + trace.shownChildren.map { lines(of: $0, depth: depth + 1, terminal) }.joined()
    }

    private func next(_ evaluation: Evaluation, isSingle: Bool, _ terminal: Terminal) -> String {
        guard !evaluation.missing.isEmpty else { return gaps(evaluation, terminal) }
        var text = ask(
            evaluation.missing, breakers: Set(evaluation.dealBreakers), blanks: evaluation.blankRecords,
            isSingle: isSingle, terminal)
        if let smallest = evaluation.missingSets.first, smallest.facts.count < evaluation.missing.count {
            text += wrapped("The shortest way to met: \(smallest.facts.joined(separator: ", "))", terminal)
        }
        return text
    }

    /// The questions, ready to be pasted to the clinic. One bad answer to a deal-breaker ends the matter, so it is asked
    /// before anything else is gathered.
    private func ask(
        _ missing: [MissingFact], breakers: Set<String>, blanks: [BlankRecord] = [], isSingle: Bool = false,
        _ terminal: Terminal
    ) -> String {
        guard !missing.isEmpty else { return "" }
        var text = "\n" + Style.heading.applied(to: "Ask next", on: terminal) + "\n"
        let order = missing.filter { breakers.contains($0.fact) } + missing.filter { !breakers.contains($0.fact) }
        for (number, fact) in order.enumerated() {
            let blanks = blanks.filter { $0.fact == fact.fact }
            // Of a complete list with blanks the blanks are asked for, and nothing else.
            let isListed = blanks.contains(where: \.isListComplete)
            let isBefore = isSingle && fact.fact == "dose_interval"
            let asked = isBefore ? Self.intervalOfOne : fact.question
            let lead = String(number + 1) + ". "
            for (place, question) in ((isListed ? [] : [asked]) + blanks.map(\.question)).enumerated() {
                for (index, line) in TextLayout.wrap(question, width: max(30, terminal.width - 6)).enumerated() {
                    let start = place == 0 && index == 0 ? lead : String(repeating: " ", count: lead.count)
                    text += "  " + start + line + "\n"
                }
            }
            text += how(fact, terminal)
            if isBefore {
                text += faint("without a dose before there is no interval: ask the payer what holds", terminal)
            }
            for blank in blanks {
                let names = blank.fields.map(\.name).joined(separator: ", ")
                text += faint("record \(blank.number) of the list on file has no \(names)", terminal)
            }
            if !blanks.isEmpty { text += faint("give the whole list again, with what was blank", terminal) }
            if fact.cause != .absent, fact.cause != .partial {
                text += faint("on record, but \(fact.why)", terminal)
            }
        }
        return text
    }

    private static let intervalOfOne =
        "A single dose is ordered. How many days will lie between the patient's last dose of this drug and this one?"

    /// The command that records an answer, and what an answer may be. The command is one line, to be copied.
    private func how(_ fact: MissingFact, _ terminal: Terminal) -> String {
        let source = fact.wantedProof.first.map { " --source \($0.rawValue)" } ?? ""
        let command: String
        var answers = fact.type.map { "answer: \($0.answers)" }
        if case .records(let fields)? = fact.type {
            command = "precert evidence add \(reference) --from FILE"
            let record = fields.keys.sorted().map { "\($0): …" }.joined(separator: ", ")
            answers =
                "in FILE: [{fact: \(fact.fact), observed_on: …, source: \(fact.wantedProof.first?.rawValue ?? "chart"), "
                + "value: {records: [{\(record)}], complete: false}}]; leave out what is not known, and say "
                + "complete: true when the list is"
        } else {
            let line = fact.subject == .line && report.lineCount > 1 ? " --line …" : ""
            command = "precert evidence add \(reference) \(fact.fact)=…\(line) --observed …\(source)"
        }
        var text = "     " + Style.faint.applied(to: "record it with: \(command)", on: terminal) + "\n"
        if let answers { text += faint(answers, terminal) }
        if !fact.provenBy.isEmpty { text += faint("proof: \(fact.provenBy.joined(separator: ", "))", terminal) }
        return text
    }

    private func faint(_ text: String, _ terminal: Terminal) -> String {
        TextLayout.wrap(text, width: max(30, terminal.width - 5)).map {
            "     " + Style.faint.applied(to: $0, on: terminal) + "\n"
        }.joined()
    }

    /// Everything that can be recorded is, and still nobody can say: the payer's document itself is not all on file.
    private func gaps(_ evaluation: Evaluation, _ terminal: Terminal) -> String {
        guard evaluation.verdict == .unknown, !evaluation.gaps.isEmpty else { return "" }
        let what =
            evaluation.isOnlyAmbiguous
            ? "All that is asked is recorded; by one of the payer's texts it is enough and by another it is not. What "
                + "would meet both settles it; else ask the payer which holds, then: "
            : "Nothing more can be recorded; the rest of the payer's policy is not on file. Read it at the payer, then: "
        return "\n" + wrapped(what + "precert submit \(reference) --override \"why\"", terminal)
    }

    private func verdict(_ words: String, _ style: Style, _ terminal: Terminal) -> String {
        "\(reference)  " + style.applied(to: words, on: terminal) + "\n"
    }

    private func wrapped(_ text: String, _ terminal: Terminal) -> String {
        TextLayout.wrap(text, width: terminal.width).map { $0 + "\n" }.joined()
    }
}

/// What of the whole trace a person needs: what decides, or could still decide. JSON has all of it.
extension Trace {
    fileprivate var shownChildren: [Trace] {
        // That a thing is not so is said in one line; "not met" below a "not" only confuses.
        if kind == "not" { return [] }
        // Where texts conflict, what each reading comes to is the point.
        if kind == "readings" { return children }
        let needed = children.filter { verdict == .unknown ? $0.verdict != .unmet : $0.verdict == verdict }
        return (needed.isEmpty ? children : needed).flatMap { child in
            // A nameless group that holds together what its parent holds together anyway adds nothing.
            let isNameless = child.kind != "leaf" && child.title == Trace.namelessTitle(child.kind)
            return isNameless && (child.kind == "all" || child.shownChildren.count == 1) ? child.shownChildren : [child]
        }
    }

    /// A leaf's reason and its place in the payer's document; for a "not", those of what it denies.
    fileprivate var detail: String? {
        let leaf = kind == "not" ? children.first : self
        guard let leaf, leaf.kind == "leaf" else { return nil }
        // Of a "not" that holds only the value: what the leaf wanted is what must not be.
        let why = (verdict == .met ? leaf.value ?? leaf.why : leaf.why).shortened
        return [why, leaf.citation.map { "[\($0)]" }, leaf.evidence.map { "(\($0))" }].compactMap { $0 }
            .joined(separator: "  ")
    }

    private static func namelessTitle(_ kind: String) -> String {
        kind == "all" ? "All of these" : kind == "any" ? "One of these" : ""
    }
}

extension Evaluation {
    /// Nothing stands in the way but texts of the payer's that come out differently.
    fileprivate var isOnlyAmbiguous: Bool { !gaps.isEmpty && gaps.allSatisfy { $0.hasPrefix("ambiguous: ") } }
}

extension String {
    /// A long list of records says no more to a person than its beginning; the evidence and JSON have all of it.
    fileprivate var shortened: String { count > 240 ? prefix(230) + " …" : self }
}
