-- Acknowledges an alert. Doing it again keeps the first name and time.
create or replace function precert.acknowledge_alert(p_alert uuid, p_actor text) returns timestamptz
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_at timestamptz;
begin
    update precert.alert a
    set acknowledged_at = coalesce(a.acknowledged_at, precert.now()),
        acknowledged_by = coalesce(a.acknowledged_by, p_actor)
    where a.organization_id = precert.require_organization() and a.alert_id = p_alert
    returning a.acknowledged_at into v_at;
    if not found then raise exception 'no such alert' using errcode = 'PC012'; end if;
    return v_at;
end
$$;
