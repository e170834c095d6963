-- Deadlines: what opens, re-arms and closes them; each fires once, in order, however late; finding what is due costs O(due).
-- Times in the comments are on the clock of Chicago, the payer's. The fixture's day is Tuesday 2026-11-24, 09:00.
\ir fixtures/setup.sql
select plan(81);

-- What fire_due did, one word group a row: request, deadline, due, event's outcome and state, or only the alert.
create function test.fire(p_limit integer default 100, p_org uuid default test.org_a()) returns text language sql as $$
    select coalesce(string_agg(concat_ws(' ', right(r->>'reference', 2), r->>'deadline', left(r->>'due_at', 10), r->>'alert', r->>'outcome',
        r->>'to_state'), ', '), 'nothing')
    from jsonb_array_elements(test.act(format('select * from precert.fire_due(%s, ''worker'')', p_limit), p_org)) r
$$;
create function test.alerts(n integer) returns text language sql stable as $$
    select string_agg(a.kind || case when a.acknowledged_at is null then '' else '!' end, ' ' order by a.raised_at, a.kind)
    from precert.alert a where a.request_id = test.id(n)
$$;

-- Opening, closing
select is(test.open(1), 'applied', 'a request is opened');
select is(test.deadline(1, 'stalled'), 'open 2026-11-27 23:59:59 stalled', 'its state''s deadline runs: two business days, over Thanksgiving');
select is((select armed_seq from precert.deadline where request_id = test.id(1)), 2::bigint, 'armed by the event that entered the state');
\o /dev/null
select test.at('2026-11-25 15:00+00');
select test.act(format($$select * from precert.record_evidence(%L, '[{"fact": "f", "value": 1, "source": "chart"}]', 'ana')$$, test.id(1)));
\o
select is(test.deadline(1, 'stalled'), 'open 2026-11-27 23:59:59 stalled', 'a stay move lets it run on');
select is(test.apply(1, 'criteria.met', 'm1'), 'applied', 'the state is left');
select is(test.deadline(1, 'stalled'), 'closed 2026-11-27 23:59:59 stalled', 'and its deadline closed');
select is(test.apply(1, 'order.accepted', 'o1'), 'applied', 'the state is entered again');
select is(test.deadline(1, 'stalled'), 'open 2026-11-30 23:59:59 stalled', 'and the deadline armed anew from now (25 Nov + Fri 27, Mon 30)');
select is((select armed_seq from precert.deadline where request_id = test.id(1)), 5::bigint, 'by the new event');

-- A scope that spans siblings
select is(test.in_review(2), 'in_review', 'a request at the payer');
select is(test.deadline(2, 'decision'), 'open 2026-12-10 23:59:59 overdue', 'has 15 calendar days from 25 Nov');
\o /dev/null
select test.at('2026-12-01 15:00+00');
\o
select is(test.apply(2, 'payer.pended', 'p1', '{"information-due": "2026-12-08T17:00:00"}'), 'applied', 'pended');
select is(test.deadline(2, 'decision'), 'open 2026-12-10 23:59:59 overdue', 'the deadline of the group runs on');
select is(test.deadline(2, 'information'), 'open 2026-12-08 17:00:00 information.lapsed info-due', 'and the anchor''s is due on the payer''s clock');
select is((select kind from precert.deadline where request_id = test.id(2) and name = 'decision'), 'work',
    'what runs on now waits for us, as the state does');
select is(test.apply(2, 'information.sent', 'i1'), 'applied', 'back in review');
select is((select kind from precert.deadline where request_id = test.id(2) and name = 'decision'), 'wait', 'and it waits for the payer again');
select is(test.deadline(2, 'decision'), 'open 2026-12-10 23:59:59 overdue', 'still the same deadline');
select is(test.deadline(2, 'information'), 'closed 2026-12-08 17:00:00 information.lapsed info-due', 'the other one is closed');

-- An anchor that does not last, and one asked for again
select is(test.apply(2, 'payer.pended', 'p2'), 'applied', 'pended again, without a date');
select is(test.deadline(2, 'information'), 'open 2026-12-11 23:59:59 information.lapsed info-due',
    'the earlier date does not count: the fallback clock runs, ten days');
