-- What every table and function must keep, read from the catalog, so that the next one cannot forget.
\ir fixtures/setup.sql

\o /dev/null
create view test.tables as
    select c.oid, c.relname::text as name, exists (select from pg_attribute a where a.attrelid = c.oid
        and a.attname = 'organization_id') as is_tenant
    from pg_class c where c.relnamespace = 'precert'::regnamespace and c.relkind in ('r', 'p');
create view test.functions as
    select p.oid, p.oid::regprocedure::text as name, p.proname, p.prosrc, p.prosecdef, p.proowner, p.proconfig, p.proacl, l.lanname
    from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = 'precert'::regnamespace;
\o

-- Each question asks for the offenders; there must be none.
create function test.none(p_sql text, p_what text) returns text language plpgsql as $$
declare
    v_offenders text[];
begin
    execute format('select array_agg(x::text order by x::text) from (%s) q (x)', p_sql) into v_offenders;
    return is(v_offenders, null, p_what);
end
$$;

select plan(28);

select cmp_ok((select count(*) from test.tables where is_tenant), '>=', 22::bigint, 'the tables of tenants are seen');
select cmp_ok((select count(*) from test.functions), '>=', 28::bigint, 'the functions are seen');

-- Tenants
select test.none($$select name from test.tables t join pg_class c using (oid)
    where is_tenant and not (c.relrowsecurity and c.relforcerowsecurity)$$,
    'every tenant table has row security, forced');
select test.none($$select name from test.tables t where is_tenant and not exists (
        select from pg_policies p where p.schemaname = 'precert' and p.tablename = t.name and p.cmd = 'ALL'
            and p.permissive = 'PERMISSIVE' and p.qual ~ 'SELECT precert.organization\(\)'
            and p.with_check ~ 'SELECT precert.organization\(\)')$$,
    'and a policy on the transaction''s organization, read once a statement');
select test.none($$select tablename || '.' || policyname from pg_policies
    where schemaname = 'precert' and policyname <> 'organization'$$, 'and no other policy that would widen it');
