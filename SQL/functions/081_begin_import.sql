-- Opens a batch: 'new', 'resumed' (an earlier import of the same bytes stopped half-way) or 'known' (it was finished;
-- nothing will change). `p_as_of` stands in for the date of rows that carry none; the one of the first time counts;
-- `next_row` is the first row that the batch does not have yet.
create or replace function precert.begin_import(
    p_payer text, p_mapping text, p_sha256 bytea, p_rows integer, p_as_of date, p_actor text
) returns table (batch_id uuid, status text, first_seen_at timestamptz, as_of date, next_row integer)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
begin
    if not exists (select from precert.payer p where p.payer_id = p_payer) then
        raise exception 'the payer "%" is not published', p_payer using errcode = 'PC014';
    end if;
    return query
    insert into precert.import_batch as b (organization_id, payer_id, mapping, sha256, rows_total, status, started_at,
        imported_by, as_of, last_seen_at)
    values (v_organization, p_payer, p_mapping, p_sha256, p_rows, 'loading', v_now, p_actor, p_as_of, v_now)
    on conflict on constraint import_batch_bytes do update set seen = b.seen + 1, last_seen_at = v_now
    returning b.batch_id, case when b.seen = 1 then 'new' when b.status = 'done' then 'known' else 'resumed' end,
        b.started_at, b.as_of, 1 + coalesce((
            select max(c.last_row) from precert.import_chunk c
            where c.organization_id = v_organization and c.batch_id = b.batch_id), 0);
end
$$;
