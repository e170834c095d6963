-- Stores an order as a new request: patient, coverage, what is asked, and the first event, in one transaction.
--
-- `p_order` holds: request_id, reference, workflow, payer, urgency, owner, patient {family, given, born, member_id,
-- weight_kg, height_cm, weighed_on}, coverage {funding, state}, kind, drug, drug_id, diagnoses (the primary one first),
-- prescriber {name, npi, specialty}, site {name, npi, place_of_service}, planned_on, lines [{hcpcs, units, dose_amount,
-- dose_unit, every_days or every_months, doses, route, modifiers, ndc, discarded_units, administration, gates}]. The
-- same request_id again is answered as a duplicate.
-- PC013 no published workflow · PC014 payer not published · PC040 a live request of this patient with a code in common.
create or replace function precert.open_request(p_order jsonb, p_actor text)
returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_request uuid := (p_order->>'request_id')::uuid;
    v_payer text := p_order->>'payer';
    v_member text := precert.normalize_number(p_order->'patient'->>'member_id');
    v_version integer;
    v_patient uuid;
    v_live text;
    v_start precert.workflow_edge;
    v_event precert.event;
    v_deadlines precert.event_result;
begin
    -- One person under one member id at a time, so that two orders at once cannot both find no live request. The
    -- second of two equal calls waits here too, and then finds the first one's request.
    perform precert.lock_coverage(v_payer, v_member);

    select e.* into v_event from precert.event e
    where e.organization_id = v_organization and e.request_id = v_request and e.seq = 1;
    if found then
        update precert.request r set seq = r.seq
        where r.organization_id = v_organization and r.request_id = v_request;
        return row(1, v_request, 'duplicate', 1, v_event.from_state, v_event.to_state)::precert.event_result;
    end if;

    if not exists (select from precert.payer p where p.payer_id = v_payer) then
        raise exception 'the payer "%" is not published', v_payer using errcode = 'PC014';
    end if;
    select v.version_id into v_version
    from precert.workflow_version v
    where v.workflow = p_order->>'workflow'
    order by v.number desc limit 1;
    if not found then
        raise exception 'the workflow "%" is not published', p_order->>'workflow' using errcode = 'PC013';
    end if;

    select c.patient_id into v_patient
    from precert.coverage c
    join precert.patient p using (organization_id, patient_id)
    where c.organization_id = v_organization and c.payer_id = v_payer
        and precert.normalize_number(c.member_id) = v_member
        and p.born = (p_order->'patient'->>'born')::date
        and lower(p.family) = lower(p_order->'patient'->>'family')
        and lower(p.given) = lower(p_order->'patient'->>'given');
    if not found then
        insert into precert.patient (organization_id, family, given, born)
        values (v_organization, p_order->'patient'->>'family', p_order->'patient'->>'given',
            (p_order->'patient'->>'born')::date)
        returning patient_id into v_patient;
    end if;
    -- The member id as this order writes it. What the order knows of the plan is newer than what is on file.
    insert into precert.coverage as c (organization_id, patient_id, payer_id, member_id, funding, state)
    values (v_organization, v_patient, v_payer, p_order->'patient'->>'member_id',
        p_order->'coverage'->>'funding', p_order->'coverage'->>'state')
    on conflict (organization_id, payer_id, member_id, patient_id) do update set
        funding = coalesce(nullif(excluded.funding, 'unknown'), c.funding), state = coalesce(excluded.state, c.state);

    v_live := precert.live_request(v_patient, v_payer, p_order->>'kind',
        array(select x->>'hcpcs' from jsonb_array_elements(p_order->'lines') x), v_request);
    if v_live is not null then
        raise exception 'this patient has a live request for the same code: %', v_live using errcode = 'PC040';
    end if;

    select e.* into strict v_start from precert.workflow_edge e
    where e.from_version = v_version and e.from_state = '(start)' and e.to_version = v_version;

    insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
        to_state, occurred_at, recorded_at, actor, source_key, payload)
    values (v_organization, v_request, 1, null, v_version, '(start)', v_start.event, v_version, v_start.to_state,
        v_now, v_now, p_actor, 'opened', jsonb_build_object('reference', p_order->>'reference'))
    returning event.* into v_event;

    insert into precert.request (organization_id, request_id, reference, payer_id, urgency, owner, opened_at,
        version_id, state, seq, head_hash)
    values (v_organization, v_request, p_order->>'reference', v_payer, p_order->>'urgency', p_order->>'owner', v_now,
        v_version, v_event.to_state, 1, v_event.hash);

    insert into precert.request_detail (organization_id, request_id, patient_id, member_id, kind, drug, drug_id,
        diagnoses, weight_kg, height_cm, weighed_on, prescriber_name, prescriber_npi, prescriber_specialty, site_name,
        site_npi, place_of_service, planned_on)
    values (v_organization, v_request, v_patient, p_order->'patient'->>'member_id', p_order->>'kind',
        p_order->>'drug', p_order->>'drug_id',
        array(select jsonb_array_elements_text(p_order->'diagnoses')),
        (p_order->'patient'->>'weight_kg')::numeric, (p_order->'patient'->>'height_cm')::numeric,
        (p_order->'patient'->>'weighed_on')::date,
        p_order->'prescriber'->>'name', p_order->'prescriber'->>'npi', p_order->'prescriber'->>'specialty',
        p_order->'site'->>'name', p_order->'site'->>'npi', p_order->'site'->>'place_of_service',
        (p_order->>'planned_on')::date);

    insert into precert.service_line (organization_id, request_id, line_no, hcpcs, units, dose_amount, dose_unit,
        every_days, every_months, doses, route, modifiers, ndc, discarded_units, administration, gates)
    select v_organization, v_request, x.ordinality, x.value->>'hcpcs', (x.value->>'units')::numeric,
        (x.value->>'dose_amount')::numeric, x.value->>'dose_unit', (x.value->>'every_days')::integer,
        (x.value->>'every_months')::integer, (x.value->>'doses')::integer, x.value->>'route',
        array(select jsonb_array_elements_text(coalesce(x.value->'modifiers', '[]'))), x.value->>'ndc',
        (x.value->>'discarded_units')::numeric,
        array(select jsonb_array_elements_text(coalesce(x.value->'administration', '[]'))),
        array(select jsonb_array_elements_text(coalesce(x.value->'gates', '[]')))
    from jsonb_array_elements(p_order->'lines') with ordinality x;

    -- The code guard ran before this call; the order is complete, so it goes on to criteria collection at once.
    select a.* into v_deadlines
    from precert.apply_event(v_request, 'order.accepted', 'order.accepted', p_actor) a;
    return v_deadlines;
end
$$;
