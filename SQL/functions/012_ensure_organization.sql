-- Makes the organization known, once; a second call keeps the name that is there. Called by `precert db migrate`.
create or replace function precert.ensure_organization(p_id uuid, p_name text) returns text
    language sql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
    insert into precert.organization (id, name, created_at) values (p_id, p_name, precert.now())
    on conflict (id) do update set name = organization.name
    returning name
$$;
