-- The transaction's organization; PC011 when none is set or none such exists. Called first by every function that
-- writes, because without it row security would quietly show an empty world.
create or replace function precert.require_organization() returns uuid
    language plpgsql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.organization();
begin
    if v_organization is null or not exists (select from precert.organization where id = v_organization) then
        raise exception 'no such organization; check PRECERT_ORGANIZATION' using errcode = 'PC011';
    end if;
    return v_organization;
end
$$;

grant execute on function precert.require_organization() to precert_read;
