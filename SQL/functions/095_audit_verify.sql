-- Recomputes the hash chains of the organization (or of one request) and names every place where history does not
-- hold: a changed event, a broken link, a gap, a missing head, a head that does not fit, evidence, a step's words, an
-- amendment or a packet that is not what history has the digest of (erased evidence, words or amendments are no fault), an
-- order that is not what its last amendment made of it. No row: all is well.
-- PC012 for a request of which the organization has neither a head nor an event, so that a wrong id is not "all well".
-- What it cannot find: a tail dropped together with its head; for that an anchor must be kept elsewhere.
create or replace function precert.audit_verify(p_request uuid default null)
returns table (request_id uuid, seq bigint, problem text)
    language plpgsql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
begin
    if p_request is not null
        and not exists (select from precert.request r
            where r.organization_id = v_organization and r.request_id = p_request)
        and not exists (select from precert.event e
            where e.organization_id = v_organization and e.request_id = p_request)
    then
        raise exception 'no such request' using errcode = 'PC012';
    end if;
    return query
    with chain as (
        select e.*,
            lag(e.seq) over w as before_seq, lag(e.hash) over w as before_hash,
            lag(e.to_state) over w as before_state, lag(e.to_version) over w as before_version
        from precert.event e
        where e.organization_id = v_organization and (p_request is null or e.request_id = p_request)
        window w as (partition by e.organization_id, e.request_id order by e.seq)
    )
    select c.request_id, c.seq, 'the content does not give the stored hash'
    from chain c
    where c.hash is distinct from precert.event_hash(c.organization_id, c.request_id, c.seq, c.prev_hash,
        c.from_version, c.from_state, c.event, c.to_version, c.to_state, c.occurred_at, c.actor, c.source_key, c.payload)
    union all
    select c.request_id, c.seq, 'the event before it is missing'
    from chain c where c.seq <> coalesce(c.before_seq, 0) + 1
    union all
    select c.request_id, c.seq, 'it does not name the event before it'
    from chain c
    where c.seq = c.before_seq + 1 and (c.prev_hash is distinct from c.before_hash
        or c.from_state <> c.before_state or c.from_version <> c.before_version)
    union all
    select c.request_id, c.seq, 'the workflow has no such move'
    from chain c
    where not exists (select from precert.workflow_edge w
        where (w.from_version, w.from_state, w.event, w.to_version, w.to_state)
            = (c.from_version, c.from_state, c.event, c.to_version, c.to_state))
    union all
    select r.request_id, r.seq, 'the request does not stand where its last event led'
    from precert.request r
    left join lateral (
        select e.seq, e.hash, e.to_state, e.to_version from precert.event e
        where e.organization_id = r.organization_id and e.request_id = r.request_id
        order by e.seq desc limit 1
    ) last on true
    where r.organization_id = v_organization and (p_request is null or r.request_id = p_request)
        and (last.seq, last.hash, last.to_state, last.to_version)
            is distinct from (r.seq, r.head_hash, r.state, r.version_id)
    union all
    select v.request_id, v.seq, 'the evidence is not what was recorded'
    from (
        select v.request_id, v.seq, precert.evidence_digest(min(v.salt::text)::uuid, jsonb_agg(precert.evidence_item(
            v.fact, v.line_no, v.value, v.observed_on, v.source, v.document_sha256, v.note) order by v.evidence_no)) as digest
        from precert.evidence v
        where v.organization_id = v_organization and (p_request is null or v.request_id = p_request)
        group by v.request_id, v.seq
    ) v
    left join precert.event e on e.organization_id = v_organization and e.request_id = v.request_id and e.seq = v.seq
    where e.payload->>'sha256' is distinct from v.digest
    union all
    select w.request_id, w.seq, 'the words of a step are not what was recorded'
    from precert.recorded_step w
    join precert.event e on e.organization_id = v_organization and e.request_id = w.request_id and e.seq = w.seq
    where w.organization_id = v_organization and (p_request is null or w.request_id = p_request)
        and e.payload->>'step_sha256'
            is distinct from precert.evidence_digest(w.salt, precert.step_item(w.event, w.done_on, w.words, w.dates))
    union all
    select a.request_id, a.seq, 'the amendment is not what was recorded'
    from precert.amendment a
    join precert.event e using (organization_id, request_id, seq)
    where a.organization_id = v_organization and (p_request is null or a.request_id = p_request)
        and e.payload->>'amendment_sha256'
            is distinct from precert.evidence_digest(a.salt, precert.amendment_item(a.reason, a.before, a.after))
    union all
    -- What one amendment left, the next one finds, and after the last it stands on record.
    select a.request_id, a.seq, 'the order is not what the amendment made of it'
    from (
        select e.*, lead(e.seq) over (partition by e.request_id order by e.seq) as next_seq
        from precert.event e
        where e.organization_id = v_organization and (p_request is null or e.request_id = p_request)
            and e.event = 'order.amended'
    ) e
    join precert.amendment a using (organization_id, request_id, seq)
    left join precert.amendment n on n.organization_id = e.organization_id and n.request_id = e.request_id
        and n.seq = e.next_seq
    where a.after is distinct from case when e.next_seq is null then precert.order_terms(e.request_id)
        when n.seq is null then a.after else n.before end
    union all
    select v.request_id, v.seq, 'the evidence was not withdrawn by the amendment that it names'
    from precert.evidence v
    left join precert.event e on e.organization_id = v.organization_id and e.request_id = v.request_id
        and e.seq = v.withdrawn_seq
    where v.organization_id = v_organization and (p_request is null or v.request_id = p_request)
        and v.withdrawn_seq is not null
        and not coalesce(e.event = 'order.amended' and e.payload->'withdrawn' @> to_jsonb(v.evidence_no), false)
    union all
    select v.request_id, v.seq, 'the evidence counts although an amendment withdrew it'
    from precert.evidence v
    where v.organization_id = v_organization and (p_request is null or v.request_id = p_request)
        and exists (select from precert.event e
            where e.organization_id = v.organization_id and e.request_id = v.request_id
                and e.event = 'order.amended' and e.seq > v.seq and e.payload->'withdrawn' @> to_jsonb(v.evidence_no)
                and coalesce(v.withdrawn_seq, e.seq + 1) > e.seq)
    union all
    select s.request_id, s.seq, 'the packet is not what was submitted'
    from precert.submission s
    join precert.event e on e.organization_id = v_organization and e.request_id = s.request_id and e.seq = s.seq
    where s.organization_id = v_organization and (p_request is null or s.request_id = p_request)
        and e.payload->>'packet_sha256' is distinct from encode(sha256(convert_to(s.packet::text, 'UTF8')), 'hex')
    union all
    select e.request_id, e.seq, 'an event of no request'
    from precert.event e
    where e.organization_id = v_organization and e.seq = 1 and (p_request is null or e.request_id = p_request)
        and not exists (select from precert.request r
            where r.organization_id = e.organization_id and r.request_id = e.request_id)
    order by 1, 2;
end
$$;

grant execute on function precert.audit_verify(uuid) to precert_read;
grant execute on function precert.event_hash(uuid, uuid, bigint, bytea, integer, text, text, integer, text, timestamptz,
    text, text, jsonb) to precert_read;
