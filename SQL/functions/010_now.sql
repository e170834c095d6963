-- The time, everywhere in Precert: the session's `precert.now` when it is set (tests live through years), else the
-- statement's.
create or replace function precert.now() returns timestamptz
    language sql stable parallel safe
as $$
    select coalesce(nullif(current_setting('precert.now', true), '')::timestamptz, statement_timestamp())
$$;

grant execute on function precert.now() to precert_read;
