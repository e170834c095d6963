import CivilTime
import Engine
import Foundation

/// One request as JSON. Field names are a promise.
struct ShowDocument: Encodable {
    let request: String
    let state: String
    let stateTitle: String
    let payer: String
    /// When the payer's folder was found gone; nothing while it is on file.
    let payerRetiredOn: String?
    let patient: Patient
    let drug: String
    let kind: String
    let urgency: String
    let owner: String?
    /// The primary one first.
    let diagnoses: [String]
    let plannedOn: CivilDate
    let lastApprovalEnd: CivilDate?
    let openedAt: Date
    let lines: [Line]
    let authorizations: [Authorization]
    let deadlines: [Deadline]
    let alerts: [AlertRow]
    let observations: [Observation]
    let submissions: [Submission]
    let timeline: [Event]

    struct Patient: Encodable {
        let initials: String
        let family: String?
        let given: String?
        let born: CivilDate?
        let memberID: String?
        let weight: String?
        let height: String?
        let weighedOn: CivilDate?

        enum CodingKeys: String, CodingKey {
            case initials, family, given, born, memberID = "member_id", weight = "weight_kg", height = "height_cm"
            case weighedOn = "weighed_on"
        }
    }

    struct Line: Encodable {
        let line: Int
        let hcpcs: String
        let units: String
        let dose: String
        let everyDays: Int?
        let everyMonths: Int?
        let doses: Int?
        let route: String?
        let modifiers: [String]
        let ndc: String?
        let discardedUnits: String?
        let administration: [String]
        let gates: [String]

        enum CodingKeys: String, CodingKey {
            case line, hcpcs, units, dose, doses, route, modifiers, ndc, administration, gates
            case everyDays = "every_days", everyMonths = "every_months", discardedUnits = "discarded_units"
        }
    }

    struct Authorization: Encodable {
        let number: String?
        let validFrom: CivilDate?
        let validTo: CivilDate?
        let hcpcs: String
        let units: String?
        let unitsBasis: String

        enum CodingKeys: String, CodingKey {
            case number, hcpcs, units, validFrom = "valid_from", validTo = "valid_to", unitsBasis = "units_basis"
        }
    }

    struct Deadline: Encodable {
        let name: String
        let status: String
        /// Of a notice, when that is raised; then `ends` is when that ends which it warns of.
        let due: Date
        let ends: Date?
        let event: String?
        let alert: String?
        let rule: Rule?
        let noticeRule: Rule?
        /// The event that carried the date on which it hangs.
        let dateFromEvent: Int64?

        enum CodingKeys: String, CodingKey {
            case name, status, due, ends, event, alert, rule, noticeRule = "notice_rule"
            case dateFromEvent = "date_from_event"
        }
    }

    struct Rule: Encodable {
        let clock: String
        /// `practice default`, or the payer's name.
        let boundBy: String
        let length: String
        let source: String
        let verified: Bool
        let note: String?

        enum CodingKeys: String, CodingKey { case clock, length, source, verified, note, boundBy = "bound_by" }

        init(_ rule: BindingRule) {
            clock = rule.clock
            boundBy = rule.payerName ?? "practice default"
            length = rule.length
            source = rule.source
            verified = rule.isVerified
            note = rule.note
        }
    }

    struct AlertRow: Encodable {
        let kind: String
        let title: String
        let due: Date
        let ends: Date?
        let raised: Date
        let acknowledgedBy: String?

        enum CodingKeys: String, CodingKey { case kind, title, due, ends, raised, acknowledgedBy = "acknowledged_by" }
    }

    struct Observation: Encodable {
        let kind: String
        let source: String
        let asOf: String
        let authorizationNumber: String?
        let hcpcs: String?
        let reasonCode: String?
        let informationDue: CivilDate?
        let moved: Bool

        enum CodingKeys: String, CodingKey {
            case kind, source, hcpcs, moved, asOf = "as_of", authorizationNumber = "authorization_number"
            case reasonCode = "reason_code"
            case informationDue = "information_due"
        }
    }

    struct Submission: Encodable {
        let seq: Int64
        let channel: String
        let verdict: String
        let requested: Date
        let delivered: Date?
        let confirmation: String?
        let outbox: String?
    }

