-- Settles a row that waits for a person. With a request it is the payer's word on that one: it is applied like a row of a
-- file that matches, with the time at which the payer said it, and its numbers are learned. `p_kind` says what its status
-- means where the row's own cannot be read. Without a request it is discarded, now and whenever the payer says it again.
-- The words are kept with it. PC053 when it cannot be settled so.
create or replace function precert.settle_quarantine(
    p_no bigint, p_request uuid, p_kind text, p_resolution text, p_actor text
) returns table (outcome text, from_state text, to_state text, numbers text[])
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_held precert.quarantine;
    v_row precert.import_row;
    v_known text[];
begin
    if coalesce(btrim(p_resolution), '') = '' then
        raise exception 'say why: the words are kept with the row' using errcode = 'PC053';
    end if;
    select q.* into v_held from precert.quarantine q
    where q.organization_id = v_organization and q.quarantine_no = p_no;
    if not found then raise exception 'nothing is held under this number' using errcode = 'PC012'; end if;
    -- Lock order: the batch, then what is held, then the request.
    perform from precert.import_batch b
    where b.organization_id = v_organization and b.batch_id = v_held.batch_id for no key update;
    select q.* into v_held from precert.quarantine q
    where q.organization_id = v_organization and q.quarantine_no = p_no for no key update;
    if v_held.resolved_at is not null then
        raise exception 'it was settled by % before: %', v_held.resolved_by, v_held.resolution using errcode = 'PC053';
    end if;
    select r.* into v_row from precert.import_row r
    where r.organization_id = v_organization and r.batch_id = v_held.batch_id and r.row_no = v_held.row_no;
    if exists (select from precert.import_row r where r.organization_id = v_organization
        and r.batch_id = v_held.batch_id and r.outcome = 'pending')
    then
        raise exception 'the import that brought it is not finished; import the file again first' using errcode = 'PC053';
    end if;

    update precert.quarantine q
    set resolved_at = precert.now(), resolved_by = p_actor, resolution = p_resolution, is_discarded = p_request is null
    where q.organization_id = v_organization and q.quarantine_no = p_no;
    if p_request is null then
        return query select 'discarded', null::text, null::text, '{}'::text[];
        return;
    end if;

    if not exists (select from precert.request r where r.organization_id = v_organization and r.request_id = p_request
        and r.payer_id = v_held.payer_id)
    then
        raise exception 'no such request of this payer' using errcode = 'PC012';
    end if;
    if v_row.record ? 'fault' or precert.record_fault(v_row.record) is not null then
        raise exception 'the row cannot be read (%): record what holds by hand, then discard it', v_held.detail
            using errcode = 'PC053';
    end if;
    if precert.status_event(coalesce(p_kind, v_row.record->>'kind'), v_row.record->>'authorization_number') is null then
        raise exception 'its status is no decision; say what it means' using errcode = 'PC053';
    end if;
    if v_held.detail = 'one-of-several-codes' then
        raise exception 'it decides a part of the request: record it by hand with its code, then discard it'
            using errcode = 'PC053';
    end if;
    v_known := array(select n.number from precert.payer_number n
        where n.organization_id = v_organization and n.payer_id = v_held.payer_id and n.request_id = p_request);
    update precert.import_row r
    set outcome = 'pending', reason = null, request_id = p_request,
        record = r.record || jsonb_strip_nulls(jsonb_build_object('kind', p_kind))
    where r.organization_id = v_organization and r.batch_id = v_held.batch_id and r.row_no = v_held.row_no;
    perform precert.apply_import(v_held.batch_id, 1, p_actor);
    select r.* into v_row from precert.import_row r
    where r.organization_id = v_organization and r.batch_id = v_held.batch_id and r.row_no = v_held.row_no;
    if v_row.outcome = 'illegal' then
        raise exception 'the request cannot take it where it stands (%)', v_row.reason using errcode = 'PC053';
    end if;
    return query
    select v_row.outcome, e.from_state, e.to_state, array(
        select n.number from precert.payer_number n
        where n.organization_id = v_organization and n.payer_id = v_held.payer_id and n.request_id = p_request
            and n.number <> all (v_known) order by n.number)
    from (values (1)) one (x)
    left join precert.event e on e.organization_id = v_organization and e.request_id = p_request
        and e.seq = v_row.seq and v_row.outcome = 'applied';
end
$$;
