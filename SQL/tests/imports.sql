-- Payers' files: each row ends with one outcome, a bad one holds up nothing, what was held stays held, and the payer's
-- later word is never undone by an earlier one that arrives late.
\ir fixtures/setup.sql

create function test.take(p_file text, p_rows integer, p_payer text default 'north', p_org uuid default test.org_a(), p_as_of date default '2026-12-01') returns text language sql as $$
    select test.act(format('select * from precert.begin_import(%L, ''north/portal'', %L, %s, %L, ''ana'')',
        p_payer, sha256(p_file::bytea), p_rows, p_as_of), p_org)->0->>'status'
$$;
create function test.batch(p_file text) returns uuid language sql stable as $$
    select batch_id from precert.import_batch where sha256 = sha256(p_file::bytea)
$$;
-- Rows are numbered as they come, unless they say otherwise.
create function test.rows(p_file text, p_rows jsonb) returns text language sql as $$
    select string_agg(concat_ws(':', r->>'row_no', r->>'outcome', r->>'reason', r->>'to_state'), ' ' order by (r->>'row_no')::int)
    from jsonb_array_elements(test.act(format('select * from test.import_rows(%L, %L)', test.batch(p_file),
        (select jsonb_agg(jsonb_build_object('row_no', n, 'line', n + 1, 'raw', 'raw') || x order by n)
         from jsonb_array_elements(p_rows) with ordinality v (x, n))))) r
$$;
create function test.finish(p_file text) returns text language sql as $$
    select string_agg((r->>'outcome') || '=' || (r->>'rows'), ' ' order by r->>'outcome')
    from jsonb_array_elements(test.act(format('select * from precert.finish_import(%L)', test.batch(p_file)))) r
$$;
-- A whole file of one organization and payer.
create function test.file(p_file text, p_rows jsonb, p_as_of date default '2026-12-01') returns text language plpgsql as $$
declare
    v_rows text;
begin
    perform test.take(p_file, jsonb_array_length(p_rows), p_as_of => p_as_of);
    v_rows := test.rows(p_file, p_rows);
    perform test.finish(p_file);
    return v_rows;
end
$$;
-- A row about the n-th request.
create function test.row(n integer, p_kind text, p_as_of text default null, p_other jsonb default '{}') returns jsonb language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object('trace', test.ref(n), 'member_id', 'M-' || n, 'kind', p_kind, 'as_of', p_as_of)) || p_other
$$;
create function test.rows_of(variadic p_rows jsonb[]) returns jsonb language sql immutable as $$ select to_jsonb(p_rows) $$;
create function test.said(n integer) returns text language sql stable as $$
    select string_agg(o.kind || ' ' || o.as_of::date, ', ' order by o.observation_no) from precert.observation o where o.request_id = test.id(n)
$$;

\o /dev/null
select test.in_review(n) from generate_series(1, 30) n;
select test.in_review(40, p_other => '{"payer": "south"}');
select test.in_review(n, p_other => '{"lines": [
    {"hcpcs": "J2323", "units": "300", "dose_amount": "300", "dose_unit": "mg"},
    {"hcpcs": "96365", "units": "1", "dose_amount": "1", "dose_unit": "hour"}]}') from (values (50), (51)) v (n);
select test.in_review(52, p_other => '{"lines": [
    {"hcpcs": "J2323", "units": "300", "dose_amount": "300", "dose_unit": "mg"},
    {"hcpcs": "J2323", "units": "150", "dose_amount": "150", "dose_unit": "mg"}]}');
select test.open(60);
select test.in_review(70, test.org_b());
select test.at('2026-12-02 15:00+00');
\o

select plan(135);

-- Each outcome
select is(test.take('one', 12), 'new', 'a file that is new');
select is(test.rows('one', test.rows_of(
        test.row(1, 'approved', '2026-12-01', '{"authorization_number": "A-100", "reference": "CASE 7", "from": "2026-12-15", "to": "2027-06-14", "units": "2100", "units_basis": "hcpcs units"}'),
        test.row(2, 'pended', '2026-12-01', '{"due": "2026-12-12"}'),
        test.row(3, 'denied', '2026-12-01', '{"reason_code": "50", "due": "2027-05-30"}'),
        test.row(4, 'received'),
        test.row(4, 'received'),
        '{"trace": "PA-ZZZZZZZZ", "member_id": "m 5", "kind": "denied"}',
        '{"fault": "unmapped-status"}',
        '{"fault": "bad-date"}',
        test.row(6, 'voided'),
        test.row(60, 'approved', null, '{"authorization_number": "A-6"}'),
        test.row(7, 'approved', null, '{"member_id": "M-8", "authorization_number": "A-7"}'),
        test.row(40, 'denied'))),
    '1:applied:active 2:applied:pended 3:applied:denied 4:applied:in_review 5:no_change 6:unmatched:no-match 7:unmapped_status:unmapped-status '
    || '8:quarantined:bad-date 9:unmapped_status:status-needs-a-person 10:illegal:not-possible-in-criteria_collection '
    || '11:conflict:member-differs 12:conflict:other-payer', 'every row ends with its outcome');
