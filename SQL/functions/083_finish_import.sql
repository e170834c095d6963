-- Closes a batch; PC050 when its rows do not add up to what the file held.
create or replace function precert.finish_import(p_batch uuid)
returns table (outcome text, rows bigint)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_total integer;
    v_seen bigint;
begin
    select count(*) into v_seen from precert.import_row r
    where r.organization_id = v_organization and r.batch_id = p_batch and r.outcome <> 'pending';
    update precert.import_batch b set status = 'done', finished_at = coalesce(b.finished_at, precert.now())
    where b.organization_id = v_organization and b.batch_id = p_batch
    returning b.rows_total into v_total;
    if not found then raise exception 'no such import batch' using errcode = 'PC015'; end if;
    if v_total is distinct from v_seen then
        raise exception 'the file had % rows but % have an outcome', v_total, v_seen using errcode = 'PC050';
    end if;
    return query
    select r.outcome, count(*) from precert.import_row r
    where r.organization_id = v_organization and r.batch_id = p_batch
    group by r.outcome order by r.outcome;
end
$$;
