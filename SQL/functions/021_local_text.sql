-- An instant as a person at the payer's place would say it: the day, or the day and the time when it is neither the
-- day's first nor its last moment.
create or replace function precert.local_text(p_at timestamptz, p_zone text) returns text
    language sql stable parallel safe
as $$
    select to_char(p_at at time zone p_zone, case
        when (p_at at time zone p_zone)::time in ('00:00:00', '23:59:59') then 'YYYY-MM-DD'
        else 'YYYY-MM-DD HH24:MI' end)
$$;

grant execute on function precert.local_text(timestamptz, text) to precert_read;
