-- Makes the place where a chunk of rows is copied to before `import_chunk` takes it: a table of the session's own, emptied
-- at the end of each transaction, and by the next call within one. It belongs to this function's owner, so that nobody can put triggers or a view in its place.
create or replace function precert.import_stage() returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
begin
    if to_regclass('pg_temp.import_stage') is null then
        create temporary table import_stage of precert.status_row on commit delete rows;
        grant insert on import_stage to precert_app;
    end if;
    perform precert.check_import_stage();
    if exists (select from pg_temp.import_stage) then truncate pg_temp.import_stage; end if;
end
$$;

-- Refuses a stage that somebody else made.
create or replace function precert.check_import_stage() returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
begin
    if not exists (select from pg_class c where c.oid = to_regclass('pg_temp.import_stage') and c.relkind = 'r'
        and c.relowner = (select r.oid from pg_roles r where r.rolname = current_user))
    then
        raise exception 'there is no stage for an import' using errcode = 'PC051',
            hint = 'call precert.import_stage() first, in the same session';
    end if;
end
$$;