select is(test.finish('one'), 'applied=4 conflict=2 illegal=1 no_change=1 quarantined=1 unmapped_status=2 unmatched=1', 'and they add up');
select is((select count(*) from precert.quarantine), 7::bigint, 'what a person must look at is held');
select is((select candidates from precert.quarantine where reason = 'unmatched'), array[test.id(5)],
    'an unmatched row with the requests that its member id may belong to, however that is written');
select is(test.state(7) || test.state(40), 'in_reviewin_review', 'a row whose keys disagree, or of another payer, moves nothing');

select is((select candidates from precert.quarantine where detail = 'member-differs'), array[test.id(7)],
    'a row that something disagrees about with the request whose number it bears');
select is((select candidates from precert.quarantine where detail = 'other-payer'), '{}'::uuid[], 'never with another payer''s');
select is(test.file('year', test.rows_of(test.row(16, 'denied', '2025-12-01'))), '1:conflict:as-of-before-the-request',
    'a decision from before the request is held: its windows would seem to have closed');
select is(test.state(16), 'in_review', 'and moves nothing');

-- What an approval leaves behind
select is((select a.number || ' ' || a.valid_from || ' ' || a.valid_to || ' ' || l.hcpcs || ' ' || l.units || ' ' || l.units_basis
        from precert."authorization" a join precert.authorization_line l using (organization_id, request_id, authorization_no)),
    'A-100 2026-12-15 2027-06-14 J2323 2100 hcpcs units', 'an authorization with its line');
select is((select array_agg(number order by number) from precert.payer_number where request_id = test.id(1)), array['A100', 'CASE7'], 'the payer''s numbers are learned');
select is(test.deadline(1, 'expiry'), 'open 2027-06-14 23:59:59 authorization.expired', 'the end of the period is set');
select is(test.deadline(2, 'information'), 'open 2026-12-12 23:59:59 information.lapsed info-due', 'so is the day that information is due');
select is((select at from precert.anchor where request_id = test.id(3) and name = 'appeal-due'), '2027-05-30 23:59:59-05'::timestamptz, 'and the end of the appeal window');
select is((select occurred_at from precert.event where request_id = test.id(1) and event = 'payer.approved'), '2026-12-01 00:00-06'::timestamptz,
    'the event occurred when the payer said it');

-- The same file again, and half a file
select is(test.take('one', 12), 'known', 'the same bytes again');
select is(test.rows('one', test.rows_of(test.row(1, 'denied'))), '1:applied:active', 'a row that the batch has is answered as it ended, whatever it says now');
select is((select count(*) from precert.import_row where batch_id = test.batch('one')), 12::bigint, 'nothing is added');
select is(test.take('half', 4), 'new', 'another file');
select is(test.rows('half', test.rows_of(test.row(8, 'received'), test.row(9, 'received'))), '1:applied:in_review 2:applied:in_review', 'its first half');
select is(test.code(format('select * from precert.finish_import(%L)', test.batch('half'))), 'PC050', 'is not the whole');
select is(test.take('half', 4), 'resumed', 'it is taken up again');
select is(test.rows('half', test.rows_of(test.row(8, 'received'), test.row(9, 'received'), test.row(10, 'received'), test.row(11, 'received'))),
    '1:applied:in_review 2:applied:in_review 3:applied:in_review 4:applied:in_review', 'what is done stays, the rest follows');
select is(test.finish('half'), 'applied=4', 'and it adds up');
select is((select status || ' ' || seen from precert.import_batch where batch_id = test.batch('half')), 'done 2', 'seen twice');
select is((select count(*) from precert.event where request_id = test.id(8) and event = 'payer.received'), 1::bigint, 'each event once');
select is(test.take('one', 12, 'south'), 'new', 'the same bytes from another payer are another file');
select is(test.code($$select * from precert.begin_import('nowhere', 'm', '\x01', 0, '2026-12-01', 'ana')$$), 'PC014', 'of a payer that is known');

