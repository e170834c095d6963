-- Publishing: the same again is the same answer, other content is refused, and nothing published can lack a clock.
\ir fixtures/setup.sql

create function test.publish(p_compiled jsonb, p_canonical text) returns text language sql as $$
    select test.act(format('select * from precert.publish_workflow(%L, %L)', p_compiled, p_canonical), null)->0->>'is_new'
$$;
create function test.defaults(p_clocks jsonb) returns text language sql as $$
    select test.code(format('select precert.publish_payer(''*'', ''Practice defaults'', ''America/New_York'', ''{}'', %L)', p_clocks), null)
$$;
-- The rules of the practice as they are, with one clock's taken out and others put in.
create function test.without(p_clock text, p_instead jsonb default '[]') returns jsonb language sql stable as $$
    select jsonb_agg(jsonb_build_object('clock', clock, 'urgency', urgency, 'amount', amount, 'unit', unit, 'source', source,
        'verified', verified)) || p_instead
    from precert.clock_rule where payer_id = '*' and is_current and clock <> p_clock
$$;

select plan(55);

-- Workflows
select is(test.publish(test.workflow(1), 'canonical form 1'), 'false', 'the same content again');
select is(test.act($$select version_id from precert.publish_workflow(test.workflow(1), 'canonical form 1')$$, null)->0->>'version_id',
    (select version_id::text from precert.workflow_version), 'is the same version');
select is(test.code($$select precert.publish_workflow(test.workflow(1), 'canonical form 1, changed')$$, null), 'PC030',
    'other content under a used number');
select is((select published_at from precert.workflow_version), '2026-11-24 15:00+00'::timestamptz, 'the first publishing''s time stays');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{deadlines,0,clock}', '"unheard-of"')), null),
    'PC021', 'a clock without a default');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{deadlines,4,fallback_clock}', '"unheard-of"')), null),
    'PC021', 'also as a fallback');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{deadlines,4,lead}', '"unheard-of"')), null),
    'PC021', 'also as a lead');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{edges,5,to}', '"nowhere"')), null),
    '23503', 'an edge to a state that is not there');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{edges,5,event}', '"unheard-of"')), null),
    '23503', 'an edge by an event that is not there');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{deadlines,0,alert}', '"unheard-of"')), null),
    '23503', 'a deadline with an alert that is not there');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_set(test.workflow(2), '{deadlines,0,state}', '"nowhere"')), null),
    '23503', 'a deadline in a state that is not there');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_insert(test.workflow(2), '{edges,0}',
    '{"from": "pended", "event": "payer.denied", "to": "active", "is_stay": false}')), null), '23505', 'two edges for one state and event');
select is(test.code(format($$select precert.publish_workflow(%L, 'x')$$, jsonb_insert(test.workflow(2), '{edges,0}',
    '{"from": "(start)", "event": "order.accepted", "to": "active", "is_stay": false}')), null), '23505', 'two beginnings');
select is((select count(*) from precert.workflow_version), 1::bigint, 'what is refused leaves nothing');

select is(test.open(1), 'applied', 'a request begins on version 1');
select is(test.publish(test.workflow(2) || '{"effects": []}', 'canonical form 2'), 'true', 'version 2 is published');
select is(test.open(2), 'applied', 'a request that begins now');
select is((select array_agg(v.number order by r.reference) from precert.request r join precert.workflow_version v using (version_id)), array[1, 2], 'is on version 2; the first stays on 1');
select is(test.submit(1) || test.submit(2), 'appliedapplied', 'both are submitted');
select is((select array_agg(request_id) from precert.effect), array[test.id(1)], 'each by its own version''s effects');

