-- Two organizations on one server. Each function is called for its own organization's things, for another's and without
-- any organization; another organization's id must answer, word for word, like one that nobody has.
\ir fixtures/setup.sql

-- Alder Clinic has one of everything; Birch Clinic has a request of its own.
\o /dev/null
select test.open(1), test.open(2, test.org_b()), test.open(3);
select test.act(format('select * from precert.record_evidence(%L, ''[{"fact": "ms_form", "value": "rrms", "source": "chart"}]'', ''ana'')', test.id(1)));
select test.act(format('select * from precert.add_document(%L, ''letter'', ''text/plain'', ''Letter'', ''ana'')', test.id(1)));
select test.act(format('select * from precert.record_step(%L, ''document.added'', ''2026-11-24'', ''{"reference": "R"}'', ''{}'', ''ana'')', test.id(1)));
select test.say(test.amendment(3, test.seq(3), test.terms(3, '{"planned_on": "2026-12-20"}')));
select test.submit(1);
select test.at('2026-12-30 15:00+00');
select test.apply(1, 'submission.delivered', 'delivered');
select test.at('2027-02-01 15:00+00');
select test.act('select * from precert.fire_due(10, ''worker'')');
select test.act($$select * from precert.begin_import('north', 'north/portal', '\x01', 2, '2027-01-30', 'ana')$$);
\o
select batch_id as batch from precert.import_batch \gset
\o /dev/null
select test.act(format($$select * from test.import_rows(%L, %L)$$, :'batch', jsonb_build_array(
    jsonb_build_object('row_no', 1, 'line', 2, 'trace', test.ref(1), 'kind', 'approved', 'authorization_number', 'A1',
        'from', '2027-01-01', 'to', '2027-06-30', 'units', '300', 'as_of', '2027-01-30'),
    jsonb_build_object('row_no', 2, 'line', 3, 'trace', 'PA-ZZZZZZZZ', 'member_id', 'M-1', 'kind', 'denied'))));
select test.act(format('select precert.log_access(%L, ''ana'', ''review'', array[''member_id''])', test.id(1)));
select test.act(format('select * from precert.begin_import(''north'', ''north/portal'', ''\x02'', 0, ''2027-01-30'', ''ana'')'));
\o
select batch_id as empty_batch from precert.import_batch where sha256 = '\x02' \gset
select alert_id as alert from precert.alert limit 1 \gset
select effect_id as effect from precert.effect \gset

-- What a call answers: its rows, or how it failed; what it did is undone. Ids and the reference are taken out of the
-- words, so that two answers can be compared.
create function test.answer(p_sql text, p_org uuid, p_id uuid, p_role text default 'precert_app') returns text
    language plpgsql as $$
declare
    v_rows jsonb;
begin
    begin
        v_rows := test.act(p_sql, p_org, p_role);
        raise exception 'undo' using errcode = 'TE000';
    exception
        when sqlstate 'TE000' then return coalesce(replace(v_rows::text, coalesce(p_id::text, 'ID'), 'ID'), 'nothing');
        when others then return sqlstate || ' ' || replace(sqlerrm, coalesce(p_id::text, 'ID'), 'ID');
    end;
end
$$;