\o /dev/null
select test.at('2026-12-02 15:00+00');
\o
select is(test.apply(2, 'payer.pended', 'p2b'), 'applied', 'the same again a day later: a move of the state to itself');
select is(test.deadline(2, 'information'), 'open 2026-12-12 23:59:59 information.lapsed info-due', 'begins its deadline anew');
select is(test.apply(2, 'payer.pended', 'p3', '{"information-due": "2026-12-20T23:59:59"}'), 'applied', 'a date is given');
select is(test.deadline(2, 'information'), 'open 2026-12-20 23:59:59 information.lapsed info-due', 're-armed by the new date');
select is((select d.rule_id from precert.deadline d where d.request_id = test.id(2) and d.name = 'information'), null,
    'no rule counted a date that was given');
select is((select array[c.payer_id, c.clock, c.amount::text] from precert.deadline d join precert.clock_rule c using (rule_id)
    where d.request_id = test.id(2) and d.name = 'decision'), '{north,decision,15}', 'the rule that counted the other is known');
select is((select count(*) from precert.deadline d where d.ends_at is not null), 0::bigint, 'what ends when it is due has no other end');

-- Firing
\o /dev/null
select test.at('2026-12-10 23:59:58-06');
\o
select is(test.fire(), '01 stalled 2026-12-01 stalled', 'fires what is due: the first request stalled on 30 Nov (UTC: 1 Dec)');
select is(test.fire(), 'nothing', 'a second later nothing is left, and the decision is not due yet');
\o /dev/null
select test.at('2026-12-10 23:59:59-06');
\o
select is(test.fire(), '02 decision 2026-12-11 overdue', 'due to the second');
select is(test.alerts(2), 'overdue', 'its alert is raised');
select is((select (due_at, raised_at)::text from precert.alert where request_id = test.id(2)),
    (select row(timestamptz '2026-12-10 23:59:59-06', timestamptz '2026-12-10 23:59:59-06')::text), 'with when it was due and when it was raised');
select is(test.deadline(2, 'decision'), 'fired 2026-12-10 23:59:59 overdue', 'it is fired');
select is(test.apply(2, 'information.sent', 'i2'), 'applied', 'moving within the group');
select is(test.fire(), 'nothing', 'does not arm it again');
select is(test.alerts(2), 'overdue', 'nor is its alert settled while the group is not left');
select is(test.apply(2, 'payer.denied', 'd'), 'applied', 'leaving the group');
select is(test.alerts(2), 'overdue!', 'settles the reminder');
select is(test.apply(2, 'appeal.filed', 'a'), 'applied', 'entering the group again');
select is(test.deadline(2, 'decision'), 'open 2026-12-25 23:59:59 overdue', 'arms it anew');
select is((select fired_at from precert.deadline where request_id = test.id(2) and name = 'decision'), null, 'as one that has not fired');

-- An approval whose end is not known: an alert, and no expiry by guess. Then the end is learned.
select is(test.in_review(3), 'in_review', 'another request');
select is(test.apply(3, 'payer.approved', 'ok'), 'applied', 'approved without a period');
select is(test.deadline(3, 'expiry'), 'open 2026-12-17 23:59:59 end-unknown', 'the fallback tells someone after seven days, no event');
select is(test.deadline(3, 'renewal'), null, 'a deadline without an anchor and a fallback does not run');
\o /dev/null
select test.at('2026-12-19 15:00+00');
\o
select is(test.fire(), '03 expiry 2026-12-18 end-unknown', 'the alert, without an event');
select is(test.state(3), 'active', 'the approval stands');
select is(test.apply(3, 'payer.approved', 'ok2', '{"authorization-end": "2027-06-30T23:59:59"}'), 'applied', 'the end is learned by a stay move');
select is(test.deadline(3, 'expiry'), 'open 2027-06-30 23:59:59 authorization.expired', 'the deadline is re-armed at the end');
select is(test.deadline(3, 'renewal'), 'open 2027-05-01 00:00:00 renewal.window_opened renewal', 'and the other one begins: 60 days before');
select is(test.apply(3, 'payer.approved', 'ok3', '{"authorization-end": "2027-03-31T23:59:59"}'), 'applied', 'the end moves');
select is(test.deadline(3, 'expiry'), 'open 2027-03-31 23:59:59 authorization.expired', 'and the deadline with it');
select is(test.deadline(3, 'renewal'), 'open 2027-01-30 00:00:00 renewal.window_opened renewal', 'and the renewal');

