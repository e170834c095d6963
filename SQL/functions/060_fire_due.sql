-- Fires what is due at `precert.now()`: raises the alert, applies the event. At most `p_limit` requests, one deadline
-- each, the earliest; call again until it answers no row. Costs O(what is due).
--
-- Several workers at once are safe: a request that another one holds is left to it, and the event's source key names
-- the deadline and the event that armed it, so one arming fires once. Answers what was fired.
create or replace function precert.fire_due(p_limit integer, p_actor text)
returns table (request_id uuid, reference text, deadline text, due_at timestamptz, ends_at timestamptz,
    alert text, event text, outcome text, to_state text)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_due precert.deadline[];
begin
    -- Candidates unlocked, requests locked in key order (skipping those in use), then read again under the lock.
    with candidate as materialized (
        select d.request_id
        from precert.deadline d
        where d.organization_id = v_organization and d.status = 'open' and d.due_at <= v_now
        order by d.due_at
        limit p_limit
    ),
    locked as materialized (
        select r.request_id
        from precert.request r
        where r.organization_id = v_organization and r.request_id in (select c.request_id from candidate c)
        order by r.request_id
        for no key update skip locked
    )
    select array_agg(f.d order by (f.d).due_at, (f.d).request_id)
    into v_due
    from locked l
    cross join lateral (
        select d
        from precert.deadline d
        where d.organization_id = v_organization and d.request_id = l.request_id
            and d.status = 'open' and d.due_at <= v_now
        order by d.due_at, d.name
        limit 1
    ) f;

    if v_due is null then return; end if;

    update precert.deadline d
    set status = 'fired', fired_at = v_now
    from unnest(v_due) f
    where d.organization_id = v_organization and d.request_id = f.request_id and d.name = f.name;

    insert into precert.alert (organization_id, request_id, kind, title, severity, deadline, armed_seq, due_at,
        ends_at, raised_at)
    select v_organization, f.request_id, a.alert, a.title, a.severity, f.name, f.armed_seq, f.due_at, f.ends_at, v_now
    from unnest(v_due) f
    join precert.request r on r.organization_id = v_organization and r.request_id = f.request_id
    join precert.workflow_alert a on a.version_id = r.version_id and a.alert = f.alert
    on conflict on constraint alert_once do nothing;

    return query
    with result as (
        select a.* from precert.apply_events(array(
            select row(f.request_id, f.event, 'deadline:' || f.name || ':' || f.armed_seq, p_actor, f.due_at, null,
                jsonb_build_object('deadline', f.name, 'armed_seq', f.armed_seq), '{}')::precert.event_input
            from unnest(v_due) f
            where f.event is not null)) a
    )
    select f.request_id, r.reference, f.name, f.due_at, f.ends_at, f.alert, f.event, x.outcome, x.to_state
    from unnest(v_due) f
    join precert.request r on r.organization_id = v_organization and r.request_id = f.request_id
    left join result x on x.request_id = f.request_id and f.event is not null
    order by f.due_at, f.request_id;
end
$$;
