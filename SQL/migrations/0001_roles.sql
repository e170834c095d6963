-- run-as: login
-- The three roles of Precert, and who owns the schema.
--
--   precert_owner   owns every table and function; nobody works as it
--   precert_app     what coordinators and workers are: reads rows of its organization, executes functions
--   precert_read    reports: reads rows of its organization
--
-- Roles belong to the whole server, so another database may have made them already, perhaps at this moment.
do $$
declare
    v_role text;
begin
    foreach v_role in array array['precert_owner', 'precert_app', 'precert_read'] loop
        begin
            execute format('create role %I nologin', v_role);
        exception
            when duplicate_object or unique_violation then null;
        end;
        if not pg_has_role(current_user, v_role, 'member') then
            execute format('grant %I to current_user', v_role);
        end if;
    end loop;
end
$$;

alter schema precert owner to precert_owner;
alter table precert.schema_migration owner to precert_owner;
alter table precert.schema_function owner to precert_owner;
alter table precert.schema_state owner to precert_owner;

revoke all on schema precert from public;
grant usage on schema precert to precert_app, precert_read;
grant select on precert.schema_migration, precert.schema_function, precert.schema_state to precert_app, precert_read;

-- What comes later is closed to the public and open to the two working roles without a word in each migration.
alter default privileges for role precert_owner revoke execute on functions from public;
alter default privileges for role precert_owner in schema precert grant execute on functions to precert_app;
alter default privileges for role precert_owner in schema precert grant select on tables to precert_app, precert_read;
