-- Clocks, worked out by hand. 2026-11-24 is a Tuesday. DST in the United States: ends 2026-11-01, begins 2027-03-14,
-- ends 2027-11-07. Days end at 23:59:59 on the payer's calendar and the first day is not counted.
\ir fixtures/setup.sql

\o /dev/null
begin;
set local role precert_app;
select precert.publish_payer('clocks', 'Clock Payer', 'America/Chicago', '{}', (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('clock', c, 'urgency', u, 'amount', a, 'unit', t, 'from', f, 'until', e,
        'source', 'manual', 'verified', true))) from (values
        ('days-0', 'any', 0, 'calendar_days', null, null), ('days-1', 'any', 1, 'calendar_days', null, null),
        ('days-15', 'any', 15, 'calendar_days', null, null), ('days-60', 'any', 60, 'calendar_days', null, null),
        ('business-0', 'any', 0, 'business_days', null, null), ('business-1', 'any', 1, 'business_days', null, null),
        ('business-2', 'any', 2, 'business_days', null, null), ('business-5', 'any', 5, 'business_days', null, null),
        ('hours-24', 'any', 24, 'hours', null, null), ('hours-72', 'any', 72, 'hours', null, null),
        ('months-1', 'any', 1, 'months', null, null), ('months-6', 'any', 6, 'months', null, null),
        ('months-12', 'any', 12, 'months', null, null),
        ('urgency', 'any', 30, 'calendar_days', null, null), ('urgency', 'urgent', 72, 'hours', null, null),
        ('urgent-only', 'urgent', 72, 'hours', null, null),
        ('decision', 'any', 7, 'calendar_days', null, null),
        ('changing', 'any', 15, 'calendar_days', null, '2026-12-31'), ('changing', 'any', 7, 'calendar_days', '2027-01-01', null),
        ('gap', 'any', 1, 'calendar_days', null, '2026-06-30'), ('gap', 'any', 2, 'calendar_days', '2027-01-01', null)) v (c, u, a, t, f, e)));
select precert.publish_payer('phoenix', 'Phoenix Payer', 'America/Phoenix', '{}', '[]');
select precert.publish_payer('kathmandu', 'Far Payer', 'Asia/Kathmandu', '{}', '[]');
select precert.publish_payer('*', 'Practice defaults', 'America/New_York', '{}',
    (select module from (select jsonb_agg(jsonb_build_object('clock', c, 'urgency', u, 'amount', a, 'unit', 'calendar_days',
        'source', 'practice default', 'verified', false)) as module
    from (values ('follow-up', 'any', 3), ('decision', 'any', 15), ('decision', 'urgent', 1), ('information', 'any', 10), ('renewal-window', 'any', 60),
        ('unknown-end', 'any', 7), ('only-default', 'any', 4), ('default-urgent', 'urgent', 2), ('default-urgent', 'any', 9)) v (c, u, a)) m));
commit;
\o

create function test.clock(p_clock text, p_urgency text, p_from timestamptz, p_direction integer, p_payer text, p_zone text) returns text
    language sql as $$
    select to_char(precert.clock_due(p_payer, p_clock, p_urgency, p_from, p_direction) at time zone p_zone, 'YYYY-MM-DD HH24:MI:SS')
$$;

select plan(59);

