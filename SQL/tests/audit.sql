-- What audit_verify finds when every guard is gone: a superuser has dropped the triggers, the foreign keys and the
-- generated column, and changes history. For each change the first bad place is named.
\ir fixtures/setup.sql

\o /dev/null
select test.open(1), test.open(2), test.open(9, test.org_b());
select test.act(format($$select * from precert.record_evidence(%L, '[{"fact": "ms_form", "value": "rrms", "source": "chart"},
    {"fact": "jcv", "value": 0.4, "source": "lab"}]', 'ana')$$, test.id(1)));
select test.submit(1), test.apply(1, 'submission.delivered', 'd'), test.apply(1, 'payer.received', 'r');
create table test.whole as select jsonb_agg(to_jsonb(e) order by e.organization_id, e.request_id, e.seq) as events from precert.event e;
\o

select plan(49);
select is(test.seq(1), 7::bigint, 'a history of seven events');
select is(test.act('select * from precert.audit_verify()'), null, 'is whole');
select is(test.act(format('select * from precert.audit_verify(%L)', test.id(1))), null, 'also by itself');

-- The hash as another program would compute it, from the description in 0003_engine.sql: a fixed example.
select is(encode(precert.event_hash('0a000000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000001', 1, null, 1, '(start)',
        'request.opened', 1, 'intake', '2026-11-24 15:00:00+00', 'ana', 'opened', '{"reference": "PA-00000001"}'), 'hex'),
    encode(sha256('\x01'::bytea || '\x0a000000000070008000000000000001' || '\x01900000000070008000000000000001' || '\x0000000000000001' || '\x00'
        || '\x00000001' || '\x00000007' || '(start)'::bytea || '\x0000000e' || 'request.opened'::bytea
        || '\x00000001' || '\x00000006' || 'intake'::bytea || int8send(848847600000000)
        || '\x00000003' || 'ana'::bytea || '\x00000006' || 'opened'::bytea || '\x0000001c' || '{"reference": "PA-00000001"}'::bytea), 'hex'),
    'the hash is that of the fields in binary, each of variable length behind its length (848,847,600 s since 2000-01-01)');
-- Every field counts, and NULL is not empty.
create function test.hash(p_changes jsonb) returns bytea language sql stable as $$
    select precert.event_hash(e.organization_id, e.request_id, e.seq, e.prev_hash, e.from_version, e.from_state, e.event, e.to_version,
        e.to_state, e.occurred_at, e.actor, e.source_key, e.payload)
    from jsonb_populate_record((select e from precert.event e where e.request_id = test.id(1) and e.seq = 3), p_changes) e
$$;
select isnt(test.hash(c), test.hash('{}'), 'the hash covers ' || c::text) from (values
    ('{"organization_id": "0b000000-0000-7000-8000-000000000002"}'::jsonb), ('{"request_id": "01900000-0000-7000-8000-000000000002"}'), ('{"seq": 4}'),
    ('{"prev_hash": "\\x00"}'), ('{"from_version": 2}'), ('{"from_state": "ready"}'), ('{"event": "document.added"}'), ('{"to_version": 2}'),
    ('{"to_state": "ready"}'), ('{"occurred_at": "2026-11-24T15:00:00.000001Z"}'), ('{"actor": "bo"}'), ('{"source_key": "evidence:9"}'),
    ('{"payload": {}}')) v (c);
select isnt(test.hash('{"prev_hash": null}'), test.hash('{"prev_hash": "\\x"}'), 'no predecessor is not an empty one');
select isnt(test.hash('{"from_state": "ab", "event": "c"}'), test.hash('{"from_state": "a", "event": "bc"}'), 'a border between fields counts');
select is(test.hash('{"recorded_at": "2030-01-01T00:00:00Z"}'), test.hash('{}'), 'when it was recorded does not: that is the server''s');

-- All guards away.
\o /dev/null
do $$
declare
    v_name record;
begin
    for v_name in select conrelid::regclass as tab, conname from pg_constraint
        where connamespace = 'precert'::regnamespace and contype = 'f' and (confrelid in ('precert.event'::regclass, 'precert.request'::regclass)
            or conrelid in ('precert.event'::regclass, 'precert.request'::regclass)) loop
        execute format('alter table %s drop constraint %I', v_name.tab, v_name.conname);
    end loop;
end
$$;
alter table precert.event disable trigger all;
alter table precert.request disable trigger all;
alter table precert.event drop constraint event_place;
alter table precert.event drop constraint event_source_key;
alter table precert.event drop constraint event_first;
alter table precert.event drop constraint event_start;
alter table precert.event drop constraint event_pkey;
alter table precert.event alter column hash drop expression;
alter table precert.event alter column prev_seq drop expression;
\o

-- What audit_verify says after a change, the first place first; the change is undone.
create function test.found(p_sql text) returns text language plpgsql as $$
declare
    v_found text;
begin
    begin
        execute p_sql;
        v_found := (select string_agg(right(r->>'request_id', 1) || '/' || (r->>'seq') || ' ' || (r->>'problem'), '; ')
            from (select r from jsonb_array_elements(test.act('select * from precert.audit_verify()')) r limit 1) first);
        raise exception using errcode = 'TE000';
    exception when sqlstate 'TE000' then return coalesce(v_found, 'nothing');
    end;
end
$$;
-- Computes again the hash of one event of request 1, or of all from one on with their links: what a careful forger does.
create function test.rehash(p_from bigint, p_to bigint) returns void language plpgsql as $$
begin
    for i in p_from..p_to loop
        update precert.event e set prev_hash = case when i > p_from then (select b.hash from precert.event b
            where b.request_id = e.request_id and b.seq = i - 1) else e.prev_hash end
        where e.request_id = test.id(1) and e.seq = i;
        update precert.event e set hash = precert.event_hash(e.organization_id, e.request_id, e.seq, e.prev_hash, e.from_version,
            e.from_state, e.event, e.to_version, e.to_state, e.occurred_at, e.actor, e.source_key, e.payload)
        where e.request_id = test.id(1) and e.seq = i;
    end loop;
end
$$;
select is(test.found(s), f, w) from (values
    ('select 1', 'nothing', 'without guards and without a change all is well'),
    -- Flips
    ('update precert.event set actor = ''bo'' where request_id = test.id(1) and seq = 3', '1/3 the content does not give the stored hash', 'a field is flipped'),
    ('update precert.event set payload = payload || ''{"x": 1}'' where request_id = test.id(1) and seq = 7', '1/7 the content does not give the stored hash', 'the head''s payload is flipped'),
    ('update precert.event set occurred_at = occurred_at + interval ''1 microsecond'' where request_id = test.id(1) and seq = 1', '1/1 the content does not give the stored hash', 'the first event is moved by a microsecond'),
    ('update precert.event set hash = set_byte(hash, 31, get_byte(hash, 31) # 1) where request_id = test.id(1) and seq = 4', '1/4 the content does not give the stored hash', 'one bit of a hash'),
    ('update precert.event set prev_hash = set_byte(prev_hash, 0, get_byte(prev_hash, 0) # 128) where request_id = test.id(1) and seq = 4', '1/4 the content does not give the stored hash', 'one bit of a link'),
    ('update precert.event set actor = ''bo'' where request_id = test.id(1) and seq = 3; select test.rehash(3, 3)', '1/4 it does not name the event before it', 'flipped and hashed again: the next event does not fit'),
    ('update precert.event set actor = ''bo'' where request_id = test.id(1) and seq = 3; select test.rehash(3, 7)', '1/7 the request does not stand where its last event led', 'and all after it hashed again: the head does not fit'),
    -- Drops, duplicates, swaps
    ('delete from precert.event where request_id = test.id(1) and seq = 4', '1/5 the event before it is missing', 'a middle event is dropped'),
    ('delete from precert.event where request_id = test.id(1) and seq = 1', '1/2 the event before it is missing', 'the first event is dropped'),
    ('delete from precert.event where request_id = test.id(1) and seq = 7', '1/7 the request does not stand where its last event led', 'the head is dropped'),
    ('delete from precert.event where request_id = test.id(1) and seq > 3', '1/7 the request does not stand where its last event led', 'the tail is truncated'),
    ('truncate precert.event', '1/3 the evidence is not what was recorded', 'all is truncated: the first trace is evidence without its event'),
    ('insert into precert.event select * from precert.event where request_id = test.id(1) and seq = 4', '1/4 the event before it is missing', 'an event is duplicated'),
    ('update precert.event set seq = 11 - seq where request_id = test.id(1) and seq in (5, 6)', '1/5 the content does not give the stored hash', 'two events are swapped'),
    ('delete from precert.event where request_id = test.id(1) and seq = 4; update precert.event set seq = seq - 1 where request_id = test.id(1) and seq > 4; select test.rehash(4, 6)', '1/4 it does not name the event before it', 'a middle event is dropped and the rest moved up and hashed again'),
    ('update precert.event set event = ''payer.approved'', to_state = ''active'' where request_id = test.id(1) and seq = 7; select test.rehash(7, 7);
        update precert.request r set state = ''active'', head_hash = e.hash from precert.event e where e.request_id = r.request_id and r.request_id = test.id(1) and e.seq = 7', 'nothing', 'a head rewritten as a legal move together with the request is not found: for that an anchor must be kept elsewhere'),
    ('update precert.event set event = ''payer.bribed'', to_state = ''active'' where request_id = test.id(1) and seq = 7; select test.rehash(7, 7);
        update precert.request r set state = ''active'', head_hash = e.hash from precert.event e where e.request_id = r.request_id and r.request_id = test.id(1) and e.seq = 7', '1/7 the workflow has no such move', 'but an illegal move is'),
    -- The request
    ('update precert.request set state = ''active'' where request_id = test.id(1)', '1/7 the request does not stand where its last event led', 'a state is set'),
    ('update precert.request r set seq = e.seq, state = e.to_state, head_hash = e.hash from precert.event e where e.request_id = r.request_id and r.request_id = test.id(1) and e.seq = 6', '1/6 the request does not stand where its last event led', 'a head is rewound'),
    ('delete from precert.request where request_id = test.id(1)', '1/1 an event of no request', 'a request is dropped'),
    ('delete from precert.event where request_id = test.id(2); delete from precert.request where request_id = test.id(2)', 'nothing', 'a request dropped with all its history is not found: for that an anchor must be kept elsewhere'),
    -- What history has the digest of
    ('update precert.evidence set value = ''"ppms"'' where fact = ''ms_form''', '1/3 the evidence is not what was recorded', 'evidence is changed'),
    ('delete from precert.evidence where fact = ''jcv''', '1/3 the evidence is not what was recorded', 'a part of it is dropped'),
    ('delete from precert.evidence', 'nothing', 'evidence that is erased as a whole is no fault of history'),
    ('update precert.submission set packet = ''{"x": 1}''', '1/5 the packet is not what was submitted', 'a packet is changed'),
    -- Another organization
    ('update precert.event set actor = ''bo'' where request_id = test.id(9)', 'nothing', 'what is wrong at another organization is for that one to see')) v (s, f, w);
select is(test.found('update precert.event set actor = ''bo'' where request_id = test.id(2) and seq = 1') || ' / '
    || coalesce(test.act(format('select * from precert.audit_verify(%L)', test.id(1)))::text, 'nothing'),
    '2/1 the content does not give the stored hash / nothing', 'one request verified by itself says nothing of another');
select is((select jsonb_agg(to_jsonb(e) order by e.organization_id, e.request_id, e.seq) from precert.event e), (select events from test.whole),
    'the test itself changed nothing');
select * from finish();
