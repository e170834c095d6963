import CivilTime
public import Foundation
import PostgresClient

extension Engine {
    /// Reads one request whole, at one moment.
    ///
    /// - Parameter purpose: when patient data will be shown in full, why; writes an access-log row in the same
    ///   transaction.
    public func requestCase(_ id: UUID, purpose: String? = nil) async throws -> RequestCase {
        try await transaction(readOnly: purpose == nil, planning: .asWritten) { [actor] session in
            if let purpose {
                _ = try session.query(
                    """
                    select precert.log_access(\(id), \(actor), \(purpose),
                        array['family', 'given', 'born', 'member_id', 'weight_kg', 'height_cm', 'weighed_on', 'note'])
                    """)
            }
            guard
                let summary = try session.query(
                    """
                    select *, precert.local_text(next_due, time_zone) as next_due_on,
                        precert.local_text(next_ends, time_zone) as next_ends_on
                    from precert.request_summary
                    where organization_id = precert.organization() and request_id = \(id)
                    """
                ).first?.requestSummary()
            else {
                throw EngineError(.notFound, "no such request")
            }
            return try RequestCase(
                summary: summary, detail: session.detail(id), lines: session.lines(id), events: session.events(id),
                deadlines: session.deadlines(id), evidence: session.evidence(id), documents: session.documents(id),
                submissions: session.submissions(id), observations: session.observations(id),
                authorizations: session.authorizations(id), alerts: session.alerts(request: id),
                amendments: session.amendments(id), lastApprovalEnd: session.lastApprovalEnd(before: id))
        }
    }
}

extension PostgresSession {
    fileprivate func detail(_ id: UUID) throws -> RequestCase.Detail {
        let row = try one(
            """
            select pt.family, pt.given, pt.born, d.member_id, c.funding, c.state as plan_state, d.kind, d.drug_id,
                d.diagnoses, d.weight_kg::text as weight, d.height_cm::text as height, d.weighed_on, d.prescriber_name, d.prescriber_npi, d.prescriber_specialty, d.site_name, d.site_npi,
                d.place_of_service, p.time_zone, precert.local_text(p.retired_at, p.time_zone) as payer_retired_on
            from precert.request_detail d
            join precert.request r using (organization_id, request_id)
            join precert.payer p on p.payer_id = r.payer_id
            join precert.patient pt using (organization_id, patient_id)
            join precert.coverage c on c.organization_id = d.organization_id and c.payer_id = r.payer_id
                and c.member_id = d.member_id and c.patient_id = d.patient_id
            where d.organization_id = precert.organization() and d.request_id = \(id)
            """)
        return try RequestCase.Detail(
            family: row.get("family", as: String.self), given: row.get("given", as: String.self),
            born: row.get("born", as: CivilDate.self), memberID: row.get("member_id", as: String.self),
            funding: row.get("funding", as: String.self), planState: row.get("plan_state", as: String?.self),
            kind: row.get("kind", as: String.self), drugID: row.get("drug_id", as: String.self),
            diagnoses: row.get("diagnoses", as: [String].self), weight: row.get("weight", as: String?.self),
            height: row.get("height", as: String?.self), weighedOn: row.get("weighed_on", as: CivilDate?.self),
            prescriberName: row.get("prescriber_name", as: String.self),
            prescriberNPI: row.get("prescriber_npi", as: String.self),
            prescriberSpecialty: row.get("prescriber_specialty", as: String?.self),
            siteName: row.get("site_name", as: String.self), siteNPI: row.get("site_npi", as: String.self),
            placeOfService: row.get("place_of_service", as: String.self),
            timeZone: row.get("time_zone", as: String.self),
            payerRetiredOn: row.get("payer_retired_on", as: String?.self))
    }

