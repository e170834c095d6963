-- One person under one member id at a time, so that two orders at once cannot both find no live request. Lock order:
-- this one before any request.
create or replace function precert.lock_coverage(p_payer text, p_member text) returns void
    language sql
    set search_path = pg_catalog, precert, pg_temp
as $$
    select pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'precert.coverage',
        precert.require_organization(), p_payer, precert.normalize_number(p_member)), 0))
$$;

-- The reference of a live request of the patient with one of the codes, other than `p_request`; NULL when there is none.
-- An approval in force is not in the way of its continuation. It is in the way of every other kind: a restart begins
-- anew, and a transition follows an approval of another payer, so one of this payer's makes the order doubtful.
create or replace function precert.live_request(
    p_patient uuid, p_payer text, p_kind text, p_codes text[], p_request uuid
) returns text
    language sql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
    select r.reference
    from precert.request_detail d
    join precert.request r using (organization_id, request_id)
    join precert.workflow_state st on st.version_id = r.version_id and st.state = r.state
    join precert.service_line l using (organization_id, request_id)
    where d.organization_id = precert.require_organization() and d.patient_id = p_patient and r.payer_id = p_payer
        and r.request_id <> p_request and st.kind <> 'final' and r.state not in ('expired', 'exhausted')
        -- A continuation is asked for while the approval that it follows still runs; waiting for its end is a gap.
        and not (p_kind = 'continuation' and r.state in ('approved_in_part', 'active', 'renewal_window'))
        and l.hcpcs = any (p_codes)
    order by r.reference
    limit 1
$$;
