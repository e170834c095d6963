-- What a change of state of every request costs at the least: one statement that writes each request's next event and its
-- new head, and nothing else of what an import does. Taken back.
\set org '00000000-0000-7000-8000-000000000001'
set precert.organization = :'org';
set role precert_owner;
begin;
with stored as (
    insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
        to_state, occurred_at, recorded_at, actor, source_key, payload)
    select :'org', r.request_id, r.seq + 1, r.head_hash, r.version_id, r.state, e.event, e.to_version, e.to_state,
        timestamptz '2026-11-07 12:00Z', timestamptz '2026-11-07 12:00Z', 'bench', 'by hand', '{}'
    from precert.request r
    join precert.workflow_edge e on e.from_version = r.version_id and e.from_state = r.state
        and e.event = 'payer.approved' and e.to_version = r.version_id
    returning event.request_id, event.seq, event.to_version, event.to_state, event.hash
)
update precert.request r
set version_id = s.to_version, state = s.to_state, seq = s.seq, head_hash = s.hash
from stored s
where r.organization_id = :'org' and r.request_id = s.request_id;
set constraints all immediate;
rollback;
