-- Steps that a person records: only those that the published workflow marks, with the words that it names, once.
\ir fixtures/setup.sql

create function test.step(p_event text, p_on date, p_words jsonb default '{}', p_dates jsonb default '{}') returns text
    language sql as $$
    select format('select * from precert.record_step(%L, %L, %L, %L, %L, ''ana'')', test.id(1), p_event, p_on, p_words, p_dates)
$$;

\o /dev/null
select test.open(1);
\o

select plan(18);

select is(test.code(test.step('criteria.met', '2026-11-24')), 'PC016', 'what the workflow does not mark is no person''s to record');
select is(test.code(test.step('no.such', '2026-11-24')), 'PC016', 'nor what it does not know');
select is(test.code(test.step('document.added', '2026-11-24', '{"reason": "x"}')), 'PC016', 'a word that the event does not take is refused');
select is(test.code(test.step('document.added', '2026-11-24', '{}', '{"appeal-due": "2026-12-01"}')), 'PC016', 'so is a date');
select is(test.code(test.step('appeal.filed', '2026-11-24')), 'PC016', 'so is an event without what it needs');
select is(test.code(test.step('appeal.filed', '2026-11-24', '{"reason": "x"}')), 'PC001', 'the state must have the move');
select is(test.say(test.step('document.added', '2026-11-24', '{"note": "Marker"}')), 'applied', 'a note goes with every step');
select is((select e.payload - 'step_sha256' from precert.event e where e.request_id = test.id(1) order by e.seq desc limit 1), '{}',
    'history has its digest and nothing else');
select is(test.seq(1), 3::bigint, 'one event');
select is(test.say(test.step('document.added', '2026-11-24', '{"note": "Marker"}')), 'duplicate', 'told again it is known');
select is(test.seq(1), 3::bigint, 'and nothing is added');
select is((select count(*) from precert.recorded_step), 1::bigint, 'nor a row');
select is(test.say(test.step('document.added', '2026-11-24', '{"note": "Other"}')), 'applied', 'other words are another step');
select is(test.say(test.step('document.added', '2026-11-23', '{"note": "Marker"}')), 'applied', 'so is another day');
select is((select array_agg(e.source_key order by e.seq) from precert.event e where e.request_id = test.id(1) and e.seq > 2),
    array['record:document.added:2026-11-24:1', 'record:document.added:2026-11-24:2', 'record:document.added:2026-11-23:1'],
    'the key names the occasion and none of the words');
select is((select e.occurred_at from precert.event e where e.request_id = test.id(1) and e.seq = 5),
    '2026-11-23 00:00'::timestamp at time zone 'America/Chicago', 'an earlier day counts from its beginning at the payer');
select is(test.act('select * from precert.audit_verify()'), null, 'history is whole');
\o /dev/null
update precert.recorded_step set words = '{}' where seq = 4;
\o
select is(test.act('select seq, problem from precert.audit_verify()'), '[{"seq": 4, "problem": "the words of a step are not what was recorded"}]',
    'changed words are found');
select * from finish();