-- Matching
select is(test.file('m1', test.rows_of('{"reference": "case-7", "member_id": "M1", "kind": "approved", "authorization_number": "A-101"}')),
    '1:applied:active', 'by the payer''s number alone, with the member id as second key, however both are written');
select is(test.file('m2', test.rows_of('{"reference": "case-7", "kind": "approved", "authorization_number": "A-102"}')), '1:conflict:no-second-key', 'not without a second key');
select is(test.file('m3', test.rows_of('{"reference": "case-7", "born": "1980-01-01", "kind": "approved", "authorization_number": "A-103"}')), '1:applied:active', 'a birth date is one');
select is(test.file('m4', test.rows_of('{"reference": "case-7", "born": "1980-01-02", "kind": "approved", "authorization_number": "A-104"}')), '1:conflict:birth-date-differs', 'when it is the right one');
select is(test.file('m5', test.rows_of(test.row(12, 'approved', null, '{"authorization_number": "A-100"}'))), '1:conflict:keys-disagree', 'our reference and another request''s number');
select is(test.file('m6', test.rows_of('{"trace": "pa 0000 0013", "kind": "received"}')), '1:applied:in_review', 'our reference alone, however it is written');
\o /dev/null
select test.file('m7', test.rows_of(test.row(14, 'received', null, '{"reference": "SHARED"}')));
insert into precert.payer_number values (test.org_a(), 'north', 'SHARED', test.id(15));
\o
select is(test.file('m8', test.rows_of('{"reference": "shared", "member_id": "M-14", "kind": "denied"}')), '1:conflict:several-requests', 'a number of two requests');
select is(test.file('m9', test.rows_of('{"trace": "PA-00000070", "member_id": "M-70", "kind": "denied"}')), '1:unmatched:no-match', 'another organization''s reference');
select is((select candidates from precert.quarantine where batch_id = test.batch('m9')), '{}', 'and no candidate of its');

-- Nothing in place of a number is no number.
select is(test.file('n1', test.rows_of(test.row(16, 'approved', null, '{"authorization_number": "-"}'), test.row(17, 'received', null, '{"reference": " / "}'))),
    '1:applied:preliminary 2:applied:in_review', 'a dash is not a number: approved without one');
select is((select count(*) from precert.payer_number where number = ''), 0::bigint, 'and is not learned');
select is(test.file('n2', test.rows_of(test.row(18, 'received', null, '{"reference": "-"}'))), '1:applied:in_review', 'nor matched');
select is(test.file('n3', test.rows_of(test.row(16, 'approved', '2026-12-02', '{"authorization_number": "A-16"}'))), '1:applied:active', 'the number follows');
select is((select array_agg(coalesce(number, 'none') order by authorization_no) from precert."authorization" where request_id = test.id(16)), array['none', 'A-16'], 'two authorizations, the later with a number');

-- Lines
create function test.lines(n integer) returns text language sql stable as $$
    select string_agg(concat_ws(' ', c.number, c.line_no, c.hcpcs, coalesce(c.units::text, '-'), c.units_basis, c.valid_to), ', ' order by c.line_no)
    from precert.current_authorization c where c.request_id = test.id(n)
$$;
-- As a person records it who has the letter in hand.
create function test.by_hand(n integer, p_kind text, p_other jsonb) returns text language sql as $$
    select test.act(format('select * from test.import_rows(%L, %L)',
        test.act(format('select * from precert.begin_import(''north'', ''manual'', %L, 1, ''2026-12-01'', ''ana'')', sha256(p_other::text::bytea || p_kind::bytea)))->0->>'batch_id',
        jsonb_build_array(test.row(n, p_kind, null, p_other || '{"row_no": 1, "line": 1}'))))->0->>'outcome'
$$;
select is(test.file('l1' || k, test.rows_of(test.row(50, k, null, '{"authorization_number": "A-50", "hcpcs": "96365"}'))), '1:conflict:one-of-several-codes',
    k || ' for one code of two waits for a person: the state is that of both')
