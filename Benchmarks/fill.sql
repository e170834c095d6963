-- Fills an empty, migrated database with :n requests of one organization, as the engine would have stored them: two
-- events each, a patient, a service line, an open deadline. One deadline in a thousand is due on 2026-12-01.
-- Run by Benchmarks/run as the login role; the constraints hold for every row.
\set org '00000000-0000-7000-8000-000000000001'
set precert.organization = :'org';
set role precert_owner;
set synchronous_commit = off;
begin;

create temp table numbered as
select i, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id,
    'PA-' || (select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((i::bigint * 2654435761 >> (5 * k)) & 31)::int, 1), '')
              from generate_series(0, 6) k)
          || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (i & 31), 1) as reference
from generate_series(1, :n) i;

insert into precert.patient (organization_id, patient_id, family, given, born)
select :'org', id, 'Family' || i, 'Given' || i, date '1950-01-01' + (i % 20000) from numbered;

insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
    to_state, occurred_at, recorded_at, actor, source_key, payload)
select :'org', id, 1, null, v.version_id, '(start)', 'request.opened', v.version_id, 'intake',
    timestamptz '2026-11-01 12:00Z', timestamptz '2026-11-01 12:00Z', 'bench', 'opened', '{}'
from numbered, precert.workflow_version v;

insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
    to_state, occurred_at, recorded_at, actor, source_key, payload)
select :'org', e.request_id, 2, e.hash, e.to_version, 'intake', 'order.accepted', e.to_version, 'criteria_collection',
    timestamptz '2026-11-01 12:00Z', timestamptz '2026-11-01 12:00Z', 'bench', 'order.accepted', '{}'
from precert.event e where e.seq = 1;

insert into precert.request (organization_id, request_id, reference, payer_id, urgency, owner, opened_at, version_id,
    state, seq, head_hash)
select :'org', n.id, n.reference, 'unitedhealthcare', 'standard', case when n.i % 50 = 0 then 'ana' end,
    timestamptz '2026-11-01 12:00Z', e.to_version, e.to_state, 2, e.hash
from numbered n join precert.event e on e.organization_id = :'org' and e.request_id = n.id and e.seq = 2;

insert into precert.coverage (organization_id, patient_id, payer_id, member_id, funding)
select :'org', id, 'unitedhealthcare', lpad(i::text, 9, '0'), 'unknown' from numbered;

insert into precert.request_detail (organization_id, request_id, patient_id, member_id, kind, drug, drug_id, diagnoses,
    prescriber_name, prescriber_npi, site_name, site_npi, place_of_service, planned_on)
select :'org', id, id, lpad(i::text, 9, '0'), 'initial', 'natalizumab', 'natalizumab', '{G35.A}', 'Dr. Example', '1999999901',
    'Example Infusion Center', '1999999919', '11', date '2026-12-15'
from numbered;

insert into precert.service_line (organization_id, request_id, line_no, hcpcs, units, dose_amount, dose_unit, every_days)
select :'org', id, 1, 'J2323', 300, 300, 'mg', 28 from numbered;

insert into precert.deadline (organization_id, request_id, name, scope, status, kind, due_at, event, alert, armed_seq)
select :'org', id, 'stalled', 'criteria_collection', 'open', 'work',
    case when i % 1000 = 0 then timestamptz '2026-12-01 12:00Z' - i * interval '1 second'
        else timestamptz '2027-01-01 12:00Z' + i * interval '1 second' end,
    null, 'evidence-missing', 2
from numbered;

commit;
reset role;
vacuum (freeze, analyze);
checkpoint;
