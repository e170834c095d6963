-- Makes the holiday calendar the given days: [{"day": "2026-11-26", "name": "…"}].
create or replace function precert.publish_holidays(p_days jsonb) returns void
    language sql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
    delete from precert.holiday h
    where not exists (select from jsonb_array_elements(p_days) x where (x->>'day')::date = h.day);
    insert into precert.holiday (day, name)
    select (x->>'day')::date, x->>'name' from jsonb_array_elements(p_days) x
    on conflict (day) do update set name = excluded.name;
$$;