from unnest(array['approved', 'approved_in_part', 'denied', 'not_required', 'cancelled']) k;
select is(test.file('l1x', test.rows_of(test.row(50, 'approved', null, '{"authorization_number": "A-50", "hcpcs": "Q5134"}'))), '1:conflict:one-of-several-codes',
    'so does one for a code that was not asked for: for which of the two is it?');
select is(test.file('l1y', test.rows_of(test.row(50, 'approved_in_part', null, '{"authorization_number": "A-50"}'))), '1:conflict:one-of-several-codes',
    'and one that grants a part and does not say which');
select is(test.state(50) || ' ' || (select count(*) from precert."authorization" where request_id = test.id(50)), 'in_review 0', 'nothing was approved');
select is(test.file('l1p', test.rows_of(test.row(50, 'pended', null, '{"hcpcs": "96365", "due": "2026-12-20"}'))), '1:applied:pended', 'a question about one holds up the request');
select test.apply(50, 'information.sent', 'sent') \g /dev/null
select is(test.by_hand(50, 'denied', '{"hcpcs": "96365"}'), 'conflict', 'a person neither denies all by the denial of one');
select is(test.by_hand(50, 'approved', '{"hcpcs": "96365", "authorization_number": "A-50", "units": "6", "units_basis": "hcpcs units", "to": "2027-03-31"}'), 'applied', 'but may record that one was approved');
select is((select event from precert.event where request_id = test.id(50) order by seq desc limit 1), 'payer.approved_in_part', 'which is an approval in part');
select is(test.lines(50), 'A-50 2 96365 6 hcpcs units 2027-03-31', 'of the second line only');
select is(test.by_hand(50, 'approved', '{"hcpcs": "J2323", "authorization_number": "A-51", "units": "2100", "units_basis": "hcpcs units", "to": "2027-06-30"}'), 'applied', 'and then the other');
select is((select event from precert.event where request_id = test.id(50) order by seq desc limit 1), 'payer.approved', 'with which all is approved');
select is(test.lines(50), 'A-51 1 J2323 2100 hcpcs units 2027-06-30, A-50 2 96365 6 hcpcs units 2027-03-31', 'each line keeps its own');
select matches(test.deadline(50, 'expiry'), '2027-03-31', 'the first to end is not missed');
select is(test.by_hand(50, 'approved', '{"hcpcs": "96365", "authorization_number": "A-52", "to": "2027-09-30"}'), 'applied', 'a later word on one line');
select is(test.lines(50), 'A-51 1 J2323 2100 hcpcs units 2027-06-30, A-52 2 96365 - not said 2027-09-30', 'replaces the earlier one on it');
select matches(test.deadline(50, 'expiry'), '2027-06-30', 'and its end');

select is(test.file('l3', test.rows_of(test.row(51, 'approved', null, '{"authorization_number": "A-53", "units": "2100", "units_basis": "hcpcs units"}'))), '1:applied:active',
    'an approval that names no code is one of all');
select is(test.lines(51), 'A-53 1 J2323 - not said, A-53 2 96365 - not said', 'but its units are nobody''s');
select is(test.file('l4', test.rows_of(test.row(52, 'approved', null, '{"authorization_number": "A-54", "hcpcs": "J2323", "units": "2100", "units_basis": "hcpcs units"}'))), '1:applied:active',
    'an approval of the code that both lines have is one of both');
select is(test.lines(52), 'A-54 1 J2323 2100 hcpcs units', 'and its units are counted once');
select test.file('l2', test.rows_of(test.row(17, 'approved', null, '{"authorization_number": "A-17", "hcpcs": "Q5134", "units": "300", "units_basis": "hcpcs units"}'))) \g /dev/null
select is((select event from precert.event where request_id = test.id(17) order by seq desc limit 1), 'payer.approved_in_part',
    'another product than was asked for is no approval of what was');
select is((select hcpcs from precert.authorization_line where request_id = test.id(17)), 'Q5134', 'and is kept as the payer said it');

-- Order: what the payer said last counts, not what arrived last.
select is(test.file('o1', test.rows_of(test.row(19, 'pended', '2026-11-28', '{"due": "2026-12-20"}'))), '1:applied:pended', 'pended on the 28th');
select is(test.file('o2', test.rows_of(test.row(19, 'denied', '2026-11-26'))), '1:superseded', 'a denial from the 26th that arrives later moves nothing');
select is(test.state(19) || ': ' || test.said(19), 'pended: pended 2026-11-28, denied 2026-11-26', 'but is kept as said');
select is(test.file('o3', test.rows_of(test.row(19, 'denied', '2026-11-26', '{"reason_text": "x"}'), test.row(19, 'approved', '2026-11-30', '{"authorization_number": "A-19"}'),
    test.row(19, 'pended', '2026-11-29', '{"due": "2026-12-22"}'))), '1:superseded 2:applied:active 3:applied:pended', 'within a file the oldest word comes first');