-- Payers
select is(test.say($$select precert.publish_payer('north', 'North Health', 'America/Chicago', '{}', '[
    {"clock": "decision", "urgency": "standard", "amount": 15, "unit": "calendar_days", "source": "manual", "verified": true},
    {"clock": "decision", "urgency": "urgent", "amount": 72, "unit": "hours", "source": "manual", "verified": true},
    {"clock": "follow-up", "urgency": "any", "amount": 2, "unit": "business_days", "source": "manual", "verified": true}]')$$, null),
    'false', 'the same module again');
\o /dev/null
select test.apply(1, 'submission.delivered', 'd');
\o
select is(test.deadline(1, 'decision'), 'open 2026-12-09 23:59:59 overdue', '15 days run');
select is(test.say($$select precert.publish_payer('north', 'North Health', 'America/Chicago', '{}', '[
    {"clock": "decision", "urgency": "any", "amount": 7, "unit": "calendar_days", "source": "manual 2", "verified": true}]')$$, null),
    'true', 'a changed module');
select is(test.deadline(1, 'decision'), 'open 2026-12-09 23:59:59 overdue', 'does not move what runs');
\o /dev/null
select test.apply(2, 'submission.delivered', 'd');
\o
select is(test.deadline(2, 'decision'), 'open 2026-12-01 23:59:59 overdue', 'but what begins: 7 days');
select is((select count(*) from precert.clock_rule where payer_id = 'north' and is_current), 1::bigint, 'its rules are replaced, not added to');
select is(test.code($$select precert.publish_payer('north', 'North', 'America/Chicagoo', '{}', '[]')$$, null), 'PC022', 'a zone that is not there');
select is(test.code($$select precert.publish_payer('north', 'North', 'CST6CDT,M3.2.0,M11.1.0', '{}', '[]')$$, null), 'PC022', 'nor a rule in place of a name');
select is(test.code($$select precert.publish_payer('north', 'North', 'America/Chicago', '{}', '[{"clock": "decision", "urgency": "any",
    "amount": -1, "unit": "hours", "source": "x", "verified": true}]')$$, null), '23514', 'a negative amount');
select is(test.code($$select precert.publish_payer('north', 'North', 'America/Chicago', '{}', '[{"clock": "decision", "urgency": "any",
    "amount": 1, "unit": "fortnights", "source": "x", "verified": true}]')$$, null), '23514', 'a unit that is not there');

-- A payer without a module any more.
\o /dev/null
select test.act($$select precert.publish_payer('gone', 'Gone Health', 'America/Chicago', '{}', '[
    {"clock": "decision", "urgency": "any", "amount": 3, "unit": "calendar_days", "source": "manual", "verified": true}]')$$, null);
\o
create function test.on_file() returns text[] language sql stable as $$
    select array_agg(payer_id) from precert.payer where payer_id not in ('*', 'gone')
$$;
select is(test.act(format('select payer_id, is_new from precert.retire_payers(%L)', test.on_file()), null),
    '[{"is_new": true, "payer_id": "gone"}]', 'a payer that is on file no more is marked and named');
select is((select retired_at from precert.payer where payer_id = 'gone'), '2026-11-24 15:00+00'::timestamptz, 'with the time');
select is((select count(*) from precert.payer where retired_at is not null), 1::bigint,
    'the others and the practice''s defaults are not');
select is((select r.payer_id from precert.clock_run('gone', 'decision', 'standard', '2026-11-24 15:00+00', 1) c
    join precert.clock_rule r using (rule_id)), '*', 'its clocks are no longer anybody''s word: the defaults hold');
select is(test.act(format('select is_new from precert.retire_payers(%L)', test.on_file()), null), '[{"is_new": false}]', 'again: named, not new');
select is(test.say($$select precert.publish_payer('gone', 'Gone Health', 'America/Chicago', '{}', '[
    {"clock": "decision", "urgency": "any", "amount": 3, "unit": "calendar_days", "source": "manual", "verified": true}]')$$, null),
    'true', 'on file again');
select is((select count(*) from precert.payer p join precert.clock_rule r using (payer_id) where payer_id = 'gone' and retired_at is null
    and is_current), 1::bigint, 'with its clocks and without the mark');

-- The practice's defaults: every clock of a published workflow must always have one, or a request could not move.
select is(test.defaults(test.without('none')), 'fine', 'the defaults again');
select is(test.defaults(test.without('decision')), 'PC021', 'without a clock that a published workflow needs');
select is(test.defaults(test.without('decision', '[{"clock": "decision", "urgency": "urgent", "amount": 1, "unit": "hours", "source": "x",
    "verified": false}]')), 'PC021', 'for one urgency only');
select is(test.defaults(test.without('decision', '[{"clock": "decision", "urgency": "any", "amount": 1, "unit": "hours", "source": "x",
    "verified": false, "until": "2030-12-31"}]')), 'PC021', 'for some years only');
select is(test.defaults(test.without('decision', '[{"clock": "decision", "urgency": "any", "amount": 1, "unit": "hours", "source": "x",
    "verified": false}, {"clock": "decision", "urgency": "any", "amount": 2, "unit": "hours", "source": "x", "verified": false, "from": "2030-01-01"}]')),
    'fine', 'a default that changes on a day');

-- Holidays
\o /dev/null
select test.act($$select precert.publish_holidays('[{"day": "2026-12-24", "name": "Christmas Eve"}, {"day": "2026-12-25", "name": "Christmas Day"}]')$$, null);
\o
select is((select array_agg(day || ' ' || name order by day) from precert.holiday), array['2026-12-24 Christmas Eve', '2026-12-25 Christmas Day'],
    'the calendar is the days given');
select is(test.code($$select precert.publish_holidays('[{"day": "2026-02-30", "name": "x"}]')$$, null), '22008', 'a day that is not there');
select is((select count(*) from precert.holiday), 2::bigint, 'and the calendar stays');
-- Moving requests to a newer version: an event like any other.
select test.at('2026-11-24 15:00+00');
select is(test.open(900), 'applied', 'a request begins on the version before');
select is(test.publish(test.workflow(9) || '{"migration": {"from_version": 2, "states": {"criteria_collection": "ready"}}}', 'canonical form 9'),
    'true', 'a version that takes over from version 2');
select is(test.act($$select from_number, from_state, to_number, to_state from precert.migrate_requests('prior-authorization', 10, 'ana', true)
    where from_state = 'criteria_collection'$$)->0->>'to_state', 'ready', 'a dry run says where requests would go');
select is(test.state(900), 'criteria_collection', 'and moves none');
select lives_ok($$select test.act('select * from precert.migrate_requests(''prior-authorization'', 1000, ''ana'', false)')$$, 'they are moved');
select is(test.state(900), 'ready', 'where the map says');
select is((select v.number from precert.request r join precert.workflow_version v using (version_id) where r.request_id = test.id(900)), 9,
    'to the newest version');
select is((select event || ' ' || from_state || ' ' || to_state from precert.event where request_id = test.id(900) order by seq desc limit 1),
    'workflow.migrated criteria_collection ready', 'and history says so');
select is(test.act('select from_number, to_state from precert.migrate_requests(''prior-authorization'', 1000, ''ana'', false)'),
    '[{"from_number": 1, "to_state": null}]', 'again moves nothing, and those that no map takes over are told');
select is(test.act('select * from precert.audit_verify()'), null, 'the chains hold');

select * from finish();
