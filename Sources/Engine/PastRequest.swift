import CivilTime
import Criteria
import Foundation
import PostgresClient

/// A request as it stood when it was judged: what criteria can ask, without who it is for.
struct PastRequest {
    let order: RequestCase
    /// The day on which the last of it was handed in.
    let judgedOn: CivilDate
    let decision: PolicySimulation.Decision
    /// By fact, and line where it is said of one, the value that counts, of those recorded by then: the one observed last, and of those of one day the one
    /// recorded last. A value without a day is as new as the newest recorded before it.
    let recorded: [Subject: Recorded]

    struct Subject: Hashable {
        let fact: String
        let line: Int?
    }

    struct Recorded {
        /// As JSON.
        let value: String
        let observedOn: CivilDate?
        let source: String
    }

    /// Every request that was sent or decided, one row each, in no order: sorting the wide rows would cost a file.
    ///
    /// What counts was recorded by the time of the payer's first decision, or by the last submission where there is none. The
    /// day is that of the submission, or a later one on which evidence was still added.
    static func cursor(payers: [String], drugs: [String]?, facts: [String], since: CivilDate?) -> SQL {
        """
        declare past_requests no scroll cursor for
        select r.reference, r.payer_id, d.kind, d.drug, d.drug_id, d.diagnoses, d.planned_on, d.place_of_service,
            d.prescriber_specialty, d.weight_kg::text, d.weighed_on, prior.valid_to, pt.born, c.funding, c.state,
            case when s.at is null then o.day
                else greatest((s.at at time zone p.time_zone)::date, (e.at at time zone p.time_zone)::date) end,
            o.kind, l.line_no, l.hcpcs, l.units, l.dose_amount, l.dose_unit, l.every_days,
            l.every_months, l.doses, l.route,
            coalesce(e.fact, '{}'), coalesce(e.line_no, '{}'), coalesce(e.value, '{}'),
            coalesce(e.observed_on, '{}'), coalesce(e.source, '{}')
        from precert.request r
        join precert.payer p on p.payer_id = r.payer_id
        join precert.request_detail d on d.organization_id = r.organization_id and d.request_id = r.request_id
        join precert.patient pt on pt.organization_id = d.organization_id and pt.patient_id = d.patient_id
        join precert.coverage c on c.organization_id = d.organization_id and c.payer_id = r.payer_id
            and c.member_id = d.member_id and c.patient_id = d.patient_id
        left join lateral (
            select o.kind, least(o.received_at, (o.as_of::date + 1)::timestamp at time zone p.time_zone) as at,
                o.as_of::date as day
            from precert.observation o
            where o.organization_id = r.organization_id and o.request_id = r.request_id
                and o.kind in ('approved', 'approved_in_part', 'denied')
            order by o.as_of, o.observation_no
            limit 1
        ) o on true
        left join lateral (
            select max(s.requested_at) as at
            from precert.submission s
            where s.organization_id = r.organization_id and s.request_id = r.request_id
                and (o.at is null or s.requested_at <= o.at)
        ) s on true
        left join lateral (
            select array_agg(e.fact) as fact, array_agg(e.line_no) as line_no, array_agg(e.value::text) as value,
                array_agg(e.observed_on) as observed_on, array_agg(e.source) as source, max(e.recorded_at) as at
            from (
                select e.fact, e.line_no, e.value, e.observed_on, e.source, e.recorded_at
                from precert.evidence e
                where e.organization_id = r.organization_id and e.request_id = r.request_id
                    and e.recorded_at <= coalesce(o.at, s.at) and e.fact = any(\(facts))
                    and (e.withdrawn_seq is null or not exists (
                        select from precert.event w
                        where w.organization_id = e.organization_id and w.request_id = e.request_id
                            and w.seq = e.withdrawn_seq and w.recorded_at <= coalesce(o.at, s.at)))
                order by e.evidence_no
            ) e
        ) e on true
        join lateral (
            select array_agg(l.line_no) as line_no, array_agg(l.hcpcs) as hcpcs, array_agg(l.units::text) as units,
                array_agg(l.dose_amount::text) as dose_amount, array_agg(l.dose_unit) as dose_unit,
                array_agg(l.every_days) as every_days, array_agg(l.every_months) as every_months,
                array_agg(l.doses) as doses, array_agg(l.route) as route
            from (
                select * from precert.service_line l
                where l.organization_id = r.organization_id and l.request_id = r.request_id
                order by l.line_no
            ) l
        ) l on l.line_no is not null
        left join lateral (
            -- The last approval of the request before this one, as far as it was known then.
            select a.valid_to
            from precert.request_detail other
            join precert.request earlier on earlier.organization_id = other.organization_id
                and earlier.request_id = other.request_id
            join precert."authorization" a on a.organization_id = other.organization_id
                and a.request_id = other.request_id
            join precert.observation said on said.organization_id = a.organization_id
                and said.request_id = a.request_id and said.observation_no = a.observation_no
            where \(facts.contains("last_approval_end")) and other.organization_id = r.organization_id
                and other.patient_id = d.patient_id and other.drug_id = d.drug_id
                and earlier.payer_id = r.payer_id and earlier.state <> 'voided'
                and (earlier.opened_at, earlier.request_id) < (r.opened_at, r.request_id)
                and said.received_at <= coalesce(o.at, s.at)
            order by earlier.opened_at desc, earlier.request_id desc, a.authorization_no desc
            limit 1
        ) prior on true
        where r.organization_id = precert.organization() and r.payer_id = any(\(payers))
            and (\(drugs) is null or d.drug_id = any(\(drugs)))
            and coalesce(s.at, o.at) is not null
            and (\(since) is null or (coalesce(s.at, o.at) at time zone p.time_zone)::date >= \(since))
        """
    }