-- A, B, A
select is(test.file('a1', test.rows_of(test.row(20, 'pended', '2026-11-25'))), '1:applied:pended', 'A');
\o /dev/null
select test.apply(20, 'information.sent', 'i');
\o
select is(test.file('a2', test.rows_of(test.row(20, 'received', '2026-11-26'))), '1:applied:in_review', 'B');
select is(test.file('a3', test.rows_of(test.row(20, 'pended', '2026-11-27'))), '1:applied:pended', 'A again, later, is a new word');
select is(test.file('a4', test.rows_of(test.row(20, 'pended', '2026-11-25'), test.row(20, 'received', '2026-11-26'))), '2:duplicate no_change', 'the old ones again are known');
select is(test.state(20), 'pended', 'and undo nothing');
-- The same word again confirms it.
select is(test.file('c1', test.rows_of(test.row(21, 'pended', '2026-11-25'))), '1:applied:pended', 'pended on the 25th');
select is(test.file('c2', test.rows_of(test.row(21, 'pended', '2026-11-30'))), '1:no_change', 'still pended on the 30th');
select is(test.file('c3', test.rows_of(test.row(21, 'denied', '2026-11-27'))), '1:superseded', 'a denial from the 27th is older than the payer''s last word');
select is(test.file('c4', test.rows_of(test.row(21, 'denied', '2026-12-01'))), '1:applied:denied', 'one from 1 December is not');
select is(test.file('c5', test.rows_of(test.row(1, 'pended', '2026-12-02'))), '1:illegal:not-possible-in-active', 'a dashboard that says pended does not undo an approval');
select is(test.state(1), 'active', 'it stands');

-- A bad row never aborts a batch.
select is(test.file('b1', test.rows_of(
        test.row(22, 'approved', null, '{"authorization_number": "A-22", "from": "2027-06-30", "to": "2026-12-15"}'),
        test.row(23, 'approved', null, '{"authorization_number": "A-23", "units": "many"}'),
        test.row(24, 'pended', null, '{"due": "2026-02-30"}'),
        test.row(25, 'received', '31/12/2026'),
        test.row(26, 'received', null, '{"born": "unknown"}'),
        test.row(27, 'received', '2029-12-01'),
        test.row(28, 'received', '2026-12-01'))),
    '1:quarantined:from-after-to 2:quarantined:bad-value 3:quarantined:bad-value 4:quarantined:bad-value 5:quarantined:bad-value '
    || '6:quarantined:as-of-in-the-future 7:applied:in_review', 'a period backwards, no number, no such day, an unreadable date, a day to come: each held, the rest goes on');
select is(test.file('b2', test.rows_of(test.row(27, 'denied', '2026-12-02'))), '1:applied:denied', 'a date to come did not shut out what was said since');

-- Held is held.
select is((select reason from precert.quarantine where batch_id = test.batch('one') and row_no = 10), 'illegal', 'an approval came before we had sent anything');
\o /dev/null
select test.submit(60), test.apply(60, 'submission.delivered', 'd');
\o
select is(test.file('h1', test.rows_of(test.row(60, 'approved', null, '{"authorization_number": "A-6"}'))), '1:held:held',
    'now it would be possible, but it is held: the same row in another file is not applied');
select is(test.state(60), 'in_review', 'nothing moved');
select is((select count(*) from precert.quarantine where candidates = array[test.id(60)]), 1::bigint, 'it is held once');
select is(test.file('h2', test.rows_of('{"trace": "PA-ZZZZZZZZ", "member_id": "m 5", "kind": "denied"}'), '2026-12-02'), '1:unmatched:no-match', 'an unmatched row in the next day''s file');
select is((select count(*) from precert.quarantine where reason = 'unmatched' and detail = 'no-match' and candidates = array[test.id(5)]), 1::bigint,
    'is not held a second time while the first waits');
update precert.quarantine set resolved_at = precert.now(), resolved_by = 'ana', resolution = 'let it pass', is_discarded = false where candidates = array[test.id(60)];
select is(test.file('h3', test.rows_of(test.row(60, 'approved', null, '{"authorization_number": "A-6"}'))), '1:applied:active', 'after a person has let it pass it is applied');

