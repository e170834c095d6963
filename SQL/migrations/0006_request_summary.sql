-- A request as lists show it: no more of the patient than initials, its first line, and how many lines there are.
create view precert.request_summary with (security_invoker = true) as
select r.organization_id, r.request_id, r.reference, r.payer_id, p.name as payer_name, p.time_zone,
    left(pt.given, 1) || '.' || left(pt.family, 1) || '.' as initials, d.drug, l.hcpcs, l.units,
    (select count(*)::integer from precert.service_line x where x.organization_id = r.organization_id
        and x.request_id = r.request_id) as lines, r.urgency, r.state,
    st.kind as state_kind, st.title as state_title, r.owner, r.opened_at, d.planned_on,
    due.name as next_deadline, due.due_at as next_due, due.ends_at as next_ends, r.seq
from precert.request r
join precert.payer p on p.payer_id = r.payer_id
join precert.workflow_state st on st.version_id = r.version_id and st.state = r.state
join precert.request_detail d on d.organization_id = r.organization_id and d.request_id = r.request_id
join precert.patient pt on pt.organization_id = d.organization_id and pt.patient_id = d.patient_id
join precert.service_line l on l.organization_id = r.organization_id and l.request_id = r.request_id and l.line_no = 1
left join lateral (
    select dl.name, dl.due_at, dl.ends_at
    from precert.deadline dl
    where dl.organization_id = r.organization_id and dl.request_id = r.request_id and dl.status = 'open'
    order by dl.due_at
    limit 1
) due on true;

-- What a payer's last word on each line is. A later word on a line replaces the earlier one, one on another does not.
create view precert.current_authorization with (security_invoker = true) as
select l.organization_id, l.request_id, l.authorization_no, l.line_no, a.number, a.valid_from, a.valid_to, l.hcpcs,
    l.units, l.units_basis
from precert.authorization_line l
join precert."authorization" a on a.organization_id = l.organization_id and a.request_id = l.request_id
    and a.authorization_no = l.authorization_no
where not exists (
    select from precert.authorization_line later
    where later.organization_id = l.organization_id and later.request_id = l.request_id and later.line_no = l.line_no
        and later.authorization_no > l.authorization_no);

-- Whose it is changes seldom, so this index costs an event nothing.
create index request_owner on precert.request (organization_id, owner, request_id) where owner is not null;

-- A reason to look at a request now; see the function `worklist`.
create type precert.pressing as (request_id uuid, reason text, severity text, due_at timestamptz, ends_at timestamptz);