    fileprivate func lines(_ id: UUID) throws -> [RequestCase.Line] {
        try query(
            """
            select line_no, hcpcs, units::text as units, dose_amount::text as dose_amount, dose_unit, every_days,
                every_months, doses, route, modifiers, ndc, discarded_units::text as discarded_units, administration, gates
            from precert.service_line
            where organization_id = precert.organization() and request_id = \(id) order by line_no
            """
        ).map { row in
            try RequestCase.Line(
                number: row.get("line_no", as: Int.self), hcpcs: row.get("hcpcs", as: String.self),
                units: row.get("units", as: String.self), doseAmount: row.get("dose_amount", as: String.self),
                doseUnit: row.get("dose_unit", as: String.self), everyDays: row.get("every_days", as: Int?.self),
                everyMonths: row.get("every_months", as: Int?.self), doses: row.get("doses", as: Int?.self),
                route: row.get("route", as: String?.self), modifiers: row.get("modifiers", as: [String].self),
                ndc: row.get("ndc", as: String?.self), discardedUnits: row.get("discarded_units", as: String?.self),
                administration: row.get("administration", as: [String].self),
                gates: row.get("gates", as: [String].self))
        }
    }

    fileprivate func events(_ id: UUID) throws -> [RequestCase.Event] {
        try query(
            """
            select e.seq, e.event, coalesce(w.title, e.event) as title, e.from_state, e.to_state, e.occurred_at,
                e.recorded_at, e.actor, e.payload, encode(e.hash, 'hex') as hash, coalesce(s.words->>'reason', a.reason) as reason,
                s.words->>'reference' as reference, s.words->>'note' as note
            from precert.event e
            left join precert.workflow_event w on w.version_id = e.from_version and w.event = e.event
            left join precert.recorded_step s on s.organization_id = e.organization_id and s.request_id = e.request_id
                and s.seq = e.seq
            left join precert.amendment a on a.organization_id = e.organization_id and a.request_id = e.request_id
                and a.seq = e.seq
            where e.organization_id = precert.organization() and e.request_id = \(id) order by e.seq
            """
        ).map { row in
            try RequestCase.Event(
                seq: row.get("seq", as: Int64.self), event: row.get("event", as: String.self),
                title: row.get("title", as: String.self), fromState: row.get("from_state", as: String.self),
                toState: row.get("to_state", as: String.self), occurredAt: row.get("occurred_at", as: Date.self),
                recordedAt: row.get("recorded_at", as: Date.self), actor: row.get("actor", as: String.self),
                payload: row.get("payload", as: PostgresJSON.self), reason: row.get("reason", as: String?.self),
                reference: row.get("reference", as: String?.self), note: row.get("note", as: String?.self),
                hash: row.get("hash", as: String.self))
        }
    }

    fileprivate func deadlines(_ id: UUID) throws -> [RequestCase.Deadline] {
        try query(
            """
            select d.name, d.status, d.due_at, precert.local_text(d.due_at, p.time_zone) as due_on, d.ends_at,
                precert.local_text(d.ends_at, p.time_zone) as ends_on, d.event, d.alert,
                case when w.relation = 'at' and d.rule_id is null or w.relation = 'before' and d.ends_at = a.at
                    then a.seq end as date_seq,
                c.clock as rule_clock, cp.name as rule_payer, c.unit as rule_unit, c.amount as rule_amount,
                c.source as rule_source, c.verified as rule_verified, c.note as rule_note,
                n.clock as notice_clock, np.name as notice_payer, n.unit as notice_unit, n.amount as notice_amount,
                n.source as notice_source, n.verified as notice_verified, n.note as notice_note
            from precert.deadline d
            join precert.request r using (organization_id, request_id)
            join precert.payer p on p.payer_id = r.payer_id
            left join precert.workflow_deadline w on w.version_id = r.version_id and w.state = r.state and w.name = d.name
            left join precert.anchor a on a.organization_id = d.organization_id and a.request_id = d.request_id
                and a.name = w.anchor
            left join precert.clock_rule c on c.rule_id = d.rule_id
            left join precert.payer cp on cp.payer_id = c.payer_id and c.payer_id <> '*'
            left join precert.clock_rule n on n.rule_id = d.notice_rule_id
            left join precert.payer np on np.payer_id = n.payer_id and n.payer_id <> '*'
            where d.organization_id = precert.organization() and d.request_id = \(id) order by d.due_at, d.name
            """
        ).map { row in
            try RequestCase.Deadline(
                name: row.get("name", as: String.self), status: row.get("status", as: String.self),
                dueAt: row.get("due_at", as: Date.self), dueOn: row.get("due_on", as: String.self),
                endsAt: row.get("ends_at", as: Date?.self), endsOn: row.get("ends_on", as: String?.self),
                rule: row.bindingRule("rule"), noticeRule: row.bindingRule("notice"),
                dateSeq: row.get("date_seq", as: Int64?.self), event: row.get("event", as: String?.self),
                alert: row.get("alert", as: String?.self))
        }
    }