-- A chunk of another organization's batch, and none
select is(test.code(format($$select precert.import_chunk(%L, 1, 1)$$, test.batch('one')), test.org_b()), 'PC015', 'another organization''s batch');
select is(test.code($$select * from precert.finish_import(gen_random_uuid())$$), 'PC015', 'no batch at all');

-- What repeats the payer's last word is counted and not kept, whoever matches it now.
select is(test.file('u1', test.rows_of(test.row(28, 'received', '2026-12-01'), test.row(29, 'received', '2026-12-01'), test.row(28, 'received', '2026-12-01'))),
    '2:applied:in_review no_change no_change', 'a row like the last word');
select is(test.finish('u1'), 'applied=1 no_change=2', 'is counted');
select is((select count(*) from precert.import_row where batch_id = test.batch('u1')), 1::bigint, 'and kept nowhere');
select is(test.file('u2', test.rows_of(test.row(28, 'received', '2026-12-02'))), '1:no_change', 'a later day is a sign of life, and is noted');
select is((select said_until from precert.payer_word where request_id = test.id(28)), '2026-12-02T00:00:00', 'as the payer''s last word');
select is((select array_agg(distinct w.said_until = to_char(l.said_until, 'YYYY-MM-DD"T"HH24:MI:SS') and w.fingerprint = l.fingerprint)
        from precert.payer_word w cross join lateral (select o.said_until, o.fingerprint from precert.observation o
            where o.request_id = w.request_id order by o.said_until desc, o.observation_no desc limit 1) l), array[true], 'the last words are those observed');
select is((select count(distinct o.request_id) from precert.observation o), (select count(*) from precert.payer_word), 'of every request of which something was said');

-- Chunks follow each other, and are whole.
select test.take('p', 4) \g /dev/null
select is(test.code(format('select precert.import_chunk(%L, 2, 3)', test.batch('p'))), 'PC052', 'a chunk leaves no gap');
select is(test.code(format('select precert.import_chunk(%L, 1, 5)', test.batch('p'))), 'PC052', 'has no more rows than the file');
select is(test.code(format('select precert.import_chunk(%L, 1, 2)', test.batch('p'))), 'PC052', 'nor fewer than it says');
select is(test.rows('p', test.rows_of(test.row(29, 'pended', '2026-12-02', '{"due": "2026-12-20"}'))), '1:applied:pended', 'the first');
select is((select next_row from jsonb_to_recordset(test.act(format('select * from precert.begin_import(''north'', ''north/portal'', %L, 4, ''2026-12-09'', ''ana'')',
    sha256('p'::bytea)))) b (next_row integer)), 2, 'the next row is known');
select is((select as_of from precert.import_batch where batch_id = test.batch('p')), '2026-12-01'::date, 'and so is the day of the first time');
select throws_ok(format('update precert.import_batch set status = ''done'' where batch_id = %L', test.batch('p')), 'PC050', null, 'nobody closes it before its time');

-- A stage that somebody else made is none: a view in its place would be read with the owner's rights.
select is(test.code($$ drop table pg_temp.import_stage; create temporary view import_stage as select null::precert.status_row;
    select precert.import_stage() $$, p_role => current_user), 'PC051', 'a stage that is not ours is refused');
select is(test.code('select * from pg_temp.import_stage'), '42501', 'the stage takes rows and shows none');

-- What is held is settled by a person: matched, or discarded.
create function test.held(p_file text, p_row integer default 1) returns bigint language sql stable as $$
    select quarantine_no from precert.quarantine where batch_id = test.batch(p_file) and row_no = p_row
$$;
create function test.settle(p_no bigint, p_request uuid default null, p_kind text default null, p_why text default 'the payer said so on the phone', p_org uuid default test.org_a())
    returns text language sql as $$
    select concat_ws(' ', r->>'outcome', r->>'to_state', r->>'numbers')
    from jsonb_array_elements(test.act(format('select * from precert.settle_quarantine(%L, %L, %L, %L, ''ana'')', p_no, p_request, p_kind, p_why), p_org)) r