-- clock, from (with offset), direction, due on the clock of Chicago, how
select is(test.clock(c, 'standard', f::timestamptz, d, 'clocks', 'America/Chicago'), due, c || ' from ' || f || ': ' || how)
from (values
    -- Calendar days
    ('days-0', '2026-11-24 09:00-06', 1, '2026-11-24 23:59:59', 'the same day''s end'),
    ('days-1', '2026-11-24 09:00-06', 1, '2026-11-25 23:59:59', '24 + 1'),
    ('days-15', '2026-11-24 09:00-06', 1, '2026-12-09 23:59:59', '24 + 15 = 39, November has 30'),
    ('days-15', '2026-12-20 09:00-06', 1, '2027-01-04 23:59:59', '20 + 15 = 35, December has 31: over the year''s end'),
    ('days-15', '2027-02-20 09:00-06', 1, '2027-03-07 23:59:59', '20 + 15 = 35, February 2027 has 28'),
    ('days-15', '2028-02-20 09:00-06', 1, '2028-03-06 23:59:59', '20 + 15 = 35, February 2028 has 29'),
    ('days-1', '2026-11-24 23:59:59-06', 1, '2026-11-25 23:59:59', 'the last second belongs to its day'),
    ('days-1', '2026-11-25 00:00:00-06', 1, '2026-11-26 23:59:59', 'the next second to the next'),
    ('days-1', '2026-11-25 05:30+00', 1, '2026-11-25 23:59:59', '05:30 UTC is 23:30 of the 24th in Chicago'),
    ('days-1', '2026-11-25 06:30+00', 1, '2026-11-26 23:59:59', '06:30 UTC is 00:30 of the 25th'),
    ('days-1', '2027-03-13 12:00-06', 1, '2027-03-14 23:59:59', 'into the day that DST begins: 23 hours long, the end is the end'),
    ('days-15', '2026-10-20 12:00-05', 1, '2026-11-04 23:59:59', 'over the day that DST ends'),
    -- Business days
    ('business-0', '2026-11-28 12:00-06', 1, '2026-11-28 23:59:59', 'none: the same day, also a Saturday'),
    ('business-1', '2026-11-24 09:00-06', 1, '2026-11-25 23:59:59', 'Tue to Wed'),
    ('business-2', '2026-11-24 09:00-06', 1, '2026-11-27 23:59:59', 'Wed 25, not Thu 26 (Thanksgiving), Fri 27'),
    ('business-5', '2026-11-24 09:00-06', 1, '2026-12-02 23:59:59', 'Wed 25, Fri 27, Mon 30, Tue 1, Wed 2'),
    ('business-1', '2026-11-27 09:00-06', 1, '2026-11-30 23:59:59', 'Fri to Mon'),
    ('business-1', '2026-11-28 09:00-06', 1, '2026-11-30 23:59:59', 'Sat to Mon: the first counted day'),
    ('business-1', '2026-11-29 23:00-06', 1, '2026-11-30 23:59:59', 'Sun to Mon'),
    ('business-1', '2026-11-26 09:00-06', 1, '2026-11-27 23:59:59', 'begun on a holiday'),
    ('business-5', '2026-12-23 09:00-06', 1, '2026-12-31 23:59:59', 'Thu 24, not Fri 25, Mon 28, Tue 29, Wed 30, Thu 31'),
    ('business-2', '2026-12-30 09:00-06', 1, '2027-01-04 23:59:59', 'Thu 31, not Fri 1 Jan, Mon 4'),
    ('business-1', '2026-12-24 09:00-06', 1, '2026-12-28 23:59:59', 'Christmas on a Friday: to Monday'),
    ('business-1', '2026-11-28 05:30+00', 1, '2026-11-30 23:59:59', '05:30 UTC on Saturday is Friday night in Chicago: Mon'),
    -- Hours are hours, whatever the clocks on the wall do
    ('hours-72', '2026-11-24 09:30:15-06', 1, '2026-11-27 09:30:15', 'three times 24, weekend or holiday'),
    ('hours-24', '2026-10-31 12:00-05', 1, '2026-11-01 11:00:00', 'DST ends: 25 hours from noon to noon'),
    ('hours-24', '2027-03-13 12:00-06', 1, '2027-03-14 13:00:00', 'DST begins: 23 hours from noon to noon'),
    ('hours-72', '2026-10-31 00:30-05', 1, '2026-11-02 23:30:00', 'the wall shows an hour less: 71'),
    ('hours-24', '2026-11-01 01:30-05', 1, '2026-11-02 00:30:00', 'from the first 01:30 of the doubled hour'),
    ('hours-24', '2026-11-01 01:30-06', 1, '2026-11-02 01:30:00', 'from the second'),
    ('hours-72', '2026-12-30 18:00-06', 1, '2027-01-02 18:00:00', 'over the year''s end'),
    -- Months
    ('months-1', '2026-11-24 09:00-06', 1, '2026-12-24 23:59:59', 'the same day of the next month'),
    ('months-1', '2027-01-31 09:00-06', 1, '2027-02-28 23:59:59', 'February has no 31st'),
    ('months-1', '2028-01-31 09:00-06', 1, '2028-02-29 23:59:59', 'in a leap year its 29th'),
    ('months-6', '2026-08-31 09:00-05', 1, '2027-02-28 23:59:59', 'six months on from 31 August'),
    ('months-6', '2027-02-28 09:00-06', 1, '2027-08-28 23:59:59', 'month ends are not stretched'),
    ('months-12', '2028-02-29 09:00-06', 1, '2029-02-28 23:59:59', 'a year from a leap day'),
    ('months-1', '2026-12-31 23:00-06', 1, '2027-01-31 23:59:59', 'over the year''s end'),
    -- Backwards: when it must begin to end there
    ('days-60', '2027-06-30 23:59:59-05', -1, '2027-05-01 00:00:00', '30 June - 60: 30 days to 31 May, 30 more to 1 May'),
    ('days-60', '2027-02-10 12:00-06', -1, '2026-12-12 00:00:00', '10 Feb - 60: 41 back is 31 Dec, 19 more is 12 Dec'),
    ('days-0', '2027-06-30 23:59:59-05', -1, '2027-06-30 00:00:00', 'the day itself, from its beginning'),
    ('business-1', '2026-11-30 12:00-06', -1, '2026-11-27 00:00:00', 'Mon back to Fri'),
    ('business-2', '2026-11-30 12:00-06', -1, '2026-11-25 00:00:00', 'Fri 27, not Thu 26, Wed 25'),
    ('business-5', '2027-01-04 12:00-06', -1, '2026-12-24 00:00:00', 'Thu 31, Wed 30, Tue 29, Mon 28, not Fri 25, Thu 24'),
    ('hours-72', '2027-03-15 12:00-05', -1, '2027-03-12 11:00:00', '72 hours back over the beginning of DST'),
    ('months-1', '2027-03-31 12:00-05', -1, '2027-02-28 00:00:00', 'one month back from 31 March'),
    -- Rules in force on the day of the start, in the payer's zone
    ('changing', '2026-12-31 23:59:59-06', 1, '2027-01-15 23:59:59', 'the last second of the old rule, 15 days'),
    ('changing', '2027-01-01 00:00:00-06', 1, '2027-01-08 23:59:59', 'the first of the new one, 7 days'),
    ('changing', '2027-01-01 05:30+00', 1, '2027-01-15 23:59:59', 'still 31 December in Chicago')
) v (c, f, d, due, how);

