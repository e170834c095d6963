-- Events: their outcomes, several at once, once each; every answer "it is stored" has written; no patient data in history.
\ir fixtures/setup.sql

\o /dev/null
select test.open(1), test.open(2), test.open(3), test.open(9, test.org_b());
\o

-- Applies [request number, event, source key, expected sequence number] in the order given and answers the outcomes.
create function test.batch(p_events jsonb, p_org uuid default test.org_a()) returns text language sql as $$
    select string_agg(concat_ws(':', r->>'ordinal', r->>'outcome', r->>'seq', r->>'to_state'), ' ' order by (r->>'ordinal')::int)
    from jsonb_array_elements(test.act(format('select * from precert.apply_events(array(
        select row(test.id((e->>0)::int), e->>1, e->>2, ''ana'', null, (e->>3)::bigint, null, null)::precert.event_input
        from jsonb_array_elements(%L) with ordinality e (e, n) order by n))', p_events), p_org)) r
$$;

select plan(79);

-- Outcomes
select is(test.batch('[[1, "criteria.met", "k1", 2]]'), '1:applied:3:ready', 'applied');
select is(test.batch('[[1, "criteria.met", "k1", 2]]'), '1:duplicate:3:ready',
    'the same source key again is a duplicate, also with the expected number of the first time');
select is(test.batch('[[1, "order.accepted", "k2", 2]]'), '1:conflict:3:ready', 'conflict: the request has moved on');
select is(test.batch('[[1, "order.accepted", "k2", 9]]'), '1:conflict:3:ready', 'conflict: nor is a number from the future taken');
select is(test.batch('[[1, "payer.approved", "k2", 3]]'), '1:illegal:3:ready', 'illegal: no such move');
select is(test.batch('[[1, "payer.bribed", "k2"]]'), '1:illegal:3:ready', 'illegal: no such event');
select is(test.batch('[[1, null, "k2"]]'), '1:illegal:3:ready', 'illegal: nothing');
select is(test.batch('[[77, "criteria.met", "k1"]]'), '1:not_found', 'not_found: no such request');
select is(test.batch('[[9, "criteria.met", "k1"]]'), '1:not_found', 'not_found: another organization''s request');
select is(test.batch('[[null, "criteria.met", "k1"]]'), '1:not_found', 'not_found: no id');
select is(test.batch('[]'), null, 'an empty batch');
select is((select count(*) from precert.event where source_key = 'k2'), 0::bigint, 'what is not applied leaves no event');
select is(test.batch('[[1, "order.accepted", "k2", 3]]'), '1:applied:4:criteria_collection', 'and its source key is free');

-- Several for one request in a batch: one after the other, whatever else is in between.
select is(test.batch('[[2, "criteria.met", "a"], [3, "criteria.met", "a"], [2, "order.accepted", "b"], [77, "x", "y"],
        [2, "criteria.met", "c"], [3, "payer.approved", "b"], [2, "criteria.met", "a"], [3, "order.accepted", "c"]]'),
    '1:applied:3:ready 2:applied:3:ready 3:applied:4:criteria_collection 4:not_found 5:applied:5:ready 6:illegal:3:ready '
    || '7:duplicate:3:ready 8:applied:4:criteria_collection', 'waves');
select is(test.batch('[[2, "order.accepted", "d", 5], [2, "criteria.met", "e", 5], [2, "criteria.met", "f", 6]]'),
    '1:applied:6:criteria_collection 2:conflict:6:criteria_collection 3:applied:7:ready', 'expected numbers within a batch');
select is(test.batch('[[2, "order.accepted", "g"], [2, "order.accepted", "g"]]'),
    '1:applied:8:criteria_collection 2:duplicate:8:criteria_collection', 'one source key twice in a batch is applied once');
select is(test.batch('[[3, "criteria.met", "z"], [9, "criteria.met", "z"]]', test.org_b()), '1:not_found 2:applied:3:ready',
    'the batch of another organization moves its own');
select is(test.batch('[[3, "criteria.met", "k1"]]'), '1:applied:5:ready', 'a source key belongs to its request');
select is((select array_agg(seq order by seq) from precert.event where request_id = test.id(2)), array[1, 2, 3, 4, 5, 6, 7, 8]::bigint[],
    'history has no gap');
select is(test.act('select * from precert.audit_verify()'), null, 'and its chains hold');

-- One key names one occasion. Another event under it is not stored, and must not be answered as if it were.
select is(test.batch('[[3, "order.accepted", "k1"]]'), '1:conflict:5:ready', 'a used key with another event is a conflict, not a duplicate');

-- The interactive form
select is(test.code(format($$select precert.apply_event(%L, 'payer.approved', 'k', 'ana')$$, test.id(1))), 'PC001', 'illegal is PC001');
select is(test.code(format($$select precert.apply_event(%L, 'criteria.met', 'k', 'ana', null, 1)$$, test.id(1))), 'PC010', 'conflict is PC010');
select is(test.code(format($$select precert.apply_event(%L, 'criteria.met', 'k', 'ana')$$, test.id(77))), 'PC012', 'not found is PC012');
select is(test.code(format($$select precert.apply_event(%L, 'criteria.met', 'k', '')$$, test.id(1))), '23514', 'an actor is named');
select is(test.code(format($$select precert.apply_event(%L, 'criteria.met', '', 'ana')$$, test.id(1))), '23514', 'an occasion is named');
select is(test.apply(1, 'criteria.met', 'late', p_occurred => '2026-11-20 12:00+00'), 'applied', 'an event may have occurred earlier');
select is((select (occurred_at, recorded_at) from precert.event where source_key = 'late')::text,
    ('2026-11-20 12:00+00'::timestamptz, '2026-11-24 15:00+00'::timestamptz)::text, 'when it occurred and when it was recorded');
select is(test.open(1), 'duplicate', 'the same order again');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(50, '{"payer": "nowhere"}'))), 'PC014', 'an unknown payer');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(50, '{"workflow": "none"}'))), 'PC013', 'an unknown workflow');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(50) || jsonb_build_object('patient',
    test.order(1)->'patient'))), 'PC040', 'a live request for the same person and code');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(50) || jsonb_build_object('patient',
    test.order(1)->'patient' || '{"member_id": "m 1"}'))), 'PC040', 'also when the member id is written another way');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(50) || jsonb_build_object('patient',
    test.order(1)->'patient' || '{"born": "2015-05-05", "given": "Twig"}'))), 'fine', 'a dependent under the same member id is another person');
