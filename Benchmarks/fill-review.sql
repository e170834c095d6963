-- Sends all of the requests that fill.sql made, so that a payer can answer: three more events each, through the one way
-- in, in pieces of 5,000.
-- Run by Benchmarks/run as the login role.
\set org '00000000-0000-7000-8000-000000000001'
set precert.organization = :'org';
set synchronous_commit = off;
set role precert_owner;
create temp table piece as
select request_id, (row_number() over (order by request_id) - 1) / 5000 as no from precert.request;
create index on piece (no);
select format('select count(*) from precert.apply_events(array(select row(request_id, %L, %L, ''bench'', ''2026-11-02 12:00Z'', null, null, null)::precert.event_input from piece where no = %s order by request_id)) where outcome <> ''applied''',
    e, e, n)
from generate_series(0, (select max(no) from piece)) n,
    unnest(array['criteria.met', 'submission.requested', 'submission.delivered']) with ordinality x (e, o)
order by n, o \gexec
reset role;
vacuum analyze;
checkpoint;
