-- What a coordinator should do now: requests that wait for us, by when, and alerts that nobody has acknowledged. One
-- row a request, its most pressing reason first: urgent before warning before the rest, then by due time.
--
-- Reads at most 200 of each kind from an index in order of due time, however much is stored; so it answers at most 200
-- rows. `p_owner` narrows it to one person's requests (all of that person's open ones are read), `p_unassigned` to
-- those of nobody. The limits are constants and the joins few, so that the plan is good without knowing the arguments.
create or replace function precert.worklist(p_limit integer, p_owner text default null, p_unassigned boolean default false)
returns table (reference text, reason text, severity text, due_at timestamptz, due_on text, ends_at timestamptz,
    ends_on text, state_title text, drug text, hcpcs text, lines integer, payer_name text, initials text,
    urgency text, planned_on date, owner text)
    language plpgsql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.organization();
    v_pressing precert.pressing[];
begin
    if p_owner is null then
        v_pressing := array(
            (select row(a.request_id, a.title, a.severity, a.due_at, a.ends_at)::precert.pressing
            from precert.alert a
            where a.organization_id = v_organization and a.acknowledged_at is null
                and (not p_unassigned or exists (select from precert.request r
                    where r.organization_id = v_organization and r.request_id = a.request_id and r.owner is null))
            order by precert.severity_rank(a.severity), a.due_at
            limit 200)
            union all
            (select row(d.request_id, null, 'info', d.due_at, d.ends_at)::precert.pressing
            from precert.deadline d
            where d.organization_id = v_organization and d.status = 'open' and d.kind = 'work'
                and (not p_unassigned or exists (select from precert.request r
                    where r.organization_id = v_organization and r.request_id = d.request_id and r.owner is null))
            order by d.due_at
            limit 200));
    else
        v_pressing := array(
            select row(a.request_id, a.title, a.severity, a.due_at, a.ends_at)::precert.pressing
            from precert.request r
            join precert.alert a using (organization_id, request_id)
            where r.organization_id = v_organization and r.owner = p_owner and a.acknowledged_at is null
            union all
            select row(d.request_id, null, 'info', d.due_at, d.ends_at)::precert.pressing
            from precert.request r
            join precert.deadline d using (organization_id, request_id)
            where r.organization_id = v_organization and r.owner = p_owner and d.status = 'open' and d.kind = 'work');
    end if;

    return query
    with ranked as (
        select distinct on (p.request_id) p.*,
            precert.severity_rank(p.severity) as rank
        from unnest(v_pressing) p
        order by p.request_id, precert.severity_rank(p.severity), p.due_at
    ),
    first as (
        select k.*, r.reference, r.version_id, r.state, r.payer_id, r.urgency, r.owner
        from ranked k
        join precert.request r on r.organization_id = v_organization and r.request_id = k.request_id
        order by k.rank, (r.urgency = 'standard'), k.due_at
        limit p_limit
    )
    select f.reference, coalesce(f.reason, st.title), f.severity, f.due_at, precert.local_text(f.due_at, p.time_zone),
        f.ends_at, precert.local_text(f.ends_at, p.time_zone),
        st.title, d.drug,
        (select l.hcpcs from precert.service_line l where l.organization_id = v_organization
            and l.request_id = f.request_id and l.line_no = 1),
        (select count(*)::integer from precert.service_line l where l.organization_id = v_organization
            and l.request_id = f.request_id),
        p.name,
        (select left(pt.given, 1) || '.' || left(pt.family, 1) || '.' from precert.patient pt
            where pt.organization_id = v_organization and pt.patient_id = d.patient_id),
        f.urgency, d.planned_on, f.owner
    from first f
    join precert.workflow_state st on st.version_id = f.version_id and st.state = f.state
    join precert.payer p on p.payer_id = f.payer_id
    join precert.request_detail d on d.organization_id = v_organization and d.request_id = f.request_id
    order by f.rank, (f.urgency = 'standard'), f.due_at;
end
$$;

grant execute on function precert.worklist(integer, text, boolean) to precert_read;
