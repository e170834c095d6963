-- Makes another order of a request that was not sent: `p_order` is all that it asks for, in the form of `order_terms`. In
-- one transaction the event `order.amended`, which the workflow must have where the request stands, the order as it is
-- now, and what it was before. `p_expected_seq` is the event number at which the order was read; PC010 when something
-- came between. An order that is on record already is a duplicate and changes nothing.
--
-- `p_withdrawn` are the numbers of evidence that spoke of what is changed: it stays on record and counts no more. The
-- lines stay the same lines: one more, or one less, is another request.
-- PC017 the order has other service lines · PC040 a live request of this patient with a code in common
create or replace function precert.amend_order(
    p_request uuid, p_expected_seq bigint, p_order jsonb, p_withdrawn integer[], p_reason text, p_actor text
) returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_detail precert.request_detail;
    v_request precert.request;
    v_before jsonb;
    v_after jsonb;
    v_withdrawn integer[];
    v_live text;
    v_salt uuid := gen_random_uuid();
    v_result precert.event_result;
begin
    -- Payer, patient and member id never change, so they may be read before anything is locked.
    select r.* into v_request from precert.request r
    where r.organization_id = v_organization and r.request_id = p_request;
    if not found then raise exception 'no such request' using errcode = 'PC012'; end if;
    select d.* into strict v_detail from precert.request_detail d
    where d.organization_id = v_organization and d.request_id = p_request;
    perform precert.lock_coverage(v_request.payer_id, v_detail.member_id);
    select r.* into v_request from precert.request r
    where r.organization_id = v_organization and r.request_id = p_request for no key update;

    v_before := precert.order_terms(p_request);
    if array(select (l->>'line_no')::integer from jsonb_array_elements(v_before->'lines') l order by 1)
        is distinct from array(select (l->>'line_no')::integer from jsonb_array_elements(p_order->'lines') l order by 1)
    then
        raise exception 'the order has other service lines than the request' using errcode = 'PC017';
    end if;
    update precert.request_detail d
    set drug = p_order->>'drug', diagnoses = array(select jsonb_array_elements_text(p_order->'diagnoses')),
        weight_kg = (p_order->>'weight_kg')::numeric, height_cm = (p_order->>'height_cm')::numeric,
        weighed_on = (p_order->>'weighed_on')::date, site_name = p_order->>'site_name',
        site_npi = p_order->>'site_npi', place_of_service = p_order->>'place_of_service',
        planned_on = (p_order->>'planned_on')::date
    where d.organization_id = v_organization and d.request_id = p_request;
    update precert.service_line s
    set hcpcs = l->>'hcpcs', units = (l->>'units')::numeric, dose_amount = (l->>'dose_amount')::numeric,
        dose_unit = l->>'dose_unit', every_days = (l->>'every_days')::integer,
        every_months = (l->>'every_months')::integer, doses = (l->>'doses')::integer, route = l->>'route',
        modifiers = array(select jsonb_array_elements_text(l->'modifiers')), ndc = l->>'ndc',
        discarded_units = (l->>'discarded_units')::numeric,
        administration = array(select jsonb_array_elements_text(l->'administration')),
        gates = array(select jsonb_array_elements_text(l->'gates'))
    from jsonb_array_elements(p_order->'lines') l
    where s.organization_id = v_organization and s.request_id = p_request and s.line_no = (l->>'line_no')::integer;
    v_after := precert.order_terms(p_request);
    if v_after = v_before then
        update precert.request r set seq = r.seq
        where r.organization_id = v_organization and r.request_id = p_request;
        return row(1, p_request, 'duplicate', v_request.seq, v_request.state, v_request.state)::precert.event_result;
    end if;

    -- A code that was there before is in nobody's way that it was not in already.
    v_live := precert.live_request(v_detail.patient_id, v_request.payer_id, v_detail.kind,
        array(select l->>'hcpcs' from jsonb_array_elements(v_after->'lines') l
            except select l->>'hcpcs' from jsonb_array_elements(v_before->'lines') l), p_request);
    if v_live is not null then
        raise exception 'this patient has a live request for the same code: %', v_live using errcode = 'PC040';
    end if;

    select coalesce(array_agg(e.evidence_no order by e.evidence_no), '{}') into v_withdrawn
    from precert.evidence e
    where e.organization_id = v_organization and e.request_id = p_request and e.withdrawn_seq is null
        and e.evidence_no = any (p_withdrawn);
    -- History says which parts were changed; what they were, and are, is patient data and has its digest there.
    select a.* into v_result
    from precert.apply_event(p_request, 'order.amended', 'amended:' || v_request.seq, p_actor,
        p_expected_seq => p_expected_seq,
        p_payload => jsonb_build_object('withdrawn', to_jsonb(v_withdrawn),
            'changed', (
                select jsonb_agg(c.name order by c.name) from (
                    select a.key as name from jsonb_each(v_after) a
                    where a.key <> 'lines' and a.value is distinct from v_before->a.key
                    union all
                    select 'line ' || (l->>'line_no') || ' ' || a.key
                    from jsonb_array_elements(v_after->'lines') l
                    join jsonb_array_elements(v_before->'lines') b on b->'line_no' = l->'line_no'
                    cross join jsonb_each(l) a
                    where a.value is distinct from b->a.key) c),
            'amendment_sha256', precert.evidence_digest(v_salt,
                precert.amendment_item(p_reason, v_before, v_after)))) a;
    update precert.evidence e set withdrawn_seq = v_result.seq
    where e.organization_id = v_organization and e.request_id = p_request and e.withdrawn_seq is null
        and e.evidence_no = any (v_withdrawn);
    insert into precert.amendment (organization_id, request_id, seq, reason, before, after, salt)
    values (v_organization, p_request, v_result.seq, p_reason, v_before, v_after, v_salt);
    return v_result;
end
$$;
