-- Closes a batch; PC050 when its rows do not add up to what the file held (the trigger `import_adds_up`).
create or replace function precert.finish_import(p_batch uuid)
returns table (outcome text, rows bigint)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
begin
    update precert.import_batch b set status = 'done', finished_at = coalesce(b.finished_at, precert.now())
    where b.organization_id = v_organization and b.batch_id = p_batch;
    if not found then raise exception 'no such import batch' using errcode = 'PC015'; end if;
    return query
    select x.outcome, sum(x.rows)::bigint
    from (
        select r.outcome, 1 as rows from precert.import_row r
        where r.organization_id = v_organization and r.batch_id = p_batch
        union all
        select 'no_change', c.unchanged from precert.import_chunk c
        where c.organization_id = v_organization and c.batch_id = p_batch and c.unchanged > 0
    ) x
    group by x.outcome order by x.outcome;
end
$$;
