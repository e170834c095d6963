-- Records observed facts: [{fact, line_no, value, observed_on, source, document_sha256 (hex), note}]; line_no for a fact
-- about one service line. What is on file already, word for word, is left out; when all of it is, the answer is
-- 'duplicate' and nothing is added. Old rows stay; which row of a fact counts stands at the table. What an amendment
-- withdrew may be said again, and is new.
create or replace function precert.record_evidence(p_request uuid, p_items jsonb, p_actor text)
returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_request precert.request;
    v_last integer;
    v_new jsonb;
    v_salt uuid := gen_random_uuid();
    v_result precert.event_result;
begin
    select r.* into v_request from precert.request r
    where r.organization_id = v_organization and r.request_id = p_request for no key update;
    if not found then raise exception 'no such request' using errcode = 'PC012'; end if;

    -- An item is new when it differs from what was said before it of its fact, line and day: in this list, else on file.
    -- With what was said of another line or day it has nothing to do. The day is counted as where the evidence is read.
    with told as (
        select e.evidence_no as no, null::bigint as ordinal, e.fact, e.line_no, e.observed_on,
            precert.evidence_item(e.fact, e.line_no, e.value, e.observed_on, e.source, e.document_sha256, e.note) as item
        from precert.evidence e
        where e.organization_id = v_organization and e.request_id = p_request and e.withdrawn_seq is null
            and e.fact in (select x->>'fact' from jsonb_array_elements(p_items) x)
        union all
        select null, x.ordinality, x.value->>'fact', (x.value->>'line_no')::integer, (x.value->>'observed_on')::date,
            precert.evidence_item(x.value->>'fact', (x.value->>'line_no')::integer, x.value->'value',
                (x.value->>'observed_on')::date, x.value->>'source', decode(x.value->>'document_sha256', 'hex'),
                x.value->>'note')
        from jsonb_array_elements(p_items) with ordinality x
    ),
    placed as (
        select t.*, coalesce(t.observed_on,
            max(t.observed_on) over (partition by t.fact, t.line_no order by t.no, t.ordinal), '-infinity') as day
        from told t
    ),
    followed as (
        select p.*, lag(p.item) over (partition by p.fact, p.line_no, p.day order by p.no, p.ordinal) as before
        from placed p
    )
    select coalesce(jsonb_agg(f.item order by f.ordinal), '[]') into v_new
    from followed f where f.ordinal is not null and f.item is distinct from f.before;
    if v_new = '[]' then
        update precert.request r set seq = r.seq
        where r.organization_id = v_organization and r.request_id = p_request;
        return row(1, p_request, 'duplicate', v_request.seq, v_request.state, v_request.state)::precert.event_result;
    end if;

    select coalesce(max(e.evidence_no), 0) into v_last from precert.evidence e
    where e.organization_id = v_organization and e.request_id = p_request;
    -- Values are patient data and stay out of history; their digest binds them to it. The source key is the request's
    -- place in history, not the row's number, which comes again when the newest rows were erased.
    select a.* into v_result
    from precert.apply_event(p_request, 'evidence.recorded', 'evidence:' || v_request.seq, p_actor,
        p_payload => jsonb_build_object('facts', (select jsonb_agg(x->>'fact') from jsonb_array_elements(v_new) x),
            'sha256', precert.evidence_digest(v_salt, v_new))) a;
    insert into precert.evidence (organization_id, request_id, evidence_no, fact, line_no, value, observed_on, source,
        document_sha256, note, entered_by, recorded_at, seq, salt)
    select v_organization, p_request, v_last + x.ordinal, x.item->>'fact', (x.item->>'line_no')::integer, x.item->'value',
        (x.item->>'observed_on')::date, x.item->>'source', decode(x.item->>'document_sha256', 'hex'),
        x.item->>'note', p_actor, precert.now(), v_result.seq, v_salt
    from jsonb_array_elements(v_new) with ordinality x (item, ordinal);
    return v_result;
end
$$;