-- A long outage: all that was missed fires in order, each at the time it was due, and what that arms too.
\o /dev/null
select test.at('2028-01-01 15:00+00');
\o
select is((select count(*) from precert.deadline where status = 'open' and due_at <= precert.now()), 3::bigint,
    'a year later three deadlines are overdue');
select is(test.fire(), '02 decision 2026-12-26 overdue, 03 renewal 2027-01-30 renewal applied renewal_window',
    'the first pass: the earliest of each request');
select is(test.fire(), '03 expiry 2027-04-01 applied expired', 'the second pass: what was due later');
select is(test.fire(), 'nothing', 'and then nothing');
select is((select array_agg(event || ' ' || (occurred_at at time zone 'America/Chicago')::date order by seq) from precert.event
    where request_id = test.id(3) and seq > 8), array['renewal.window_opened 2027-01-30', 'authorization.expired 2027-03-31'],
    'history has each at its time');
select is((select count(*) from precert.alert where request_id = test.id(3) and kind = 'renewal'), 1::bigint, 'the alert was raised once');
select is((select count(*) from precert.alert where request_id = test.id(3) and kind = 'renewal' and due_at < '2027-02-01' and raised_at > '2028-01-01'),
    1::bigint, 'and says when it was due and when it was raised');
select is(test.act('select * from precert.audit_verify()'), null, 'the chains hold');
select throws_ok($$insert into precert.alert (organization_id, request_id, kind, title, severity, deadline, armed_seq, due_at, raised_at)
    select organization_id, request_id, kind, title, severity, deadline, armed_seq, due_at, raised_at from precert.alert limit 1$$,
    '23505', null, 'the same arming cannot raise a second one');

-- Two workers at once, really: two sessions drain 200 due deadlines in passes of seven.
\o /dev/null
select test.at('2026-11-24 15:00+00');
select test.open(n) from generate_series(101, 300) n;
create procedure test.drain(p_actor text) language plpgsql as $$
declare
    v_fired integer;
    v_empty integer := 0;
begin
    loop
        perform set_config('precert.organization', test.org_a()::text, true), set_config('precert.now', '2027-01-01 00:00+00', true);
        select count(*) into v_fired from precert.fire_due(7, p_actor);
        commit;
        -- A pass may be empty because the other session holds the next ones; that is no end.
        v_empty := case when v_fired > 0 then 0 else v_empty + 1 end;
        exit when v_empty > 50;
    end loop;
end
$$;
create view test.server as select format('host=%s port=%s dbname=%s user=%s',
    coalesce(nullif(split_part(current_setting('unix_socket_directories'), ',', 1), ''), 'localhost'),
    current_setting('port'), current_database(), session_user) as conninfo;
select dblink_connect(w, conninfo) from test.server, unnest(array['w1', 'w2']) w;
select dblink_send_query(w, format('call test.drain(%L)', w)) from unnest(array['w1', 'w2']) w;
select (select count(*) from dblink_get_result('w1') r (x text)) + (select count(*) from dblink_get_result('w2') r (x text));
select dblink_disconnect(w) from unnest(array['w1', 'w2']) w;
\o
select is((select count(*) from precert.deadline where status = 'fired' and name = 'stalled' and request_id between test.id(101) and test.id(300)),
    200::bigint, 'two workers fired every due deadline');
select is((select count(*) from precert.alert where request_id between test.id(101) and test.id(300)), 200::bigint, 'each once');

