-- Makes the organization known, once; a second call keeps the name that is there. Called by `precert db migrate`.
-- An organization sees no other one, so this is done as the organization named, and then set back.
create or replace function precert.ensure_organization(p_id uuid, p_name text) returns text
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_before text := coalesce(current_setting('precert.organization', true), '');
    v_name text;
begin
    perform set_config('precert.organization', p_id::text, true);
    insert into precert.organization (id, name, created_at) values (p_id, p_name, precert.now())
    on conflict (id) do update set name = organization.name
    returning name into v_name;
    perform set_config('precert.organization', v_before, true);
    return v_name;
end
$$;