    struct Event: Encodable {
        let seq: Int64
        let event: String
        let title: String
        let fromState: String
        let toState: String
        let occurred: Date
        let recorded: Date
        let actor: String
        let reason: String?
        let reference: String?
        let note: String?
        /// Of an amendment: what it changed, and the numbers of the evidence that it withdrew.
        let changes: [ChangeDocument]?
        let withdrawn: [Int]?
        let hash: String

        enum CodingKeys: String, CodingKey {
            case seq, event, title, occurred, recorded, actor, reason, reference, note, changes, withdrawn, hash
            case fromState = "from_state", toState = "to_state"
        }
    }

    enum CodingKeys: String, CodingKey {
        case request, state, payer, patient, drug, kind, urgency, owner, diagnoses, lines, authorizations, deadlines
        case alerts, observations, submissions, timeline
        case stateTitle = "state_title"
        case plannedOn = "planned_on"
        case payerRetiredOn = "payer_retired_on"
        case lastApprovalEnd = "last_approval_end"
        case openedAt = "opened_at"
    }

    init(_ shown: RequestCase, withNames: Bool) {
        let summary = shown.summary
        let detail = shown.detail
        request = summary.reference
        state = summary.state
        stateTitle = summary.stateTitle
        payer = summary.payerID
        payerRetiredOn = detail.payerRetiredOn
        patient = Patient(
            initials: summary.patientInitials, family: withNames ? detail.family : nil,
            given: withNames ? detail.given : nil, born: withNames ? detail.born : nil,
            memberID: withNames ? detail.memberID : nil, weight: withNames ? detail.weight : nil,
            height: withNames ? detail.height : nil, weighedOn: withNames ? detail.weighedOn : nil)
        drug = summary.drug
        kind = detail.kind
        urgency = summary.urgency
        owner = summary.owner
        diagnoses = detail.diagnoses
        plannedOn = summary.plannedOn
        lastApprovalEnd = shown.lastApprovalEnd
        openedAt = summary.openedAt
        lines = shown.lines.map {
            Line(
                line: $0.number, hcpcs: $0.hcpcs, units: $0.units, dose: "\($0.doseAmount) \($0.doseUnit)",
                everyDays: $0.everyDays, everyMonths: $0.everyMonths, doses: $0.doses, route: $0.route,
                modifiers: $0.modifiers, ndc: $0.ndc, discardedUnits: $0.discardedUnits,
                administration: $0.administration, gates: $0.gates)
        }
        authorizations = shown.authorizations.map {
            Authorization(
                number: $0.number, validFrom: $0.validFrom, validTo: $0.validTo, hcpcs: $0.hcpcs, units: $0.units,
                unitsBasis: $0.unitsBasis)
        }
        deadlines = shown.deadlines.map {
            Deadline(
                name: $0.name, status: $0.status, due: $0.dueAt, ends: $0.endsAt, event: $0.event, alert: $0.alert,
                rule: $0.rule.map(Rule.init), noticeRule: $0.noticeRule.map(Rule.init), dateFromEvent: $0.dateSeq)
        }
        alerts = shown.alerts.map {
            AlertRow(
                kind: $0.kind, title: $0.title, due: $0.dueAt, ends: $0.endsAt, raised: $0.raisedAt,
                acknowledgedBy: $0.acknowledgedBy)
        }
        observations = shown.observations.map {
            Observation(
                kind: $0.kind, source: $0.source, asOf: $0.asOf, authorizationNumber: $0.authorizationNumber,
                hcpcs: $0.hcpcs,
                reasonCode: $0.reasonCode, informationDue: $0.informationDue, moved: $0.movedTheRequest)
        }
        submissions = shown.submissions.map {
            Submission(
                seq: $0.seq, channel: $0.channel, verdict: $0.verdict, requested: $0.requestedAt,
                delivered: $0.deliveredAt, confirmation: $0.confirmation, outbox: $0.effectStatus)
        }
        timeline = shown.events.map { event in
            let amendment = shown.amendments.first { $0.seq == event.seq }
            return Event(
                seq: event.seq, event: event.event, title: event.title, fromState: event.fromState,
                toState: event.toState, occurred: event.occurredAt, recorded: event.recordedAt, actor: event.actor,
                reason: event.reason, reference: event.reference, note: withNames ? event.note : nil,
                changes: amendment?.changes.map { ChangeDocument($0, withNames: withNames) },
                withdrawn: amendment.map { _ in
                    shown.evidence.filter { $0.withdrawnBy == event.seq }.map(\.number)
                }, hash: event.hash)
        }
    }
}