-- ID stands for the thing asked for; `kind` says what thing. `own` is how the answer begins for the owner.
create table test.call (name text, kind text, sql text, own text, other text);
insert into test.call values
    ('apply_event', 'request', 'select * from precert.apply_event(''ID'', ''payer.approved'', ''k'', ''ana'')', '[{"seq"', 'PC012'),
    ('apply_event', 'request', 'select * from precert.apply_event(''ID'', ''submission.delivered'', ''delivered'', ''ana'')', '[{"seq"', 'PC012'),
    ('apply_events', 'request', 'select outcome from precert.apply_events(array[row(''ID'', ''payer.received'', ''k'', ''ana'', null, 99, null, null)::precert.event_input])',
        '[{"outcome": "conflict"', '[{"outcome": "not_found"'),
    ('record_evidence', 'request', 'select * from precert.record_evidence(''ID'', ''[{"fact": "f", "value": 1, "source": "chart"}]'', ''ana'')', 'PC001', 'PC012'),
    ('record_step', 'request', 'select * from precert.record_step(''ID'', ''document.added'', ''2027-01-01'', ''{}'', ''{}'', ''ana'')', 'PC001', 'PC012'),
    ('add_document', 'request', 'select * from precert.add_document(''ID'', ''letter'', ''text/plain'', ''Letter'', ''ana'')', '[{"sha256"', 'PC012'),
    ('request_submission', 'request', 'select * from precert.request_submission(''ID'', 6, ''file_drop'', ''met'', null, ''{}'', ''ana'')', '[{"seq"', 'PC012'),
    ('amend_order', 'request', 'select * from precert.amend_order(''ID'', 99, precert.order_terms(''ID''), ''{}'', ''x'', ''ana'')', '[{"seq"', 'PC012'),
    ('order_terms', 'request', 'select precert.order_terms(''ID'')', '[{"order_terms": {', '[{"order_terms": null'),
    ('live_request', 'request', 'select precert.live_request((select d.patient_id from precert.request_detail d where d.request_id = ''ID''),
        ''north'', ''initial'', array[''J2323''], gen_random_uuid())', '[{"live_request": "PA-', '[{"live_request": null'),
    ('log_access', 'request', 'select precert.log_access(''ID'', ''ana'', ''review'', array[''born''])', '[{', 'PC012'),
    ('audit_verify', 'request', 'select * from precert.audit_verify(''ID'')', 'nothing', 'PC012'),
    ('acknowledge_alert', 'alert', 'select precert.acknowledge_alert(''ID'', ''ana'')', '[{', 'PC012'),
    ('complete_effect', 'effect', 'select precert.complete_effect(''ID'', ''ID'', ''submission.delivered'', ''w'')', '[{"complete_effect": "fenced"', '[{"complete_effect": "fenced"'),
    ('fail_effect', 'effect', 'select precert.fail_effect(''ID'', ''ID'', ''e'', ''submission.failed'', ''w'')', '[{"fail_effect": "fenced"', '[{"fail_effect": "fenced"'),
    ('import_chunk', 'batch', 'select precert.import_chunk(''ID'', 1, 1)', '[{"import_chunk": ""', 'PC015'),
    ('apply_import', 'batch', 'select precert.apply_import(''ID'', 10, ''ana'')', '[{"apply_import": 0', 'PC015'),
    ('finish_import', 'empty_batch', 'select count(*) from precert.finish_import(''ID'')', '[{"count": 0', 'PC015');

-- Calls that name no thing: what the other organization gets must not mention the owner's.
insert into test.call values
    ('open_request', null, format('select * from precert.open_request(%L, ''ana'')', test.order(1, '{"payer": "south"}')), '[{"seq": 1', '[{"seq": 2'),
    ('lock_coverage', null, 'select precert.lock_coverage(''north'', ''M-1'')', '[{"lock_coverage"', '[{"lock_coverage"'),
    ('fire_due', null, 'select * from precert.fire_due(10, ''w'')', '[{', 'nothing'),
    ('claim_effects', null, 'select * from precert.claim_effects(array[''submission''], 9, ''1 minute'')', '[{', 'nothing'),
    ('worklist', null, 'select * from precert.worklist(10)', '[{', '[{'),
    ('begin_import', null, 'select status from precert.begin_import(''north'', ''north/portal'', ''\x01'', 2, ''2027-01-30'', ''b'')', '[{"status": "resumed"', '[{"status": "new"'),
    ('settle_quarantine', null, 'select outcome from precert.settle_quarantine((select min(quarantine_no) from precert.quarantine), null, null, ''why'', ''ana'')', '[{"outcome": "discarded"', 'PC012'),
    ('log_row_access', null, 'select precert.log_row_access((select min(quarantine_no) from precert.quarantine), ''ana'', ''review'', array[''raw''])', '[{', 'PC012'),
    ('migrate_requests', null, 'select to_state from precert.migrate_requests(''prior-authorization'', 10, ''ana'', true)', 'nothing', 'nothing'),
    ('audit_verify', null, 'select * from precert.audit_verify()', 'nothing', 'nothing');

create function test.thing(p_kind text, p_request uuid, p_alert uuid, p_effect uuid, p_batch uuid, p_empty uuid) returns uuid
    language sql immutable as $$ select case p_kind when 'request' then p_request when 'alert' then p_alert when 'effect' then p_effect
        when 'batch' then p_batch when 'empty_batch' then p_empty end $$;
create view test.case as
    select c.*, test.thing(kind, test.id(1), (select min(alert_id::text)::uuid from precert.alert),
        (select effect_id from precert.effect), (select batch_id from precert.import_batch where sha256 = '\x01'),
        (select batch_id from precert.import_batch where sha256 = '\x02')) as thing
    from test.call c;

select plan(127);

-- Something is due for the owner only.
\o /dev/null
select test.at('2028-01-01 15:00+00');
update precert.deadline set due_at = '2030-01-01' where organization_id = test.org_b();
\o

select ok(starts_with(a, c.own), format('%s: own things (%s)', c.name, left(a, 60)))
from test.case c cross join lateral (
    select test.answer(replace(c.sql, 'ID', coalesce(c.thing::text, 'ID')), test.org_a(), c.thing) as a offset 0) x
order by c.name, c.sql;

select ok(starts_with(a, c.other), format('%s: another''s things (%s)', c.name, left(a, 60)))
from test.case c cross join lateral (
    select test.answer(replace(c.sql, 'ID', coalesce(c.thing::text, 'ID')), test.org_b(), coalesce(c.thing, test.org_a())) as a offset 0) x
order by c.name, c.sql;

select is(test.answer(replace(c.sql, 'ID', c.thing::text), test.org_b(), c.thing),
    test.answer(replace(c.sql, 'ID', r.id::text), test.org_b(), r.id), format('%s: another''s id is as good as a random one', c.name))
from test.case c cross join (select gen_random_uuid() as id) r where c.thing is not null
order by c.name, c.sql;

select doesnt_match(test.answer(c.sql, test.org_b(), test.org_a()), 'PA-0000000[13]', c.name || ': nothing of the owner is told')
from test.case c where c.thing is null and c.name <> 'open_request' order by c.name;

select is(left(test.answer(replace(c.sql, 'ID', coalesce(c.thing::text, 'ID')), null, c.thing), 7),
    case c.name when 'worklist' then 'nothing' else 'PC011 n' end, c.name || ': without an organization')
from test.case c order by c.name, c.sql;

-- Every function is in this test, or has nothing of a tenant.
select is((select array_agg(proname::text order by proname) from pg_proc where pronamespace = 'precert'::regnamespace
        and prorettype <> 'trigger'::regtype and proname not in (select name from test.call)),
    array['amendment_item', 'check_import_stage', 'clock_always_runs', 'clock_due', 'clock_run', 'ensure_organization', 'event_hash', 'evidence_digest', 'evidence_item', 'import_stage', 'local_text', 'normalize_number', 'now', 'organization', 'publish_holidays',
        'publish_payer', 'publish_workflow', 'quarantine_rows', 'record_fault', 'require_organization', 'retire_payers', 'severity_rank', 'status_event', 'step_item'], 'no function is forgotten');

-- Tables
create function test.rows_seen(p_table text, p_org uuid, p_role text) returns bigint language sql as $$
    select (test.act(format('select count(*) from precert.%I', p_table), p_org, p_role)->0->>'count')::bigint
$$;
select is((select array_agg(t.name) from (
        select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
        where c.relnamespace = 'precert'::regnamespace and c.relkind in ('r', 'v')) t
    where test.rows_seen(t.name, null, r) <> 0
        or test.rows_seen(t.name, gen_random_uuid(), r) <> 0
        or test.rows_seen(t.name, test.org_a(), r) = 0
        or test.rows_seen(t.name, test.org_b(), r) > 2), null::text[],
    r || ' sees its organization''s rows in every table, and none without an organization')
from unnest(array['precert_app', 'precert_read', 'precert_owner']) r;
select is(test.say(format('select count(*) from precert.request where request_id = %L', test.id(1)), test.org_b(), r), '0',
    r || ' does not find another''s request by its id')
from unnest(array['precert_app', 'precert_read', 'precert_owner']) r;
select is(test.code($$insert into precert.patient (organization_id, family, given, born)
    values (test.org_a(), 'Marker', 'M', '1980-01-01')$$, test.org_b(), 'precert_owner'), '42501',
    'not even the owner stores a row for another organization');
select is(test.code($$update precert.deadline set organization_id = test.org_b()$$, test.org_a(), 'precert_owner'), '42501',
    'nor moves one there');
select is(test.code('select count(*) from precert.request', null), 'fine', 'an empty organization is no error to a reader');
select is(test.answer('select precert.organization()', null, null), '[{"organization": null}]', 'it is none');

-- A setting made in one transaction does not reach the next one.
begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select count(*) as seen from precert.request \gset
commit;
begin;
set local role precert_app;
select current_setting('precert.organization', true) as left_over, count(*) as seen_later from precert.request \gset
commit;
select is(:'seen'::text, '2', 'inside the transaction the organization''s rows are seen');
select is(:'left_over'::text, '', 'after it the setting is empty, not unset');
select is(:'seen_later'::text, '0', 'and nothing is seen');
select is(test.code($$select precert.fire_due(1, 'w')$$, gen_random_uuid()), 'PC011', 'an organization that is not known is none');
select is(test.say('select count(*) from precert.organization', test.org_b()), '1', 'an organization does not see who else is here');
select * from finish();