select alike(prosrc, '%nullif(current_setting(''precert.organization'', true), '''')::uuid%',
    'an empty organization is none') from test.functions where proname = 'organization';
select test.none($$select i.indexrelid::regclass from pg_index i join test.tables t on t.oid = i.indrelid
    where t.is_tenant and i.indisunique and (select a.attname from pg_attribute a
        where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) <> 'organization_id'$$,
    'every unique index of a tenant table begins with the organization');
select test.none($$select i.indexrelid::regclass from pg_index i join test.tables t on t.oid = i.indrelid
    where t.is_tenant and (select a.attname from pg_attribute a
        where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) <> 'organization_id'$$,
    'so does every other index');
select test.none($$select name from test.tables t where not exists (select from pg_index i
    where i.indrelid = t.oid and i.indisprimary)$$, 'every table has a primary key');
select test.none($$select conname from pg_constraint c join test.tables f on f.oid = c.conrelid
    join test.tables t on t.oid = c.confrelid where c.contype = 'f' and t.is_tenant and not f.is_tenant$$,
    'no shared table refers to a tenant''s');
select test.none($$select c.conrelid::regclass || '.' || conname from pg_constraint c join test.tables f on f.oid = c.conrelid
    join test.tables t on t.oid = c.confrelid where c.contype = 'f' and t.is_tenant and f.is_tenant
        and (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) <> 'organization_id'$$,
    'a reference between tenant tables carries the organization');
select test.none($$select conrelid::regclass || '.' || conname from pg_constraint where connamespace = 'precert'::regnamespace
    and not convalidated$$, 'no constraint waits to be validated');
select test.none($$select c.relname from pg_class c where c.relnamespace = 'precert'::regnamespace and c.relkind in ('v', 'm')
    and not coalesce('security_invoker=true' = any (c.reloptions), false)$$, 'views are security_invoker');

-- Functions
select test.none($$select name from test.functions where proowner <> 'precert_owner'::regrole$$,
    'every function is the owner''s');
select test.none($$select oid::regclass from pg_class where relnamespace = 'precert'::regnamespace
    and relowner <> 'precert_owner'::regrole$$, 'so is every relation');
select test.none($$select name from test.functions where prosecdef and coalesce(proconfig::text, '')
    !~ 'search_path=pg_catalog, precert, pg_temp'$$, 'a definer function pins its search path, pg_temp last');
select test.none($$select name from test.functions where lanname = 'plpgsql' and coalesce(proconfig::text, '')
    !~ 'search_path=pg_catalog, .*pg_temp'$$, 'so does every other in PL/pgSQL');
select test.none($$select name from test.functions f where f.prosecdef and f.prosrc ~* '\mexecute\M'$$,
    'no definer function executes text');
select test.none($$select name from test.functions f where proacl is null
    or exists (select from aclexplode(f.proacl) a where a.grantee = 0)$$, 'no function is open to the public');
select test.none($$select name from test.functions f where proname not in ('now')
    and regexp_replace(prosrc, '--[^\n]*', '', 'g')
        ~* '(?<!precert\.)\m(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\m(current_timestamp|current_date|current_time|localtimestamp|localtime)\M'$$,
    'only precert.now() reads a clock');
select test.none($$select attrelid::regclass || '.' || attname from pg_attribute a
    join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum join test.tables t on t.oid = a.attrelid
    where pg_get_expr(d.adbin, d.adrelid) ~* '\m(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\mcurrent_(date|time)|\mlocaltime'$$, 'no default reads one');

-- Every path through every PL/pgSQL function, with an organization set, and the session's own table that one reads.
select precert.import_stage() \g /dev/null
select set_config('precert.organization', test.org_a()::text, false) \gset ignored_
select test.none($$select f.name || ': ' || c.message || coalesce(' (line ' || c.lineno || ')', '')
    from test.functions f cross join lateral (
        select * from plpgsql_check_function_tb(f.oid, relid => case f.proname
            when 'keep_head' then 'precert.request'::regclass
            when 'append_only' then 'precert.event'::regclass when 'refuse_orphan' then 'precert.event'::regclass
            when 'keep_published' then 'precert.workflow_state'::regclass
            when 'import_adds_up' then 'precert.import_batch'::regclass else 0 end,
            performance_warnings => false)) c
    where f.lanname = 'plpgsql'$$, 'plpgsql_check finds nothing');
select set_config('precert.organization', '', false) \gset ignored_

-- Roles
select test.none($$select r::text || ' ' || p || ' ' || t.name from test.tables t,
        unnest(array['precert_app', 'precert_read']) r, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
    where has_table_privilege(r, t.oid, p)$$, 'the working roles write no table');
select test.none($$select c.oid::regclass || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'precert'::regnamespace and a.attacl is not null$$, 'nor a column');
select test.none($$select d.refobjid::regrole || ' ' || d.classid::regclass || ' ' || d.objid from pg_shdepend d
    where d.deptype = 'o' and d.dbid = (select oid from pg_database where datname = current_database())
        and d.refobjid in ('precert_app'::regrole, 'precert_read'::regrole)$$, 'the working roles own nothing');
select test.none($$select rolname from pg_roles where rolname ~ '^precert_(owner|app|read)$'
    and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)$$, 'no role of ours is privileged or logs in');
select test.none($$select r || ' ' || p from unnest(array['precert_app', 'precert_read']) r, unnest(array['CREATE']) p
    where has_schema_privilege(r, 'precert', p)$$, 'the working roles create nothing in the schema');

-- Codes: the table in the documentation is read through psql, so that a code cannot be added without a word.
\set sqlstates `cat ../../docs/sqlstates.md`
select test.none(format($$select distinct m[1] from test.functions, regexp_matches(prosrc, 'PC[0-9]{3}', 'g') m
    where position('`' || m[1] || '`' in %L) = 0$$, :'sqlstates'), 'every SQLSTATE of ours is in docs/sqlstates.md');
select * from finish();
