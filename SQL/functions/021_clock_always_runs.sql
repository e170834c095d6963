-- Whether the practice's defaults hold a rule for the clock for every urgency and every day. A published workflow needs
-- that of each of its clocks: without it an event, or the firing of a deadline, would end as PC020 and hold up all that
-- is applied with it.
create or replace function precert.clock_always_runs(p_clock text) returns boolean
    language sql stable parallel safe
    set search_path = pg_catalog, precert, pg_temp
as $$
    select bool_and(exists (
        select from precert.clock_rule r
        where r.payer_id = '*' and r.is_current and r.clock = p_clock and r.urgency in (u.urgency, 'any')
            and r.effective_from = '-infinity' and r.effective_until = 'infinity'))
    from (values ('standard'), ('urgent')) u (urgency)
$$;
