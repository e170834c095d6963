import CivilTime
import Criteria
import Diagnostics
import Payers

/// One payer as JSON. Field names are a promise.
struct PayerDocument: Encodable {
    let payer: String
    let name: String
    let parent: String?
    let edi: [Identifier]
    let timeZone: String
    let calendar: String
    let deliverBy: String
    let channels: [Channel]
    let clocks: [Clock]
    let delegates: [Delegate]
    let documents: [Note]
    let rules: [Note]
    let policies: [PolicyEntry]

    struct Identifier: Encodable {
        let id: String
        let use: String
        let source: String
        let verified: Bool
    }

    struct Channel: Encodable {
        let kind: String
        let name: String
        let reach: String?
        let note: String?
        let source: String
        let verified: Bool
    }

    struct Clock: Encodable {
        let clock: String
        let urgency: String
        let amount: Int
        let unit: String
        let from: CivilDate?
        let until: CivilDate?
        let note: String?
        let source: String
        let verified: Bool
    }

    struct Delegate: Encodable {
        let payer: String
        let drugs: [String]
        let note: String?
        let source: String
        let verified: Bool
    }

    struct Note: Encodable {
        let topic: String
        let text: String
        let source: String
        let verified: Bool
    }

    struct PolicyEntry: Encodable {
        let policy: String
        let title: String
        let number: String?
        let version: Int
        let decides: String
        /// For whom it holds; nothing when it holds for everybody.
        let members: String?
        let drugs: [String]
        let product: String
        let hcpcs: [String]
        let sets: [String]
        let effectiveFrom: CivilDate?
        let effectiveTo: CivilDate?
        let lastChecked: CivilDate
        let reviewBy: CivilDate
        let status: String
        let statusNote: String?
        /// Why somebody should look again, in words; empty when nobody needs to.
        let reasons: [String]
        let sources: [Source]
        let notes: [String]
        let file: String
    }

    struct Source: Encodable {
        let id: String
        let title: String
        let number: String?
        let url: String
        let retrieved: CivilDate
        let evidence: String
        let verified: Bool
    }

    init(_ module: PayerModule, today: CivilDate) {
        payer = module.id
        name = module.name
        parent = module.parent
        edi = module.ediIDs.map { .init(id: $0.id, use: $0.use, source: $0.source, verified: $0.isVerified) }
        timeZone = module.timeZone
        calendar = module.calendar
        deliverBy = module.delivery.rawValue
        channels = module.channels.map {
            .init(
                kind: $0.kind.rawValue, name: $0.name, reach: $0.reach, note: $0.note, source: $0.source,
                verified: $0.isVerified)
        }
        clocks = module.clocks.rules.map {
            .init(
                clock: $0.clock, urgency: $0.urgency?.rawValue ?? "any", amount: $0.amount, unit: $0.unit.rawValue,
                from: $0.from, until: $0.until, note: $0.note, source: $0.source, verified: $0.isVerified)
        }
        delegates = module.delegates.map {
            .init(payer: $0.payer, drugs: $0.drugs, note: $0.note, source: $0.source, verified: $0.isVerified)
        }
        documents = module.documents.map(Note.init)
        rules = module.rules.map(Note.init)
        policies = module.standings(today: today, within: .days(30)).map(PolicyEntry.init)
    }
}

extension PayerDocument.Note {
    fileprivate init(_ note: PayerModule.CitedNote) {
        self.init(topic: note.topic, text: note.text, source: note.source, verified: note.isVerified)
    }
}

extension PayerDocument.PolicyEntry {
    fileprivate init(_ policy: Policy, _ standing: PolicyStanding) {
        self.init(
            policy: policy.id, title: policy.title, number: policy.number, version: policy.version,
            decides: policy.decides.rawValue, members: policy.members?.title, drugs: policy.product.ingredients,
            product: policy.product.name, hcpcs: policy.product.hcpcs,
            sets: policy.sets.map(\.id), effectiveFrom: policy.effectiveFrom, effectiveTo: policy.effectiveTo,
            lastChecked: policy.lastChecked, reviewBy: policy.reviewBy, status: policy.status.word,
            statusNote: policy.status.note, reasons: standing.reasons.map(\.inWords),
            sources: policy.sources.map {
                .init(
                    id: $0.id, title: $0.title, number: $0.number, url: $0.url, retrieved: $0.retrieved,
                    evidence: $0.evidence.rawValue, verified: $0.isVerified)
            }, notes: policy.notes, file: "\(RuleLibrary.payersFolder)/\(policy.location.file)")
    }
}
