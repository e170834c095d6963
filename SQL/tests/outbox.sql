-- The outbox: claim with a lease, complete or fail under its token, try again later, give up aloud, never twice.
\ir fixtures/setup.sql

\o /dev/null
select test.open(n), test.submit(n) from generate_series(1, 2) n;
\o
-- Leases are random, so what a claim answers is kept by name.
create table test.lease (name text primary key, effect_id uuid, token uuid, attempts integer, is_repeat boolean, request_id uuid);
create function test.claim(p_name text, p_kinds text[] default '{submission}', p_limit integer default 1, p_max integer default 10) returns text
    language plpgsql as $$
declare
    v_rows jsonb := test.act(format('select * from precert.claim_effects(%L, %s, ''1 minute'', %s)', p_kinds, p_limit, p_max));
begin
    insert into test.lease select p_name || case when count(*) over () = 1 then '' else row_number() over ()::text end, (r->>'effect_id')::uuid,
        (r->>'lease_token')::uuid, (r->>'attempts')::int, (r->>'is_repeat')::bool, (r->>'request_id')::uuid
    from jsonb_array_elements(v_rows) r
    on conflict (name) do update set effect_id = excluded.effect_id, token = excluded.token, attempts = excluded.attempts,
        is_repeat = excluded.is_repeat, request_id = excluded.request_id;
    return coalesce((select string_agg(concat_ws(' ', right(r->>'reference', 2), r->>'kind', 'try ' || (r->>'attempts'),
        case when (r->>'is_repeat')::bool then r->>'lost' end), ', ' order by r->>'reference') from jsonb_array_elements(v_rows) r), 'nothing');
end
$$;
create function test.complete(p_name text, p_event text default 'submission.delivered', p_token uuid default null) returns text language sql as $$
    select test.say(format('select precert.complete_effect(%L, %L, %L, ''worker'', ''{"confirmation": "C-1"}'')',
        l.effect_id, coalesce(p_token, l.token), p_event)) from test.lease l where l.name = p_name
$$;
create function test.fail(p_name text, p_max integer default 10) returns text language sql as $$
    select test.say(format('select precert.fail_effect(%L, %L, ''no route'', ''submission.failed'', ''worker'', %s)', l.effect_id, l.token, p_max))
    from test.lease l where l.name = p_name
$$;
create function test.run(n integer) returns precert.effect_run language sql stable as $$
    select run from precert.effect_run run join precert.effect f using (organization_id, effect_id)
    where f.request_id = test.id(n) order by f.seq desc limit 1
$$;
create function test.later(p_by interval) returns void language sql as $$ select test.at(precert.now() + p_by) $$;

select plan(64);

-- In the event's transaction
select is((test.run(1)).status, 'ready', 'the event that asks for it queues the effect');
select is((select count(*) from precert.effect), 2::bigint, 'one for each');
select is(test.claim('none', '{fax}'), 'nothing', 'a worker gets only kinds that it knows');
select is(test.claim('none', '{}'), 'nothing', 'or none');
select is(test.act($$select * from precert.claim_effects('{submission}', 9, '1 minute')$$, test.org_b()), null, 'and only its organization''s');

-- Done
select is(test.claim('a'), '01 submission try 1', 'the first in time is claimed');
select is((test.run(1)).status || ' ' || ((test.run(1)).visible_at - precert.now()), 'leased 00:01:00', 'for as long as the lease');
select is(test.claim('b'), '02 submission try 1', 'the next claim gets the next one');
select is(test.complete('a', p_token => gen_random_uuid()), 'fenced', 'with a token that does not fit nothing is done');
select is((test.run(1)).status || ' ' || test.state(1), 'leased submitting', 'and nothing changed');
select is(test.complete('a'), 'done', 'with the lease it is done');
select is((test.run(1)).status || ' ' || test.state(1), 'done in_review', 'and the event that tells of it is applied');
select is((select delivered_at = precert.now() and confirmation = 'C-1' from precert.submission where request_id = test.id(1)), true,
    'the submission knows when and under what number');
select is((select source_key from precert.event where request_id = test.id(1) and event = 'submission.delivered'),
    'effect:' || (select effect_id from test.lease where name = 'a') || ':submission.delivered', 'its source key is the effect');
select is(test.complete('a'), 'duplicate', 'done again is a duplicate');
select is((select count(*) from precert.event where request_id = test.id(1) and event = 'submission.delivered'), 1::bigint, 'with one event');
select is(test.fail('a'), 'fenced', 'what is done does not fail afterwards');

-- Fenced out: the lease ended and another worker has it.
\o /dev/null
select test.later('61 seconds');
create table test.old as select * from test.lease where name = 'b';
\o
select is(test.claim('b'), '02 submission try 2 inquire', 'after the lease it is claimed again, and the worker is told to look first');
select isnt((select token from test.lease where name = 'b'), (select token from test.old), 'under a new token');
select is(test.complete('b', p_token => (select token from test.old)), 'fenced', 'the first worker comes too late');
select is(test.state(2), 'submitting', 'and changes nothing');
select is(test.complete('b'), 'done', 'the second one completes it');

-- A lease that ended but that nobody took over still holds.
\o /dev/null
select test.open(3), test.submit(3);
\o
select is(test.claim('c'), '03 submission try 1', 'a third one');
\o /dev/null
select test.later('10 minutes');
\o
select is(test.complete('c'), 'done', 'is completed late');

