import Engine

/// What an amendment did, or would do. Field names are a promise.
struct AmendDocument: Encodable {
    /// An event's number among what was recorded for the order as it was.
    struct Withdrawn: Encodable {
        let evidence: Int
        let fact: String
    }

    enum Outcome: String, Encodable {
        case amended, unchanged
        case wouldBeAmended = "would_be_amended"
    }

    let request: String
    let outcome: Outcome
    /// The event that changed it; nothing when nothing was changed.
    let seq: Int64?
    let state: String
    let changes: [ChangeDocument]
    /// What counts no more: it spoke of the order as it was.
    let withdrawn: [Withdrawn]
    /// Documents that were added for the order as it was.
    let documents: Int
    /// The worst verdict of the payer's criteria, before and after.
    let criteriaBefore: String
    let criteria: String
    let next: String
}

/// The same for a person.
struct AmendScreen {
    let document: AmendDocument
    let changes: [OrderChange]

    var block: KeyValues {
        var block = KeyValues()
        block.add("Request", key: "request", .text(document.request))
        let outcome =
            switch document.outcome {
            case .amended: "amended, by event \(document.seq ?? 0)"
            case .unchanged: "nothing changed: the order says so already"
            case .wouldBeAmended: "would be amended; nothing was changed (--dry-run)"
            }
        block.add("Order", key: "outcome", .text(outcome))
        let words = changes.map { $0.words(withNames: false) }
        block.add("Changed", key: "changes", .text(words.isEmpty ? nil : words.joined(separator: "\n")))
        if !document.withdrawn.isEmpty {
            let facts = document.withdrawn.map { "\($0.fact) (evidence \($0.evidence))" }.joined(separator: ", ")
            block.add(
                "Withdrawn", key: "withdrawn",
                .text(
                    "\(facts): said of the order as it was, it counts no more; record it again if it is so of the new one"
                ))
        }
        if document.documents > 0, document.outcome != .unchanged {
            block.add(
                "Documents", key: "documents",
                .text("\(document.documents) on file for the order as it was; see whether they fit the new one"))
        }
        let before = document.criteriaBefore == document.criteria ? "" : " (before: \(document.criteriaBefore))"
        block.add("Criteria", key: "criteria", .text(document.criteria + before))
        block.add("State", key: "state", .text(document.state))
        block.add("Next", key: "next", .text(document.next))
        return block
    }
}