    func evidence(_ id: UUID) throws -> [RequestCase.EvidenceRow] {
        try query(
            """
            select evidence_no, fact, line_no, value, observed_on, source, encode(document_sha256, 'hex') as document,
                entered_by, recorded_at, withdrawn_seq, withdrawn_seq is null
                and row_number() over (
                    partition by fact, line_no, withdrawn_seq is null order by day desc, evidence_no desc) = 1
                    as is_current
            from (
                select *, coalesce(observed_on, max(observed_on) over (
                    partition by fact, line_no, withdrawn_seq is null order by evidence_no), '-infinity') as day
                from precert.evidence
                where organization_id = precert.organization() and request_id = \(id)
            ) e
            order by evidence_no
            """
        ).map { row in
            try RequestCase.EvidenceRow(
                number: row.get("evidence_no", as: Int.self), fact: row.get("fact", as: String.self),
                line: row.get("line_no", as: Int?.self), value: row.get("value", as: PostgresJSON.self),
                observedOn: row.get("observed_on", as: CivilDate?.self), source: row.get("source", as: String.self),
                documentSHA256: row.get("document", as: String?.self),
                enteredBy: row.get("entered_by", as: String.self),
                recordedAt: row.get("recorded_at", as: Date.self), isCurrent: row.get("is_current", as: Bool.self),
                withdrawnBy: row.get("withdrawn_seq", as: Int64?.self))
        }
    }

    fileprivate func documents(_ id: UUID) throws -> [RequestCase.DocumentRow] {
        try query(
            """
            select encode(rd.sha256, 'hex') as sha256, rd.title, d.media_type, octet_length(d.content) as bytes,
                rd.added_at, rd.added_by
            from precert.request_document rd
            join precert.document d using (organization_id, sha256)
            where rd.organization_id = precert.organization() and rd.request_id = \(id) order by rd.added_at, rd.sha256
            """
        ).map { row in
            try RequestCase.DocumentRow(
                sha256: row.get("sha256", as: String.self), title: row.get("title", as: String.self),
                mediaType: row.get("media_type", as: String.self), bytes: row.get("bytes", as: Int.self),
                addedAt: row.get("added_at", as: Date.self), addedBy: row.get("added_by", as: String.self))
        }
    }

    fileprivate func submissions(_ id: UUID) throws -> [RequestCase.Submission] {
        try query(
            """
            select s.seq, s.channel, s.verdict, s.override_reason, s.requested_at, s.delivered_at, s.confirmation,
                run.status as effect_status, run.attempts
            from precert.submission s
            left join precert.effect f on f.organization_id = s.organization_id and f.request_id = s.request_id
                and f.seq = s.seq and f.kind = 'submission'
            left join precert.effect_run run on run.organization_id = f.organization_id and run.effect_id = f.effect_id
            where s.organization_id = precert.organization() and s.request_id = \(id) order by s.seq
            """
        ).map { row in
            try RequestCase.Submission(
                seq: row.get("seq", as: Int64.self), channel: row.get("channel", as: String.self),
                verdict: row.get("verdict", as: String.self),
                overrideReason: row.get("override_reason", as: String?.self),
                requestedAt: row.get("requested_at", as: Date.self),
                deliveredAt: row.get("delivered_at", as: Date?.self),
                confirmation: row.get("confirmation", as: String?.self),
                effectStatus: row.get("effect_status", as: String?.self), attempts: row.get("attempts", as: Int?.self))
        }
    }