-- Failing
\o /dev/null
select test.open(4), test.submit(4);
\o
select is(test.claim('d'), '04 submission try 1', 'a fourth one');
select is(test.fail('d'), 'ready', 'fails');
select is((test.run(4)).last_error || ' ' || ((test.run(4)).lease_token is null), 'no route true', 'says why and gives up its lease');
select is(test.fail('d'), 'fenced', 'and cannot fail twice');
select is(test.claim('d'), 'nothing', 'it is not tried again at once');
select ok((test.run(4)).visible_at - precert.now() between '1.5 seconds' and '2.5 seconds', 'but after two seconds, a quarter more or less');
create function test.fail_again(n integer) returns interval language plpgsql as $$
begin
    perform test.at((test.run(n)).visible_at), test.claim('d');
    perform test.fail('d', 99);
    return (test.run(n)).visible_at - precert.now();
end
$$;
select ok(p between (2 ^ t) * interval '0.75 seconds' and (2 ^ t) * interval '1.25 seconds', 'the pause after try ' || t || ' doubles')
from (select t, test.fail_again(4) as p from generate_series(2, 9) t offset 0) x;
\o /dev/null
select test.at((test.run(4)).visible_at);
\o
select is(test.claim('d', p_max => 11), '04 submission try 10 inquire', 'the tenth try');
select is(test.fail('d', 10), 'dead', 'and no more');
select is((test.run(4)).status || ' ' || test.state(4), 'dead submission_failed', 'an event tells of it');
select is((test.run(4)).finished_at, precert.now(), 'and since when');
select is(test.claim('d'), 'nothing', 'what is dead is not claimed');
select is(test.say(format($$select * from precert.request_submission(%L, %s, 'fax', 'met', null, '{}', 'ana')$$, test.id(4), test.seq(4))), 'applied', 'mended, it is sent again');
select is(test.claim('e'), '04 submission try 1', 'as a new effect');

-- A worker that dies of its effect: the try was counted before, and after the last one a person is told.
\o /dev/null
select test.open(5), test.submit(5);
select test.later('1 minute'), test.complete('e');
\o
select is(test.claim('p', p_max => 2), '05 submission try 1', 'a poisonous one kills its worker');
\o /dev/null
select test.later('2 minutes');
\o
select is(test.claim('p', p_max => 2), '05 submission try 2 inquire', 'and another');
\o /dev/null
select test.later('2 minutes');
\o
select is(test.claim('p', p_max => 2), 'nothing', 'but not a third');
select is((test.run(5)).status, 'dead', 'it is dead');
select is((select kind || ' ' || severity from precert.alert where request_id = test.id(5) and kind like 'effect-%'), 'effect-dead urgent',
    'and a person is told');

-- What must not be tried again blindly: lost means held for a person.
\o /dev/null
select test.in_review(6), test.claim('x'), test.complete('x'), test.apply(6, 'payer.pended', 'p'), test.apply(6, 'information.sent', 'i');
\o
select is(test.claim('h', '{information}'), '06 information try 1', 'one that is held when lost');
select is(test.fail('h'), 'ready', 'a failure that is known may be tried again');
\o /dev/null
select test.later('1 minute');
\o
select is(test.claim('h', '{information}'), '06 information try 2 hold', 'later');
\o /dev/null
select test.later('2 minutes');
\o
select is(test.claim('h', '{information}'), 'nothing', 'but a lost lease is not');
select is((test.run(6)).status, 'held', 'it is held');
select is((select kind || ' ' || severity from precert.alert where request_id = test.id(6) and kind like 'effect-%'), 'effect-held urgent',
    'and a person is told');
select is(test.complete('h', 'information.sent'), 'fenced', 'its worker, come back, is fenced out');

-- The payer was faster than our worker: the event is not possible any more, the effect is done all the same.
\o /dev/null
select test.open(7), test.submit(7);
\o
select is(test.claim('f'), '07 submission try 1', 'claimed');
select is(test.apply(7, 'submission.failed', 'by hand'), 'applied', 'meanwhile the request moved');
select is(test.complete('f'), 'done', 'the effect is done');
select is(test.state(7), 'submission_failed', 'the request stays where it was moved');
select is(test.act('select * from precert.audit_verify()'), null, 'the chains hold');

-- Two claimers at once never get the same: the first holds its claim uncommitted.
\o /dev/null
select test.at(timestamptz '2027-06-01 15:00+00');
select test.open(n, p_other => '{"planned_on": "2027-07-01"}'), test.submit(n) from generate_series(11, 18) n;
create view test.server as select format('host=%s port=%s dbname=%s user=%s',
    coalesce(nullif(split_part(current_setting('unix_socket_directories'), ',', 1), ''), 'localhost'),
    current_setting('port'), current_database(), session_user) as conninfo;
select dblink_connect(w, conninfo) from test.server, unnest(array['w1', 'w2']) w;
select dblink_exec(w, $$begin; set local role precert_app; set local precert.organization = '0a000000-0000-7000-8000-000000000001';
    set local precert.now = '2027-06-01 15:00+00'; set local lock_timeout = '5s'$$) from unnest(array['w1', 'w2']) w;
create table test.claimed as select 'w1' as worker, r.* from dblink('w1', 'select reference from precert.claim_effects(''{submission}'', 5, ''1 minute'')') r (reference text);
insert into test.claimed select 'w2', r.* from dblink('w2', 'select reference from precert.claim_effects(''{submission}'', 5, ''1 minute'')') r (reference text);
select dblink_exec(w, 'commit'), dblink_disconnect(w) from unnest(array['w1', 'w2']) w;
\o
select is((select array_agg(worker || n order by worker) from (select worker, count(*) as n from test.claimed group by worker) c), array['w15', 'w23'],
    'the second claimer passes over what the first holds');
select is((select count(distinct reference) from test.claimed), 8::bigint, 'and none is given out twice');
select * from finish();