-- Which rule binds
select is(test.clock(c, u, '2026-11-24 09:00-06', 1, p, 'America/Chicago'), due, c || '/' || u || ' of ' || p || ': ' || how)
from (values
    ('urgency', 'urgent', 'clocks', '2026-11-27 09:00:00', 'an urgency''s own rule before "any": 72 hours'),
    ('decision', 'urgent', 'clocks', '2026-12-01 23:59:59', 'the payer''s "any" (7 days) before the default''s own urgency (1 day)'),
    ('only-default', 'standard', 'clocks', '2026-11-28 23:59:59', 'the practice''s default, on the payer''s calendar'),
    ('default-urgent', 'urgent', 'clocks', '2026-11-26 23:59:59', 'a default''s own urgency before its "any"')) v (c, u, p, due, how);
select is(test.clock('only-default', 'standard', '2027-03-12 23:30-07', 1, 'phoenix', 'America/Phoenix'), '2027-03-16 23:59:59',
    'a zone without DST: 12 + 4');
select is(test.clock('only-default', 'standard', '2026-11-24 18:20+00', 1, 'kathmandu', 'Asia/Kathmandu'), '2026-11-29 23:59:59',
    'a zone 5:45 ahead: 18:20 UTC is 00:05 of the 25th there, 25 + 4');
select throws_ok($$select precert.clock_due('clocks', 'no-such', 'standard', '2026-11-24')$$, 'PC020', null, 'no rule at all');
select throws_ok($$select precert.clock_due('clocks', 'gap', 'standard', '2026-11-24')$$, 'PC020', null, 'no rule on that day');
select throws_ok($$select precert.clock_due('clocks', 'urgent-only', 'standard', '2026-11-24')$$, 'PC020', null, 'no rule for that urgency');
select throws_ok($$select precert.clock_due('nowhere', 'decision', 'standard', '2026-11-24')$$, 'PC014', null, 'no such payer');
select * from finish();
