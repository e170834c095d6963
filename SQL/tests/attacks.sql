-- The attack suite: everything here is tried by a superuser, in SQL, past every function; each attempt must be refused.
\ir fixtures/setup.sql

\o /dev/null
select test.in_review(1), test.open(2), test.in_review(3, test.org_b());
\o

-- The n-th request's row and one event of it, by which the attacks go.
create function test.event_row(n integer, p_seq bigint) returns precert.event language sql stable as $$
    select e from precert.event e where e.request_id = test.id(n) and e.seq = p_seq
$$;

-- Stores an event after the head of request 1 with anything changed that is given, and says how that ends.
create function test.forge(p_changes jsonb) returns text language plpgsql as $$
declare
    v_head precert.request := (select r from precert.request r where r.request_id = test.id(1));
    v_row jsonb;
begin
    v_row := jsonb_build_object('organization_id', v_head.organization_id, 'request_id', v_head.request_id,
        'seq', v_head.seq + 1, 'prev_hash', v_head.head_hash, 'from_version', v_head.version_id,
        'from_state', v_head.state, 'event', 'payer.denied', 'to_version', v_head.version_id, 'to_state', 'denied',
        'occurred_at', precert.now(), 'recorded_at', precert.now(), 'actor', 'mallory', 'source_key', 'forged',
        'payload', '{}'::jsonb) || p_changes;
    return format('insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event,
            to_version, to_state, occurred_at, recorded_at, actor, source_key, payload)
        select organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version, to_state,
            occurred_at, recorded_at, actor, source_key, payload
        from jsonb_populate_record(null::precert.event, %L)', v_row);
end
$$;

select plan(62);

select is(current_setting('is_superuser'), 'on', 'the attacker is a superuser');
select is(test.state(1), 'in_review', 'the victim stands in review');

select throws_ok(test.forge('{}') || $$;
    update precert.request r set seq = e.seq, state = e.to_state, head_hash = e.hash from precert.event e
    where e.source_key = 'forged' and r.request_id = e.request_id and r.organization_id = e.organization_id;
    set constraints all immediate;
    do 'begin raise exception using errcode = ''TE000''; end'$$, 'TE000', null,
    'unchanged and with the head, what the forger stores is legal: what is refused below is refused for what it changes');

-- States
select throws_ok($$update precert.request set state = 'active' where request_id = test.id(1)$$, 'PC002', null,
    'a state is not set directly');
select throws_ok($$update precert.request set state = 'active', seq = seq + 1 where request_id = test.id(1)$$, '23503', null,
    'nor with a sequence number that fits but no event');
select throws_ok($$update precert.request set version_id = version_id + 1 where request_id = test.id(1)$$, 'PC002', null,
    'a request is not put on another version');
select throws_ok($$update precert.request set request_id = test.id(9) where request_id = test.id(1)$$, 'PC002', null,
    'a request keeps its id');
select throws_ok($$update precert.request set organization_id = test.org_b() where request_id = test.id(1)$$, 'PC002', null,
    'a request keeps its organization');
select throws_ok($$update precert.request set reference = 'PA-99999999' where request_id = test.id(1)$$, 'PC002', null,
    'a request keeps its reference');
select throws_ok($$insert into precert.request select (jsonb_populate_record(r, jsonb_build_object('request_id', test.id(9),
        'reference', 'PA-99999999'))).* from precert.request r where request_id = test.id(1)$$, '23503', null,
    'a request without history is not stored');

-- Moves
select throws_ok(test.forge('{"event": "payer.bribed", "to_state": "active"}'), '23503', null, 'an event without an edge');
select throws_ok(test.forge('{"to_state": "expired"}'), '23503', null, 'an edge to another state');
select throws_ok(test.forge('{"event": "authorization.expired", "to_state": "expired"}'), '23503', null,
    'an edge of another state');
select throws_ok(test.forge('{"from_state": "active", "event": "authorization.expired", "to_state": "expired"}'), '23503', null,
    'an edge of another state, pretending to stand there');
select throws_ok(test.forge('{"to_version": 2}'), '23503', null, 'a move to a version that is not published');
select throws_ok(test.forge('{"from_state": "(start)", "event": "request.opened", "to_state": "intake"}'), '23514', null,
    'a second beginning');
select throws_ok(test.forge('{"seq": 1, "source_key": "again"}'), '23514', null, 'another first event');
select throws_ok(test.forge('{"from_version": 1, "to_version": 1, "event": "workflow.migrated", "to_state": "active"}'), '23503',
    null, 'a migration that is not published');

-- The chain
select throws_ok(test.forge('{"prev_hash": "\\x00"}'), '23503', null, 'a predecessor''s hash that is wrong');
select throws_ok(test.forge('{"prev_hash": null}'), '23514', null, 'no predecessor''s hash');
select throws_ok(test.forge(jsonb_build_object('prev_hash', (test.event_row(1, 2)).hash)), '23503', null,
    'the hash of an earlier event');
select throws_ok(test.forge(jsonb_build_object('prev_hash', (test.event_row(3, 5)).hash)), '23503', null,
    'the hash of another request''s event');