$$;
\o /dev/null
select test.in_review(n) from generate_series(80, 89) n;
select test.file('q1', test.rows_of('{"reference": "CASE-80", "member_id": "M-80", "kind": "approved", "authorization_number": "A-80", "to": "2027-06-30"}'), '2026-12-01');
select test.file('q2', test.rows_of(test.row(81, 'contact_payer', '2026-12-01'), '{"fault": "bad-date", "raw": "x"}', test.row(60, 'received', null, '{"member_id": "M-61"}')));
select test.take('q3', 2), test.rows('q3', test.rows_of('{"reference": "CASE-82", "member_id": "M-82", "kind": "denied"}'));
\o
select is(test.settle(test.held('q1'), test.id(80)), 'applied active ["A80", "CASE80"]', 'a row that matched nothing is given to its request, and its numbers are told');
select is((select occurred_at from precert.event where request_id = test.id(80) and event = 'payer.approved'), '2026-12-01 00:00-06'::timestamptz, 'at the time when the payer said it');
select is((select actor from precert.event where request_id = test.id(80) and event = 'payer.approved'), 'ana', 'by who settled it');
select is(test.file('q1b', test.rows_of('{"reference": "case 80", "member_id": "M-80", "kind": "received"}'), '2026-12-02'), '1:illegal:not-possible-in-active', 'from then on its number leads there');
select is((select concat_ws(' ', resolved_by, resolution, is_discarded) from precert.quarantine where quarantine_no = test.held('q1')), 'ana the payer said so on the phone f', 'who settled it and why is kept');
select is(test.finish('q1'), 'applied=1', 'the batch says how its row ended at last');
select is(test.code(format('select precert.settle_quarantine(%L, %L, null, ''again'', ''bo'')', test.held('q1'), test.id(83))), 'PC053', 'nothing is settled twice');
select is(test.code(format('select precert.settle_quarantine(%L, %L, null, ''why'', ''bo'')', test.held('q2'), test.id(81))), 'PC053', 'a status that is no decision needs a meaning');
select is(test.settle(test.held('q2'), test.id(81), 'pended'), 'applied pended []', 'and gets one');
select is(test.code(format('select precert.settle_quarantine(%L, %L, ''approved'', ''why'', ''bo'')', test.held('q2', 2), test.id(83))), 'PC053', 'a row that cannot be read is not applied');
select is(test.code(format('select precert.settle_quarantine(%L, %L, null, ''why'', ''bo'')', test.held('q2', 3), test.id(40))), 'PC012', 'nor one to another payer''s request');
select is(test.code(format('select precert.settle_quarantine(%L, %L, null, ''why'', ''bo'')', test.held('q2', 3), test.id(80))), 'PC053', 'nor where the request cannot take it');
select is((select resolved_at from precert.quarantine where quarantine_no = test.held('q2', 3)), null, 'then it waits on');
select is(test.code(format('select precert.settle_quarantine(%L, null, null, '' '', ''bo'')', test.held('q2', 3))), 'PC053', 'without a reason nothing is settled');
select is(test.code(format('select precert.settle_quarantine(%L, null, null, ''why'', ''bo'')', test.held('q2', 3)), test.org_b()), 'PC012', 'nor by another organization');
select is(test.code(format('select precert.settle_quarantine(%L, %L, null, ''why'', ''bo'')', test.held('q3'), test.id(82))), 'fine', 'a row of a file that is still coming in');
select is(test.settle(test.held('q2', 2)), 'discarded []', 'a row is discarded');
select is(test.file('q4', test.rows_of('{"fault": "bad-date", "raw": "x"}'), '2026-12-03'), '1:discarded:bad-date', 'the same word again is disregarded too, and counted');
select is((select count(*) from precert.quarantine where batch_id = test.batch('q4')), 0::bigint, 'and nobody is asked again');
select is(test.file('q5', test.rows_of('{"fault": "bad-date", "raw": "y"}'), '2026-12-03'), '1:quarantined:bad-date', 'another is not');

-- No patient data in what is shown of held rows, nor in history
select is((select count(*) from precert.quarantine where detail ~ 'M-|m 5|Synthetic|1980-01-01'), 0::bigint, 'what is held is told without patient data');
select is((select count(*) from precert.event where payload::text || source_key ~ 'M-[0-9]|m 5|Synthetic|1980-01-01'), 0::bigint, 'so is history');
select is(test.act('select * from precert.audit_verify()'), null, 'the chains hold');
select is((select count(*) from precert.import_row where outcome = 'pending'), 0::bigint, 'no row is left without an outcome');
select * from finish();
