-- An order that is changed before it is sent: one event, what it was stays on record, what spoke of it counts no more, and
-- nothing of it is possible once the payer has the request.
\ir fixtures/setup.sql

create function test.evidence(n integer, p_items jsonb) returns text language sql as $$
    select test.say(format('select * from precert.record_evidence(%L, %L, ''ana'')', test.id(n), p_items))
$$;
-- Facts that count, of the n-th request.
create function test.counting(n integer) returns text[] language sql stable as $$
    select array_agg(e.fact || ' ' || e.evidence_no order by e.evidence_no) from precert.evidence e
    where e.request_id = test.id(n) and e.withdrawn_seq is null
$$;
create function test.problems() returns text language sql as $$
    select string_agg(right(r->>'request_id', 1) || '/' || (r->>'seq') || ' ' || (r->>'problem'), '; ')
    from jsonb_array_elements(test.act('select * from precert.audit_verify()')) r
$$;
-- What audit_verify finds after a change that a superuser made; it is undone.
create function test.found(p_sql text) returns text language plpgsql as $$
begin
    begin
        execute p_sql;
        raise exception '%', coalesce(test.problems(), 'nothing') using errcode = 'TE000';
    exception when sqlstate 'TE000' then return sqlerrm;
    end;
end
$$;

\o /dev/null
select test.open(1, p_other => '{"patient": {"family": "Marker", "given": "Quill", "born": "1980-01-01", "member_id": "M-1",
    "weight_kg": "71.50", "height_cm": "168", "weighed_on": "2026-11-20"}}'), test.open(2), test.in_review(3);
select test.open(4, p_other => jsonb_build_object('patient', (select test.order(2)->'patient'), 'lines',
    '[{"hcpcs": "Q5134", "units": "300", "dose_amount": "300", "dose_unit": "mg", "every_days": 28}]'::jsonb));
select test.evidence(1, '[{"fact": "dose_within_label", "value": true, "source": "chart", "observed_on": "2026-11-20"},
    {"fact": "ms_form", "value": "rrms", "source": "chart"}]');
select test.evidence(1, '[{"fact": "dose_within_label", "value": false, "source": "chart", "observed_on": "2026-11-10"}]');
select test.apply(2, 'criteria.met', 'met:2');
\o

select plan(52);

-- What is asked for, in one form.
select is(test.terms(1)->>'weight_kg', '71.5', 'a number has no needless zeros');
select is(test.terms(1)->'lines'->0->'doses', 'null', 'what the order does not say is null');

-- An amendment.
select is(test.seq(1), 4::bigint, 'a request at its fourth event');
select is(test.say(test.amendment(1, 4, test.terms(1, '{"weight_kg": "80"}', '{"dose_amount": "150.0", "units": "150"}'),
    '{1,3,99}')), 'applied', 'before it is sent, its order may be changed');
select is(test.seq(1) || ' ' || test.state(1), '5 criteria_collection', 'by one event');
select is((select l.units || ' ' || l.dose_amount from precert.service_line l where l.request_id = test.id(1)), '150 150.0', 'the line is the new one');
select is((select d.weight_kg from precert.request_detail d where d.request_id = test.id(1)), 80::numeric, 'so is the weight');
select is((select e.event || ' ' || e.actor || ' ' || e.source_key from precert.event e where e.request_id = test.id(1) and e.seq = 5),
    'order.amended ana amended:4', 'history says who did it');
select is((select e.payload - 'amendment_sha256' from precert.event e where e.request_id = test.id(1) and e.seq = 5),
    '{"changed": ["line 1 dose_amount", "line 1 units", "weight_kg"], "withdrawn": [1, 3]}', 'which parts, and what it withdrew');
select is((select a.before->>'weight_kg' || ' ' || (a.before->'lines'->0->>'dose_amount') || ' ' || (a.after->>'weight_kg') || ' '
    || (a.after->'lines'->0->>'dose_amount') || ' ' || a.reason from precert.amendment a where a.seq = 5),
    '71.5 300 80 150 Slip of the pen', 'what it was and what it is stand on record');
select is((select count(*) from precert.event e where e.payload::text ~ '71[.]5|"80"|"150"|Slip'), 0::bigint, 'history has none of the values');
select is(test.counting(1), array['ms_form 2'], 'what is withdrawn counts no more');
select is((select count(*) from precert.evidence), 3::bigint, 'and stays on record');
select is(test.problems(), null, 'history is whole');

