-- Moves up to `p_limit` requests to the newest version of their workflow that takes them over, each by an event like any
-- other (`workflow.migrated`): its new deadlines begin to run at that moment. With `p_dry_run` it only says how many
-- would move from where to where; without, call it until no row has a target. A state that the newer version's map
-- forgets has no such move, and its requests stay where they are: they are told with no target.
create or replace function precert.migrate_requests(
    p_workflow text, p_limit integer, p_actor text, p_dry_run boolean
) returns table (from_number integer, from_state text, to_number integer, to_state text, requests bigint)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_newest integer;
    v_requests uuid[];
begin
    select v.version_id into v_newest from precert.workflow_version v
    where v.workflow = p_workflow order by v.number desc limit 1;
    if not found then
        raise exception 'the workflow "%" is not published', p_workflow using errcode = 'PC013';
    end if;

    return query
    select old.number, r.state, new.number, e.to_state, count(*)
    from precert.request r
    join precert.workflow_version old on old.version_id = r.version_id and old.workflow = p_workflow
    left join precert.workflow_edge e
        on e.from_version = r.version_id and e.from_state = r.state and e.event = 'workflow.migrated'
        and e.to_version = v_newest
    left join precert.workflow_version new on new.version_id = e.to_version
    where r.organization_id = v_organization and r.version_id <> v_newest
    group by old.number, r.state, new.number, e.to_state
    order by old.number, r.state;
    if p_dry_run then return; end if;

    v_requests := array(
        select r.request_id
        from precert.request r
        join precert.workflow_edge e
            on e.from_version = r.version_id and e.from_state = r.state and e.event = 'workflow.migrated'
            and e.to_version = v_newest
        where r.organization_id = v_organization
        order by r.request_id
        limit p_limit);
    perform from precert.apply_events(array(
        select row(id, 'workflow.migrated', 'workflow.migrated:' || v_newest, p_actor, null, null,
            '{}', '{}')::precert.event_input
        from unnest(v_requests) id));
end
$$;