select is((select count(*) from precert.patient where family = 'Synthetic1'), 1::bigint, 'one person is one row');

-- An answer is a promise: each of these found what it was asked to store, and each must have written, or it would not
-- wait for a standby. Real transactions, because that is what counts.
create function test.wrote() returns boolean language sql as $$ select pg_current_xact_id_if_assigned() is not null $$;
grant execute on function test.wrote() to precert_app;

begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select test.wrote() as before from precert.request limit 1 \gset
select outcome from precert.apply_event(test.id(1), 'criteria.met', 'late', 'ana') \gset
select r.xmin::text = pg_current_xact_id()::text as touched from precert.request r where request_id = test.id(1) \gset
commit;
select is(:'before'::text, 'f', 'reading writes nothing');
select is(:'outcome'::text, 'duplicate', 'a duplicate event');
select is(:'touched'::text, 't', 'writes its request''s row');

begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select outcome from precert.open_request(test.order(1), 'ana') \gset
select r.xmin::text = pg_current_xact_id()::text as touched from precert.request r where request_id = test.id(1) \gset
commit;
select is(:'outcome'::text || ' ' || :'touched', 'duplicate t', 'so does a duplicate order');

\o /dev/null
select test.open(4);
select test.act(format($$select * from precert.record_evidence(%L, '[{"fact": "ms_form", "value": "Marker-Value", "source": "chart",
    "note": "Marker-Note", "observed_on": "2026-11-01"}]', 'ana')$$, test.id(4)));
select test.act(format($$select * from precert.add_document(%L, 'Marker-Document', 'text/plain', 'Marker-Title', 'ana')$$, test.id(4)));
\o
begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select outcome from precert.record_evidence(test.id(4), '[{"fact": "ms_form", "value": "Marker-Value", "source": "chart",
    "note": "Marker-Note", "observed_on": "2026-11-01"}]', 'ana') \gset
select r.xmin::text = pg_current_xact_id()::text as touched from precert.request r where request_id = test.id(4) \gset
commit;
select is(:'outcome'::text || ' ' || :'touched', 'duplicate t', 'so does duplicate evidence');

begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select outcome from precert.add_document(test.id(4), 'Marker-Document', 'text/plain', 'Another title', 'ana') \gset
select r.xmin::text = pg_current_xact_id()::text as touched from precert.request r where request_id = test.id(4) \gset
commit;
select is(:'outcome'::text || ' ' || :'touched', 'duplicate t', 'so does a duplicate document');
select is((select title from precert.request_document), 'Marker-Title', 'whose first title stays');

\o /dev/null
select test.act($$select * from precert.begin_import('north', 'north/portal', '\x01', 0, '2026-12-01', 'ana')$$);
select test.act(format('select * from precert.finish_import(%L)', batch_id)) from precert.import_batch;
\o
begin;
set local role precert_app;
set local precert.organization = '0a000000-0000-7000-8000-000000000001';
select status from precert.begin_import('north', 'north/portal', '\x01', 0, '2026-12-01', 'ana') \gset
select b.xmin::text = pg_current_xact_id()::text as touched from precert.import_batch b \gset
commit;
select is(:'status'::text || ' ' || :'touched', 'known t', 'so does a file that is known');

begin;
set local role precert_app;
select is_new, test.wrote() as touched from precert.publish_workflow(test.workflow(1), 'canonical form 1') \gset
commit;
select is(:'is_new'::text || ' ' || :'touched', 'f t', 'so does a workflow that is published');

begin;
set local role precert_app;
select precert.ensure_organization(test.org_a(), 'Another name') as name, test.wrote() as touched \gset
commit;
select is(:'name'::text || ' ' || :'touched', 'Alder Clinic t', 'so does an organization that is known');

-- Evidence
create function test.evidence(p_items jsonb) returns text language sql as $$
    select test.say(format('select * from precert.record_evidence(%L, %L, ''ana'')', test.id(4), p_items)) $$;
select is(test.evidence('[{"fact": "ms_form", "value": "rrms", "source": "chart"}]'), 'applied', 'a correction is new evidence');
select is(test.evidence('[{"fact": "ms_form", "value": "Marker-Value", "source": "chart", "note": "Marker-Note", "observed_on": "2026-11-01"}]'),
    'applied', 'and the first value again corrects it back');
