-- Marks payers that are published and of which no module is left, and answers with all that are marked. They are kept, for
-- requests name them; but their clocks are no longer anybody's word: deadlines that run keep their date, and what begins
-- from now on runs by the practice's defaults.
create or replace function precert.retire_payers(
    p_on_file text[]
) returns table (payer_id text, name text, is_new boolean)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_new text[];
begin
    with retired as (
        update precert.payer p set retired_at = precert.now()
        where p.retired_at is null and p.payer_id <> '*' and p.payer_id <> all (p_on_file)
        returning p.payer_id
    )
    select coalesce(array_agg(r.payer_id), '{}') into v_new from retired r;
    update precert.clock_rule r set is_current = false where r.payer_id = any (v_new) and r.is_current;
    return query
        select p.payer_id, p.name, p.payer_id = any (v_new) from precert.payer p
        where p.retired_at is not null order by p.payer_id;
end
$$;
