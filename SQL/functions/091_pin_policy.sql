-- Pins the policy that a request is judged by, as a digest and its citation.
create or replace function precert.pin_policy(p_request uuid, p_policy jsonb) returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
begin
    update precert.request_detail d set policy = p_policy
    where d.organization_id = precert.require_organization() and d.request_id = p_request;
    if not found then raise exception 'no such request' using errcode = 'PC012'; end if;
end
$$;
