-- What keeps a status record from being stored, as a word, or NULL: `bad-value`, `from-after-to`. Sources/Exchange
-- writes no such record; were one to come from elsewhere, it must not take the rows beside it down with it.
create or replace function precert.record_fault(p_record jsonb) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_day text;
begin
    foreach v_day in array array[p_record->>'from', p_record->>'to', p_record->>'due', p_record->>'born',
        p_record->>'as_of']
    loop
        -- The form first: how other forms are read depends on the session.
        if v_day !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?$'
            or not v_day::timestamptz between '1900-01-01' and '2200-01-01'
        then
            return 'bad-value';
        end if;
    end loop;
    if not (p_record->>'units')::numeric between 0 and 1000000000 then return 'bad-value'; end if;
    if (p_record->>'from')::date > (p_record->>'to')::date then return 'from-after-to'; end if;
    return null;
exception
    when data_exception then return 'bad-value';
end
$$;