-- A request that someone else holds is left to the next pass; nothing waits for it.
\o /dev/null
select test.open(n) from generate_series(301, 303) n;
select test.at('2027-01-01 00:00+00');
select dblink_connect('holder', conninfo) from test.server;
select dblink_exec('holder', 'begin');
select * from dblink('holder', format('select 1 from precert.request where request_id = %L for update', test.id(302))) r (x int);
set lock_timeout = '5s';
\o
select is((select count(*) from jsonb_array_elements(test.act('select * from precert.fire_due(100, ''w'')'))), 2::bigint, 'two of three fire while the third is held');
\o /dev/null
reset lock_timeout;
select dblink_exec('holder', 'commit'), dblink_disconnect('holder');
\o
select is((select count(*) from jsonb_array_elements(test.act('select * from precert.fire_due(100, ''w'')'))), 1::bigint, 'and the third when it is free');

-- O(due): 300,000 deadlines on 30,000 requests, ten of which are due; 50,000 alerts.
\o /dev/null
begin;
insert into precert.event (organization_id, request_id, seq, from_version, from_state, event, to_version, to_state, occurred_at,
    recorded_at, actor, source_key)
select test.org_a(), test.id(1000000 + n), 1, 1, '(start)', 'request.opened', 1, 'intake', precert.now(), precert.now(), 'bulk',
    'opened' from generate_series(1, 30000) n;
insert into precert.request (organization_id, request_id, reference, payer_id, urgency, opened_at, version_id, state, seq, head_hash)
select e.organization_id, e.request_id, test.ref(right(e.request_id::text, 7)::int), 'north', 'standard', precert.now(), 1, 'intake', 1, e.hash
from precert.event e where e.actor = 'bulk';
insert into precert.deadline (organization_id, request_id, name, scope, status, kind, due_at, alert, armed_seq)
select r.organization_id, r.request_id, 'd' || d, 'intake', 'open', case when d % 2 = 0 then 'work' else 'wait' end,
    timestamptz '2029-01-01 12:00+00' + ('x' || substr(md5(r.request_id || 'd' || d), 1, 6))::bit(24)::int * interval '10 seconds', 'stalled', 1
from precert.request r, generate_series(0, 9) d where r.request_id > test.id(1000000);
insert into precert.alert (organization_id, request_id, kind, title, severity, deadline, armed_seq, due_at, raised_at)
select d.organization_id, d.request_id, 'stalled', 'Nothing happens', 'info', d.name, 1, d.due_at, d.due_at
from precert.deadline d where d.name in ('d0', 'd1') and d.request_id > test.id(1000000) limit 50000;
select test.open(n) from generate_series(401, 410) n;
update precert.deadline set due_at = '2028-06-01 12:00+00' where request_id between test.id(401) and test.id(410);
commit;
vacuum analyze precert.deadline, precert.request, precert.event, precert.alert;
select test.at('2028-07-01 15:00+00');
\o
select cmp_ok((select count(*) from precert.deadline where status = 'open'), '>=', 300000::bigint, 'there are 300,000 open deadlines');

-- The plan of a query as the owner (whom row security binds too) gets it; `p_now` stands for the function's variables.
create function test.plan_of(p_function text, p_from text, p_to text, p_values jsonb) returns text language plpgsql as $$
declare
    v_sql text := (select (regexp_match(p.prosrc, p_from || '(.*?)' || p_to))[1] from pg_proc p
        where p.pronamespace = 'precert'::regnamespace and p.proname = p_function);
    v_key text;
    v_line text;
    v_plan text := '';
begin
    for v_key in select jsonb_object_keys(p_values) loop
        v_sql := regexp_replace(v_sql, '\m' || v_key || '\M', quote_nullable(p_values->>v_key), 'g');
    end loop;
    perform set_config('role', 'precert_owner', true), set_config('precert.organization', test.org_a()::text, true);
    for v_line in execute 'explain (costs off) ' || v_sql loop v_plan := v_plan || v_line || chr(10); end loop;
    perform set_config('role', 'none', true), set_config('precert.organization', '', true);
    return v_plan;
