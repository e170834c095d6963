-- What the application's and the reports' role can do, tried through statements (catalog.sql reads the privileges).
\ir fixtures/setup.sql

\o /dev/null
select test.in_review(1), test.in_review(2, test.org_b());
\o

select plan(75);

-- The application changes things through functions only.
select is(test.code(format(s, t.name), test.org_a(), 'precert_app'), '42501', format(s, t.name))
from (values ('delete from precert.%I'), ('truncate precert.%I')) v (s),
    unnest(array['request', 'event', 'deadline', 'effect_run', 'observation', 'import_row', 'workflow_edge', 'clock_rule', 'access_log']) t (name);
select is(test.code(s, test.org_a(), 'precert_app'), '42501', s) from (values
    ($$update precert.request set owner = 'x'$$),
    ($$update precert.deadline set status = 'closed'$$),
    ($$update precert.effect_run set status = 'ready'$$),
    ($$insert into precert.alert (organization_id) values (test.org_a())$$),
    ($$insert into precert.workflow_edge values (1, 'intake', 'x', 1, 'ready', false)$$),
    ('select from precert.request for update'),
    ('create table precert.x ()'),
    ('create function precert.x() returns int language sql return 1'),
    ('alter table precert.event disable trigger append_only'),
    ('alter table precert.request disable row level security'),
    ('drop policy organization on precert.request'),
    ('drop function precert.fire_due(integer, text)'),
    ('set local session_replication_role = replica'),
    ('set local row_security = off; select count(*) from precert.patient')) v (s);
-- A login of each role, as a practice makes one.
set client_min_messages = error;
drop role if exists precert_test_app, precert_test_read, precert_test_nobody;
set client_min_messages = warning;
create role precert_test_app login in role precert_app;
create role precert_test_read login in role precert_read;
create function test.login_code(p_login text, p_sql text, p_org uuid default test.org_a()) returns text language plpgsql as $$
begin
    begin
        execute format('set local session authorization %I', p_login);
        perform set_config('precert.organization', p_org::text, true);
        execute p_sql;
        raise exception using errcode = 'TE000';
    exception
        when sqlstate 'TE000' then return 'fine';
        when others then return sqlstate;
    end;
end
$$;
select is(test.login_code(l, 'set role precert_owner'), '42501', l || ' does not become the owner')
from unnest(array['precert_test_app', 'precert_test_read']) l;
select is(test.login_code('precert_test_read', 'set role precert_app'), '42501', 'a reader does not become the application');
select is(test.login_code('precert_test_app', format($$select * from precert.apply_event(%L, 'payer.received', 'k', 'ana')$$, test.id(1))),
    'fine', 'a login of the application applies events');
select is(test.login_code('precert_test_read', 'select count(*) from precert.request_summary'), 'fine', 'a reader reads lists');

-- What a caller makes in its own temporary schema does not take part in a function that runs as the owner.
create function test.shadow() returns text language plpgsql as $$
begin
    begin
        set local session authorization precert_test_app;
        perform set_config('precert.organization', test.org_a()::text, true);
        create temp table request (like precert.request);
        create temp table organization (id uuid);
        create function pg_temp.now() returns timestamptz language sql return '2100-01-01'::timestamptz;
        create function pg_temp.sha256(bytea) returns bytea language sql return '\x00'::bytea;
        perform precert.apply_event(test.id(1), 'payer.received', 'shadow', 'ana');
        raise exception '%', (select recorded_at < '2030-01-01' and octet_length(hash) = 32 from precert.event where source_key = 'shadow')
            using errcode = 'TE000';
    exception when sqlstate 'TE000' then return sqlerrm;
    end;
end
$$;
select is(test.shadow(), 't', 'temporary tables and functions of the caller''s shadow nothing');

-- A reader executes what only reads, as itself; what runs as the owner is not for it.
select is(has_function_privilege('precert_read', p.oid, 'execute'), false, 'a reader does not execute ' || p.proname)
from pg_proc p where p.pronamespace = 'precert'::regnamespace and p.prosecdef order by p.proname;
select is(test.code(format($$select precert.apply_event(%L, 'payer.received', 'k', 'x')$$, test.id(1)), test.org_a(), 'precert_read'),
    '42501', 'a reader applies no event');
select is(test.say($$select count(*) from precert.event$$, test.org_a(), 'precert_read'), '5', 'a reader sees its organization''s history');
select is(test.say(format($$select count(*) from precert.event where request_id = %L$$, test.id(2)), test.org_a(), 'precert_read'), '0',
    'and no other''s');
select is(test.code('select * from precert.audit_verify()', test.org_a(), 'precert_read'), 'fine', 'a reader verifies the chains');
select is(test.code('select * from precert.worklist(5)', test.org_a(), 'precert_read'), 'fine', 'a reader reads the worklist');

-- The public: a login without any of our roles.
create role precert_test_nobody login;
select is(test.login_code('precert_test_nobody', s), '42501', 'the public: ' || s) from (values
    ('select count(*) from precert.request'), ('select precert.now()'),
    ('select precert.fire_due(1, ''x'')')) v (s);

drop role precert_test_app, precert_test_read, precert_test_nobody;
select * from finish();
