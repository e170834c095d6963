public import CivilTime
public import Codes
public import Foundation
public import PostgresClient

/// All that is on record about one request.
public struct RequestCase: Sendable {
    public let summary: RequestSummary
    public let detail: Detail
    public let lines: [Line]
    public let events: [Event]
    public let deadlines: [Deadline]
    public let evidence: [EvidenceRow]
    public let documents: [DocumentRow]
    public let submissions: [Submission]
    public let observations: [Observation]
    public let authorizations: [Authorization]
    public let alerts: [Alert]
    public let amendments: [Amendment]
    /// When the last approval of an earlier request ends, or ended: of the same patient, payer and drug, unless it was
    /// taken back. Nothing when there is none, and when the payer has not said its end.
    public let lastApprovalEnd: CivilDate?

    /// Who and where. Holds patient data: show initials unless the full record was asked for and logged.
    public struct Detail: Sendable {
        public let family: String
        public let given: String
        public let born: CivilDate
        public let memberID: String
        public let funding: String
        public let planState: String?
        /// `initial`, `continuation`, `restart` or `transition`.
        public let kind: String
        public let drugID: String
        /// The primary one first.
        public let diagnoses: [String]
        /// Kilograms and centimetres, as decimal texts.
        public let weight: String?
        public let height: String?
        public let weighedOn: CivilDate?
        public let prescriberName: String
        public let prescriberNPI: String
        public let prescriberSpecialty: String?
        public let siteName: String
        public let siteNPI: String
        public let placeOfService: String
        public let timeZone: String
        /// When a publishing found no module of the payer any more, on the payer's wall; nothing while it is on file.
        public let payerRetiredOn: String?
    }

    public struct Line: Sendable {
        public let number: Int
        public let hcpcs: String
        public let units: String
        public let doseAmount: String
        public let doseUnit: String
        public let everyDays: Int?
        /// The interval where the order counts in months; then `everyDays` is nothing.
        public let everyMonths: Int?
        public let doses: Int?
        public let route: String?
        public let modifiers: [String]
        public let ndc: String?
        /// Units of one dose that are thrown away; `0` says that none are.
        public let discardedUnits: String?
        /// The codes under which the giving is billed.
        public let administration: [String]
        /// What is in place before the first dose, in the words of the drug facts.
        public let gates: [String]

        /// `28 days`, `6 months`; nothing for a single dose.
        public var every: String? { intervalInWords(everyDays, everyMonths) }
    }

    public struct Event: Sendable {
        public let seq: Int64
        public let event: String
        public let title: String
        public let fromState: String
        public let toState: String
        public let occurredAt: Date
        public let recordedAt: Date
        public let actor: String
        public let payload: PostgresJSON
        /// What a person wrote with it.
        public let reason: String?
        public let reference: String?
        /// May name the patient: show it only with the full record.
        public let note: String?
        /// The event's hash, in hexadecimal.
        public let hash: String
    }

    public struct Deadline: Sendable {
        public let name: String
        /// `open`, `fired` or `closed`.
        public let status: String
        public let dueAt: Date
        /// On the payer's clock.
        public let dueOn: String
        /// Of what comes before something: when that is. Nothing when it ends as it is due.
        public let endsAt: Date?
        public let endsOn: String?
        /// By which its length was counted; nothing for a date that an event carried.
        public let rule: BindingRule?
        /// By which a notice comes earlier.
        public let noticeRule: BindingRule?
        /// The number of the event that carried the date on which it hangs.
        public let dateSeq: Int64?
        public let event: String?
        public let alert: String?
    }

    public struct EvidenceRow: Sendable {
        public let number: Int
        public let fact: String
        /// The service line of which it is said; nothing when it is said of the request.
        public let line: Int?
        public let value: PostgresJSON
        public let observedOn: CivilDate?
        /// `chart`, `lab`, `claim` or `attestation`.
        public let source: String
        public let documentSHA256: String?
        public let enteredBy: String
        public let recordedAt: Date
        /// The row of its fact, and of its line, that counts: the one observed last, and of those of one day the one
        /// recorded last. A row without a day is as new as the newest recorded before it. None that an amendment withdrew.
        public let isCurrent: Bool
        /// The number of the event that amended the order of which it spoke.
        public let withdrawnBy: Int64?
    }

    /// What an amendment made of the order. Holds patient data.
    public struct Amendment: Sendable {
        /// The event's number in the request's history.
        public let seq: Int64
        public let reason: String
        public let before: OrderTerms
        public let after: OrderTerms

        public var changes: [OrderChange] { before.changes(to: after) }
    }

    public struct DocumentRow: Sendable {
        public let sha256: String
        public let title: String
        public let mediaType: String
        public let bytes: Int
        public let addedAt: Date
        public let addedBy: String
    }

    public struct Submission: Sendable {
        public let seq: Int64
        public let channel: String
        public let verdict: String
        public let overrideReason: String?
        public let requestedAt: Date
        public let deliveredAt: Date?
        public let confirmation: String?
        public let effectStatus: String?
        public let attempts: Int?
    }

    public struct Observation: Sendable {
        public let number: Int
        public let source: String
        public let kind: String
        /// On the payer's clock: `2026-11-26`, or `2026-11-26 14:03` where the payer gave the time.
        public let asOf: String
        public let receivedAt: Date
        public let authorizationNumber: String?
        public let validFrom: CivilDate?
        public let validTo: CivilDate?
        /// Nothing when the payer named no code.
        public let hcpcs: String?
        public let units: String?
        public let unitsBasis: String?
        public let reasonCode: String?
        public let reasonText: String?
        public let informationDue: CivilDate?
        public let movedTheRequest: Bool
    }

    public struct Authorization: Sendable {
        public let number: String?
        public let validFrom: CivilDate?
        public let validTo: CivilDate?
        public let hcpcs: String
        public let units: String?
        public let unitsBasis: String
    }
}

extension RequestCase {
    /// The HCPCS codes of its lines, each once, in the order of the lines.
    public var codes: [String] {
        lines.map(\.hcpcs).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The brand, or the suffixed name, that the order asked for, as the drug facts write it; nothing when it named the
    /// ingredient only.
    public func brand(in drugs: DrugFacts) -> String? {
        guard let match = drugs.match(summary.drug), match.isSpecific else { return nil }
        let ordered = summary.drug.lowercased()
        let names = match.products.flatMap { $0.brands + [$0.name] }
        return names.first { ordered.contains($0.lowercased()) }
    }
}

func intervalInWords(_ days: Int?, _ months: Int?) -> String? {
    days.map { "\($0) day\($0 == 1 ? "" : "s")" } ?? months.map { "\($0) month\($0 == 1 ? "" : "s")" }
}