-- Once.
select is(test.say(test.amendment(1, 4, test.terms(1), '{2}')), 'duplicate', 'the same order again is known, whenever it was read');
select is(test.seq(1), 5::bigint, 'and changes nothing');
select is(test.say(test.amendment(1, 5, test.terms(1, p_line => '{"units": "150.00"}'))), 'duplicate', 'a needless zero is no change');
select is(test.counting(1), array['ms_form 2'], 'nor does it withdraw');
select is(test.code(test.amendment(1, 4, test.terms(1, p_line => '{"units": "151"}'))), 'PC010', 'another order, read before this one, is refused');
select is(test.code(test.amendment(1, 6, test.terms(1, p_line => '{"units": "151"}'))), 'PC010', 'so is one read at no event that there is');
select is((select units from precert.service_line where request_id = test.id(1)), 150::numeric, 'the first is not lost');

-- What was withdrawn may be said again.
select is(test.evidence(1, '[{"fact": "dose_within_label", "value": false, "source": "chart", "observed_on": "2026-11-10"}]'), 'applied',
    'the same words, of the new order, are news');
select is(test.counting(1), array['ms_form 2', 'dose_within_label 4'], 'and count');
select is(test.evidence(1, '[{"fact": "dose_within_label", "value": false, "source": "chart", "observed_on": "2026-11-10"}]'), 'duplicate', 'once');
select is(test.problems(), null, 'history is whole');

-- A second one.
select is(test.say(test.amendment(1, 6, test.terms(1, p_line => '{"units": "300", "dose_amount": "300"}'), '{1,4}')), 'applied',
    'back to what it was: a change like any other');
select is((select array_agg(coalesce(e.withdrawn_seq, 0) order by e.evidence_no) from precert.evidence e where e.request_id = test.id(1)),
    array[5, 0, 5, 7]::bigint[], 'a withdrawal names its amendment and is not moved by the next');
select is(test.problems(), null, 'history is whole');

-- A state that looks at the criteria again.
select is(test.state(2), 'ready', 'criteria were met');
select is(test.say(test.amendment(2, test.seq(2), test.terms(2, '{"planned_on": "2026-12-20"}'))), 'applied', 'a request that is ready is amended');
select is(test.state(2), 'criteria_collection', 'and is not ready any more');

-- Refused.
select is(test.code(test.amendment(3, test.seq(3), test.terms(3, p_line => '{"units": "301"}'))), 'PC001', 'the payer has the request: too late');
select is((select units from precert.service_line where request_id = test.id(3)), 300::numeric, 'nothing is changed');
select is(test.say(test.amendment(3, test.seq(3), test.terms(3))), 'duplicate', 'what is no change is refused nowhere');
select is(test.code(test.amendment(1, 7, jsonb_set(test.terms(1), '{lines}', '[]'))), 'PC017', 'a line less is another request');
select is(test.code(test.amendment(1, 7, jsonb_set(test.terms(1), '{lines,0,line_no}', '2'))), 'PC017', 'so is another line');
select is(test.code(test.amendment(1, 7, test.terms(1, '{"diagnoses": []}'))), '23514', 'an order has a diagnosis');
select is(test.code(test.amendment(1, 7, test.terms(1, p_line => '{"units": "0"}'))), '23514', 'and units');
select is(test.code(test.amendment(2, test.seq(2), test.terms(2, p_line => '{"hcpcs": "Q5134"}'))), 'PC040',
    'a code for which the patient has another live request');
select is(test.code(replace(test.amendment(1, 7, test.terms(1, p_line => '{"units": "301"}')), 'Slip of the pen', ' ')), '23514', 'a reason has words');
select is(test.seq(1) || ' ' || test.seq(2) || ' ' || test.seq(4), '7 4 2', 'no refusal left a trace');

-- Whose it is.
select is(test.code(test.amendment(1, 7, test.terms(1, p_line => '{"units": "301"}')), test.org_b()), 'PC012', 'another organization does not find it');
select is(test.say('select count(*) from precert.amendment'), '3', 'the organization sees its amendments');
select is(test.say('select count(*) from precert.amendment', test.org_b()), '0', 'and no other does');
select is(test.code(s, test.org_a(), r), '42501', r || ': ' || s) from (values
    ('precert_app', 'update precert.amendment set reason = ''x'''), ('precert_app', 'delete from precert.amendment'),
    ('precert_app', 'update precert.evidence set withdrawn_seq = null')) v (r, s);

-- What audit_verify says of a change behind its back.
select is(test.found(s), f, s) from (values
    ('update precert.amendment set reason = ''x'' where seq = 5', '1/5 the amendment is not what was recorded'),
    ('update precert.service_line set units = 299 where request_id = test.id(1)', '1/7 the order is not what the amendment made of it'),
    ('update precert.evidence set withdrawn_seq = null where evidence_no = 1 and request_id = test.id(1)',
        '1/3 the evidence counts although an amendment withdrew it'),
    ('update precert.evidence set withdrawn_seq = 7 where evidence_no = 2 and request_id = test.id(1)', '1/3 the evidence was not withdrawn by the amendment that it names'),
    ('delete from precert.amendment', 'nothing')) v (s, f);
select * from finish();