select is(test.evidence('[{"fact": "ms_form", "value": "Marker-Value", "source": "chart", "note": "Marker-Note", "observed_on": "2026-11-01"},
    {"fact": "jcv", "value": 0.4, "source": "lab"}]'), 'applied', 'of a list only what is new is added');
select is((select count(*) from precert.evidence), 4::bigint, 'four rows in all');
select is(test.evidence('[{"fact": "a", "value": 1, "source": "chart"}, {"fact": "b", "value": 2, "source": "chart"}, {"fact": "a", "value": 1, "source": "chart"}]'), 'applied',
    'the same item twice in one list');
select is((select count(*) from precert.evidence where fact = 'a'), 1::bigint, 'is recorded once');
select is((select array_agg(e.seq = (select max(v.seq) from precert.evidence v where v.seq <= e.seq and v.organization_id = e.organization_id)
        order by e.seq) from precert.event e where e.event = 'evidence.recorded'), array[true, true, true, true, true],
    'each event of evidence has its rows');

-- An older observation that is on file is no news, and takes no newer one's place.
select is(test.evidence('[{"fact": "edss", "value": 4, "source": "chart", "observed_on": "2026-11-10"}]'), 'applied', 'an observation');
select is(test.evidence('[{"fact": "edss", "value": 3, "source": "chart", "observed_on": "2026-10-01"}]'), 'applied', 'an older one is kept');
select is(test.evidence('[{"fact": "edss", "value": 4, "source": "chart", "observed_on": "2026-11-10"}]'), 'duplicate', 'the newer one again is no news');
select is(test.evidence('[{"fact": "edss", "value": 3, "source": "chart", "observed_on": "2026-10-01"}]'), 'duplicate', 'nor is the older one');
select is(test.evidence('[{"fact": "edss", "value": 5, "source": "chart", "observed_on": "2026-11-10"}]'), 'applied', 'another value of the same day is a correction');

-- What is said of one service line is said of that line only.
select is(test.evidence('[{"fact": "dose_within_label", "line_no": 1, "value": true, "source": "chart", "observed_on": "2026-11-10"}]'), 'applied', 'a fact about a line');
select is(test.evidence('[{"fact": "dose_within_label", "line_no": 1, "value": true, "source": "chart", "observed_on": "2026-11-10"}]'), 'duplicate', 'again it is no news');
select throws_like($$select test.evidence('[{"fact": "dose_within_label", "line_no": 9, "value": true, "source": "chart"}]')$$, '%line_no_fkey%',
    'a line that the request does not have is refused');

-- History holds digests, not values.
select is((select count(*) from precert.event where payload::text ~ 'Marker|Quill|Synthetic|1980-01-01|M-4|rrms|0\.4'), 0::bigint,
    'no value, note, title, name, date of birth or member id is in an event''s payload');
select is((select count(*) from precert.event where source_key ~ 'Marker|Quill|Synthetic|1980-01-01|M-4|rrms'), 0::bigint, 'nor in a source key');
select matches((select payload->>'sha256' from precert.event where event = 'document.added'), '^[0-9a-f]{64}$', 'a document is known by its digest');
select isnt((select payload->>'sha256' from precert.event where event = 'evidence.recorded' order by seq limit 1),
    encode(sha256(convert_to('[{"fact": "ms_form", "note": "Marker-Note", "value": "Marker-Value", "source": "chart", "observed_on": "2026-11-01"}]', 'UTF8')), 'hex'),
    'the digest of evidence cannot be found by trying values: a secret that can be erased with them is in it');

-- Erasure takes evidence, not history: what is recorded after it is an event of its own.
delete from precert.evidence;
select is(test.evidence('[{"fact": "jcv", "value": 0.5, "source": "lab"}]'), 'applied', 'evidence after an erasure is new');
select is((select seq from precert.evidence), test.seq(4), 'and its event is the newest');

-- The repeat of a submission after an unknown outcome
select is(test.submit(4), 'applied', 'a submission');
select is(test.say(format($$select * from precert.request_submission(%L, %s, 'file_drop', 'met', null, '{}', 'ana')$$, test.id(4), test.seq(4) - 1)),
    'duplicate', 'asked for again is a duplicate');
select is(test.code(format($$select * from precert.request_submission(%L, %s, 'fax', 'met', null, '{}', 'bo')$$, test.id(4), test.seq(4) - 1)),
    'PC010', 'another one, judged at the same place by someone else, is a conflict: theirs is not what was stored');
select is((select count(*) from precert.effect), 1::bigint, 'one effect');
-- A renewal is begun while the approval still runs.
\o /dev/null
select test.in_review(81);
select test.apply(81, 'payer.approved', 'approved', '{"authorization-end": "2027-05-31T23:59:59"}');
\o
create function test.next(n integer, p_kind text) returns jsonb language sql immutable as $$
    select test.order(n, jsonb_build_object('kind', p_kind, 'patient', test.order(81)->'patient'))
$$;
select is(test.state(81), 'active', 'an approval in force');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.next(82, 'initial'))), 'PC040', 'is in the way of a new start');
select is(test.say(format($$select * from precert.open_request(%L, 'ana')$$, test.next(82, 'continuation'))), 'applied', 'but not of its continuation');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.next(83, 'continuation'))), 'PC040', 'of which there is one');

-- What else may be asked, and what in the order counts as the same.
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.next(84, 'restart'))), 'PC040', 'a restart is a new start');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.next(84, 'transition'))), 'PC040', 'a transition follows no approval of this payer');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.order(85, '{"kind": "renewal"}'))), '23514', 'there is no other kind');
create function test.lines(n integer, variadic p_codes text[]) returns jsonb language sql as $$
    select test.order(n, jsonb_build_object('patient', test.order(86)->'patient', 'lines', (select jsonb_agg(
        jsonb_build_object('hcpcs', c, 'units', 1, 'dose_amount', 1, 'dose_unit', 'mg')) from unnest(p_codes) c)))
$$;
select is(test.say(format($$select * from precert.open_request(%L, 'ana')$$, test.lines(86, 'J2323', 'J1745'))), 'applied', 'an order of two codes');
select is(test.code(format($$select precert.open_request(%L, 'ana')$$, test.lines(87, 'J9312', 'J1745'))), 'PC040', 'stands in the way by the second of them too');

select * from finish();