end
$$;
create function test.is_bounded(p_plan text, p_index text, p_condition text, p_what text) returns setof text language sql as $$
    select matches(p_plan, 'Index (Only )?Scan using ' || p_index || '\M[^\n]*\n +Index Cond: [^\n]*' || p_condition, p_what || ': an index scan, bounded')
    union all
    select doesnt_match(p_plan, 'Seq Scan on (deadline|request|alert|event)|Sort Key', p_what || ': no scan of a whole table, no sort');
$$;
select * from test.is_bounded(test.plan_of('fire_due', 'candidate as materialized \(', '\),\s+locked', jsonb_build_object('p_limit', 100,
    'v_now', precert.now(), 'v_organization', test.org_a())), 'deadline_due', 'due_at <= ', 'the candidates of fire_due');
select * from test.is_bounded(test.plan_of('worklist', 'v_pressing := array\(\s+\(', '\)\s+union all', jsonb_build_object(
    'p_unassigned', false, 'v_organization', test.org_a())), 'alert_open', 'organization_id = ', 'the alerts of the worklist');
select * from test.is_bounded(test.plan_of('worklist', 'union all\s+\(', '\)\);\s+else', jsonb_build_object(
    'p_unassigned', false, 'v_organization', test.org_a())), 'deadline_work', 'organization_id = ', 'the work of the worklist');

-- And what a whole call touches, in pages, with everything that it calls: a plan may be good and the function not.
create function test.pages(p_sql text) returns integer language plpgsql as $$
declare
    v_plan json;
begin
    perform set_config('role', 'precert_app', true), set_config('precert.organization', test.org_a()::text, true);
    execute 'explain (analyze, buffers, timing off, format json) ' || p_sql into v_plan;
    perform set_config('role', 'none', true), set_config('precert.organization', '', true);
    return (v_plan->0->'Plan'->>'Shared Hit Blocks')::integer + (v_plan->0->'Plan'->>'Shared Read Blocks')::integer;
end
$$;
\o /dev/null
select test.pages('select * from precert.fire_due(0, ''w'')'), test.pages('select * from precert.worklist(50)');
\o
select cmp_ok(test.pages('select * from precert.fire_due(100, ''w'')'), '<', 1500, 'ten due among 300,000 touch few pages');
select cmp_ok(test.pages('select * from precert.fire_due(100, ''w'')'), '<', 50, 'nothing due among 300,000 touches next to none');
select cmp_ok(test.pages('select * from precert.worklist(50)'), '<', 3000, 'a worklist of 50 touches few pages');
select cmp_ok(test.pages('select * from precert.worklist(50, ''nobody'')'), '<', 3000, 'so does the worklist of a person with nothing to do');
select is((select count(*) from precert.alert where request_id between test.id(401) and test.id(410)), 10::bigint, 'the ten fired');

-- A notice, counted back from an end: both are kept, with both rules.
\o /dev/null
begin;
set local role precert_app;
select count(*) from precert.publish_workflow((select test.workflow(7) || jsonb_build_object('deadlines', jsonb_agg(
    case when d->>'name' = 'decision' then d || '{"lead": "follow-up"}' else d end)) from jsonb_array_elements(test.workflow(7)->'deadlines') d),
    'canonical form 7');
commit;
select test.at('2026-11-24 15:00+00');
select test.in_review(70);
\o
select is((select to_char(d.due_at at time zone 'America/Chicago', 'MM-DD HH24:MI') || to_char(d.ends_at at time zone 'America/Chicago', ' MM-DD HH24:MI')
    from precert.deadline d where d.request_id = test.id(70) and d.name = 'decision'), '12-07 00:00 12-09 23:59',
    'two business days before the ninth');
select is((select array[c.clock, n.clock] from precert.deadline d join precert.clock_rule c using (rule_id)
    join precert.clock_rule n on n.rule_id = d.notice_rule_id where d.request_id = test.id(70) and d.name = 'decision'),
    '{decision,follow-up}', 'by two rules');
select * from finish();
