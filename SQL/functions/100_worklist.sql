-- What a coordinator should do now: requests that wait for us, by when, and alerts that nobody has acknowledged. One
-- row a request, its most pressing reason first: urgent before warning before the rest, then by due time.
--
-- Reads at most `p_limit` of each kind from an index in order of due time, however much is stored. `p_owner` narrows
-- it to one person's requests, `p_unassigned` to those of nobody.
create or replace function precert.worklist(p_limit integer, p_owner text default null, p_unassigned boolean default false)
returns table (reference text, reason text, severity text, due_at timestamptz, due_on text, state_title text, drug text, hcpcs text,
    payer_name text, initials text, urgency text, planned_on date, owner text)
    language plpgsql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
begin
    return query
    with pressing as (
        (select a.request_id, a.title as reason, a.severity, a.due_at
        from precert.alert a
        join precert.request r using (organization_id, request_id)
        where a.organization_id = precert.organization() and a.acknowledged_at is null
            and (p_owner is null or r.owner = p_owner) and (not p_unassigned or r.owner is null)
        order by a.due_at
        limit p_limit)
        union all
        (select d.request_id, st.title, 'info', d.due_at
        from precert.deadline d
        join precert.request r using (organization_id, request_id)
        join precert.workflow_state st on st.version_id = r.version_id and st.state = r.state
        where d.organization_id = precert.organization() and d.status = 'open' and d.kind = 'work'
            and (p_owner is null or r.owner = p_owner) and (not p_unassigned or r.owner is null)
        order by d.due_at
        limit p_limit)
    ),
    ranked as (
        select distinct on (p.request_id) p.*,
            array_position(array['urgent', 'warning', 'info'], p.severity) as rank
        from pressing p
        order by p.request_id, array_position(array['urgent', 'warning', 'info'], p.severity), p.due_at
    )
    select s.reference, k.reason, k.severity, k.due_at, precert.local_text(k.due_at, s.time_zone), s.state_title, s.drug, s.hcpcs, s.payer_name, s.initials,
        s.urgency, s.planned_on, s.owner
    from ranked k
    join precert.request_summary s on s.organization_id = precert.organization() and s.request_id = k.request_id
    order by k.rank, (s.urgency = 'standard'), k.due_at
    limit p_limit;
end
$$;

grant execute on function precert.worklist(integer, text, boolean) to precert_read;
