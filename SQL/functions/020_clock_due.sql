-- When a clock runs out, without by which rule; see `clock_run`.
create or replace function precert.clock_due(
    p_payer text, p_clock text, p_urgency text, p_from timestamptz, p_direction integer default 1
) returns timestamptz
    language sql stable
    set search_path = pg_catalog, precert, pg_temp
as $$ select r.due from precert.clock_run(p_payer, p_clock, p_urgency, p_from, p_direction) r $$;
