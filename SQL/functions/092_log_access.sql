-- Writes down that someone saw a patient's data: which fields, why; never the values. PC012 for a request that the
-- organization does not have.
create or replace function precert.log_access(p_request uuid, p_actor text, p_purpose text, p_fields text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
begin
    insert into precert.access_log (organization_id, at, actor, request_id, purpose, fields)
    select r.organization_id, precert.now(), p_actor, r.request_id, p_purpose, p_fields
    from precert.request r
    where r.organization_id = precert.require_organization() and r.request_id = p_request;
    if not found then raise exception 'no such request' using errcode = 'PC012'; end if;
end
$$;

-- The same of a row in quarantine.
create or replace function precert.log_row_access(p_no bigint, p_actor text, p_purpose text, p_fields text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
begin
    insert into precert.access_log (organization_id, at, actor, quarantine_no, purpose, fields)
    select v_organization, precert.now(), p_actor, q.quarantine_no, p_purpose, p_fields
    from precert.quarantine q
    where q.organization_id = v_organization and q.quarantine_no = p_no;
    if not found then raise exception 'nothing is held under this number' using errcode = 'PC012'; end if;
end
$$;
