-- Gives the first :n of the requests that fill.sql made a submission, four recorded facts and a payer's answer, as the engine
-- would have stored them, for the simulation of a policy over past requests. Run by Benchmarks/run.
\set org '00000000-0000-7000-8000-000000000001'
set precert.organization = :'org';
set role precert_owner;
set synchronous_commit = off;
begin;

create temp table chosen as
select ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id, i from generate_series(1, :n) i;

insert into precert.submission (organization_id, request_id, seq, channel, verdict, packet, requested_at, requested_by)
select :'org', id, 2, 'file_drop', 'met', '{}', timestamptz '2026-11-03 12:00Z', 'bench' from chosen;

insert into precert.evidence (organization_id, request_id, evidence_no, fact, value, observed_on, source, entered_by,
    recorded_at, seq, salt)
select :'org', c.id, f.no, f.fact, case when f.fact = 'other_ms_therapy' and c.i % 7 = 0 then 'true' else f.value end,
    date '2026-11-01', 'chart', 'bench', timestamptz '2026-11-02 12:00Z', 2, gen_random_uuid()
from chosen c, (values (1, 'ms_form', '"rrms"'::jsonb), (2, 'other_ms_therapy', 'false'), (3, 'brain_mri_consistent_with_ms', 'true'),
    (4, 'prescriber_specialty', '"neurology"')) f (no, fact, value);

insert into precert.observation (organization_id, request_id, observation_no, source, source_key, fingerprint, kind, as_of,
    said_until, received_at)
select :'org', id, 1000, 'manual', 'decided', gen_random_uuid(), case when i % 3 = 0 then 'denied' else 'approved' end,
    timestamp '2026-11-10', timestamp '2026-11-10', timestamptz '2026-11-10 12:00Z'
from chosen;

commit;
reset role;
analyze;