select throws_ok(test.forge('{"seq": 8}'), '23503', null, 'a gap');
select throws_ok(test.forge('{"seq": 5}'), '23505', null, 'a sequence number that is taken');
select throws_ok(test.forge('{"seq": 0}'), '23514', null, 'a sequence number before the first');
select throws_ok(test.forge(jsonb_build_object('source_key', (test.event_row(1, 3)).source_key)), '23505', null,
    'a source key that is used');
select throws_ok(test.forge('{"payload": [1]}'), '23514', null, 'a payload that is no object');
select throws_ok(replace(replace(test.forge('{}'), 'source_key, payload)', 'source_key, payload, hash)'),
    'source_key, payload
        from', 'source_key, payload, ''\x00''::bytea from'), '428C9', null, 'a hash is not supplied');
select throws_ok($$update precert.event set hash = '\x00' where request_id = test.id(1) and seq = 2$$, '428C9', null,
    'a hash is not set');
select throws_ok(test.forge('{}') || '; set constraints all immediate', 'PC003', null,
    'a legal event that the head does not reach is refused at commit');
select throws_ok(test.forge(jsonb_build_object('request_id', test.id(9), 'seq', 1, 'prev_hash', null, 'from_state', '(start)',
    'event', 'request.opened', 'to_state', 'intake')) || '; set constraints all immediate', 'PC003', null,
    'an event of no request is refused at commit');

-- History
select throws_ok(format('update precert.event set actor = ''mallory'' where request_id = test.id(1) and seq = %s', s), 'PC004', null,
    format('the %s event is not edited', w)) from (values (2, 'middle'), (5, 'head')) v (s, w);
select throws_ok(format('delete from precert.event where request_id = test.id(1) and seq = %s', s), 'PC004', null,
    format('the %s event is not deleted', w)) from (values (2, 'middle'), (5, 'head')) v (s, w);
select throws_ok('truncate precert.event cascade', 'PC004', null, 'history is not truncated');
select throws_ok('truncate precert.request cascade', 'PC004', null, 'requests are not truncated');
select throws_ok('delete from precert.request where request_id = test.id(2)', 'PC004', null, 'a request is not deleted');

-- Heads
select throws_ok($$update precert.request r set seq = e.seq, state = e.to_state, head_hash = e.hash from precert.event e
    where r.request_id = test.id(1) and e.request_id = r.request_id and e.organization_id = r.organization_id and e.seq = 4$$,
    'PC002', null, 'a head is not rewound');
select throws_ok(test.forge('{}') || $$;
    insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
        to_state, occurred_at, recorded_at, actor, source_key)
    select organization_id, request_id, seq + 1, hash, to_version, to_state, 'appeal.filed', to_version, 'in_review',
        occurred_at, recorded_at, actor, 'forged too' from precert.event where source_key = 'forged';
    update precert.request r set seq = e.seq, state = e.to_state, head_hash = e.hash from precert.event e
    where e.source_key = 'forged too' and r.request_id = e.request_id and r.organization_id = e.organization_id$$,
    'PC002', null, 'a head does not jump over an event');

-- Definitions
select throws_ok($$update precert.workflow_edge set to_state = 'active' where event = 'payer.denied'$$, 'PC005', null,
    'a published edge is not changed');
select throws_ok($$update precert.workflow_edge set to_state = 'active' where event = 'submission.delivered'$$, 'PC005', null,
    'nor one that history uses');
select throws_ok($$delete from precert.workflow_edge where event = 'appeal.filed'$$, 'PC005', null,
    'a published edge is not deleted, used or not');
select throws_ok($$insert into precert.workflow_edge values (1, 'in_review', 'payer.bribed', 1, 'active', false)$$, 'PC005', null,
    'no edge is added to a published version');
select throws_ok(format('delete from precert.workflow_%s', t), 'PC005', null, format('workflow_%s keeps its rows', t))
from unnest(array['state', 'event', 'alert', 'anchor', 'deadline', 'effect', 'version']) t;
select throws_ok('truncate precert.workflow_deadline', 'PC005', null, 'definitions are not truncated');
select throws_ok($$update precert.workflow_version set definition = 'another'$$, 'PC005', null, 'nor rewritten');

-- Triggers that guard stay on when a session says that it only replays another server's changes. (Foreign keys do not:
-- what is stored past them is found by `audit_verify`, see audit.sql.)
set session_replication_role = replica;
select throws_ok(s, c, null, 'as a replica: ' || w) from (values
    ($$update precert.request set state = 'active' where request_id = test.id(1)$$, 'PC002', 'a state is not set'),
    ($$delete from precert.request where request_id = test.id(2)$$, 'PC004', 'a request is not deleted'),
    ($$update precert.event set actor = 'mallory' where seq = 2$$, 'PC004', 'an event is not edited'),
    ($$delete from precert.event where seq = 2$$, 'PC004', 'an event is not deleted'),
    ('truncate precert.event cascade', 'PC004', 'history is not truncated'),
    (test.forge('{}') || '; set constraints all immediate', 'PC003', 'an orphan is refused'),
    ($$delete from precert.workflow_edge where event = 'appeal.filed'$$, 'PC005', 'a definition is kept')) v (s, c, w);
reset session_replication_role;

select is(test.act('select * from precert.audit_verify()'), null, 'after all this history is whole');
select is(test.state(1), 'in_review', 'and the victim stands where it stood');