    init(_ row: PostgresRow) throws {
        let (
            reference, payer, kind, drug, drugID, diagnoses, plannedOn, placeOfService, specialty, weight, weighedOn,
            approvalEnd, born, funding, state, day, decided, numbers, hcpcs, units, amounts, doseUnits, everyDays,
            everyMonths, doses, routes, facts, factLines, values, observed, sources
        ) = try row.decode(
            String.self, String.self, String.self, String.self, String.self, [String].self, CivilDate.self,
            String.self, String?.self, String?.self, CivilDate?.self, CivilDate?.self, CivilDate.self, String.self,
            String?.self, CivilDate.self, String?.self, [Int32].self, [String].self, [String].self, [String].self,
            [String].self, [Int32?].self, [Int32?].self, [Int32?].self, [String?].self, [String].self, [Int32?].self,
            [String].self, [CivilDate?].self, [String].self)
        order = RequestCase(
            summary: RequestSummary(
                id: Self.noID, reference: reference, payerID: payer, payerName: "", patientInitials: "", drug: drug,
                hcpcs: hcpcs.first ?? "", units: units.first ?? "", lineCount: numbers.count, urgency: "", state: "",
                stateTitle: "", owner: nil, openedAt: Date(timeIntervalSince1970: 0), plannedOn: plannedOn,
                nextDeadline: nil, nextDue: nil, nextDueOn: nil, nextEndsOn: nil, seq: 0),
            detail: RequestCase.Detail(
                family: "", given: "", born: born, memberID: "", funding: funding, planState: state, kind: kind,
                drugID: drugID, diagnoses: diagnoses, weight: weight, height: nil, weighedOn: weighedOn,
                prescriberName: "", prescriberNPI: "", prescriberSpecialty: specialty, siteName: "", siteNPI: "",
                placeOfService: placeOfService, timeZone: "", payerRetiredOn: nil),
            lines: numbers.indices.map { place in
                RequestCase.Line(
                    number: Int(numbers[place]), hcpcs: hcpcs[place], units: units[place], doseAmount: amounts[place],
                    doseUnit: doseUnits[place], everyDays: everyDays[place].map(Int.init),
                    everyMonths: everyMonths[place].map(Int.init), doses: doses[place].map(Int.init),
                    route: routes[place], modifiers: [], ndc: nil, discardedUnits: nil, administration: [], gates: [])
            },
            events: [], deadlines: [], evidence: [], documents: [], submissions: [], observations: [],
            authorizations: [], alerts: [], amendments: [],
            lastApprovalEnd: approvalEnd)
        judgedOn = day
        decision = decided.flatMap(PolicySimulation.Decision.init) ?? .none
        var recorded: [Subject: Recorded] = [:]
        var newest: [Subject: CivilDate] = [:]
        for (place, fact) in facts.enumerated() {
            let subject = Subject(fact: fact, line: factLines[place].map(Int.init))
            let before = newest[subject]
            let day = observed[place] ?? before
            if let before, let day, day < before { continue }
            newest[subject] = day
            recorded[subject] = Recorded(value: values[place], observedOn: observed[place], source: sources[place])
        }
        self.recorded = recorded
    }

    private static let noID = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
