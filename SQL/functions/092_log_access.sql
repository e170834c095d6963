-- Writes down that someone saw a patient's data: which fields, why; never the values.
create or replace function precert.log_access(p_request uuid, p_actor text, p_purpose text, p_fields text[]) returns void
    language sql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
    insert into precert.access_log (organization_id, at, actor, request_id, purpose, fields)
    values (precert.require_organization(), precert.now(), p_actor, p_request, p_purpose, p_fields)
$$;
