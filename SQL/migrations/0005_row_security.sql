-- Every table of a tenant shows and takes only rows of the transaction's organization, also for its owner.
-- A catalog test (SQL/tests) refuses a table that forgot this.
do $$
declare
    v_table regclass;
begin
    for v_table in
        select c.oid::regclass
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
        where c.relnamespace = 'precert'::regnamespace and c.relkind = 'r'
    loop
        execute format('alter table %s enable row level security', v_table);
        execute format('alter table %s force row level security', v_table);
        execute format(
            'create policy organization on %s using (organization_id = (select precert.organization()))'
            ' with check (organization_id = (select precert.organization()))', v_table);
    end loop;
end
$$;

-- Nor does an organization see who else is here.
alter table precert.organization enable row level security;
alter table precert.organization force row level security;
create policy organization on precert.organization using (id = (select precert.organization()))
    with check (id = (select precert.organization()));