    fileprivate func observations(_ id: UUID) throws -> [RequestCase.Observation] {
        try query(
            """
            select observation_no, source, kind,
                case when as_of::time = '00:00' then as_of::date::text else to_char(as_of, 'YYYY-MM-DD HH24:MI') end as as_of,
                received_at, authorization_number, valid_from, valid_to,
                hcpcs, units::text as units, units_basis, reason_code, reason_text, information_due, seq is not null as moved
            from precert.observation
            where organization_id = precert.organization() and request_id = \(id) order by observation_no
            """
        ).map { row in
            try RequestCase.Observation(
                number: row.get("observation_no", as: Int.self), source: row.get("source", as: String.self),
                kind: row.get("kind", as: String.self), asOf: row.get("as_of", as: String.self),
                receivedAt: row.get("received_at", as: Date.self),
                authorizationNumber: row.get("authorization_number", as: String?.self),
                validFrom: row.get("valid_from", as: CivilDate?.self),
                validTo: row.get("valid_to", as: CivilDate?.self), hcpcs: row.get("hcpcs", as: String?.self),
                units: row.get("units", as: String?.self), unitsBasis: row.get("units_basis", as: String?.self),
                reasonCode: row.get("reason_code", as: String?.self),
                reasonText: row.get("reason_text", as: String?.self),
                informationDue: row.get("information_due", as: CivilDate?.self),
                movedTheRequest: row.get("moved", as: Bool.self))
        }
    }

    fileprivate func authorizations(_ id: UUID) throws -> [RequestCase.Authorization] {
        try query(
            """
            select a.number, a.valid_from, a.valid_to, l.hcpcs, l.units::text as units, l.units_basis
            from precert."authorization" a
            join precert.authorization_line l using (organization_id, request_id, authorization_no)
            where a.organization_id = precert.organization() and a.request_id = \(id)
            order by a.authorization_no, l.line_no
            """
        ).map { row in
            try RequestCase.Authorization(
                number: row.get("number", as: String?.self), validFrom: row.get("valid_from", as: CivilDate?.self),
                validTo: row.get("valid_to", as: CivilDate?.self), hcpcs: row.get("hcpcs", as: String.self),
                units: row.get("units", as: String?.self), unitsBasis: row.get("units_basis", as: String.self))
        }
    }

    /// Of the earlier request opened last; of its lines the one that ends last.
    fileprivate func lastApprovalEnd(before id: UUID) throws -> CivilDate? {
        try query(
            """
            select c.valid_to
            from precert.request_detail d
            join precert.request r using (organization_id, request_id)
            join precert.request_detail other on other.organization_id = d.organization_id
                and other.patient_id = d.patient_id and other.drug_id = d.drug_id and other.request_id <> d.request_id
            join precert.request earlier on earlier.organization_id = other.organization_id
                and earlier.request_id = other.request_id and earlier.payer_id = r.payer_id
                and (earlier.opened_at, earlier.request_id) < (r.opened_at, r.request_id) and earlier.state <> 'voided'
            join precert.current_authorization c on c.organization_id = other.organization_id
                and c.request_id = other.request_id
            where d.organization_id = precert.organization() and d.request_id = \(id)
            order by earlier.opened_at desc, earlier.request_id desc, c.valid_to desc nulls first
            limit 1
            """
        ).first?.get("valid_to", as: CivilDate?.self) ?? nil
    }
}

extension PostgresRow {
    fileprivate func bindingRule(_ prefix: String) throws -> BindingRule? {
        guard let clock = try get("\(prefix)_clock", as: String?.self) else { return nil }
        return BindingRule(
            clock: clock, payerName: try get("\(prefix)_payer", as: String?.self),
            unit: try get("\(prefix)_unit", as: String.self), amount: try get("\(prefix)_amount", as: Int.self),
            source: try get("\(prefix)_source", as: String.self),
            isVerified: try get("\(prefix)_verified", as: Bool.self),
            note: try get("\(prefix)_note", as: String?.self))
    }
}
