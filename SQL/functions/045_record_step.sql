-- Records a step that a person took or heard of, done on `p_done_on` at the payer: the event, the dates it carries
-- (`p_dates`, anchor to day, each counted to the end of its day), and what was written with it. Told again in the same
-- words it is a duplicate and changes nothing.
-- PC016 the published workflow does not let a person record this event, or not with these words
create or replace function precert.record_step(
    p_request uuid, p_event text, p_done_on date, p_words jsonb, p_dates jsonb, p_actor text
) returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_version integer;
    v_zone text;
    v_recording jsonb;
    v_item jsonb := precert.step_item(p_event, p_done_on, p_words, p_dates);
    v_salt uuid := gen_random_uuid();
    v_key text;
    v_result precert.event_result;
begin
    select r.version_id, p.time_zone into v_version, v_zone
    from precert.request r
    join precert.payer p on p.payer_id = r.payer_id
    where r.organization_id = v_organization and r.request_id = p_request
    for no key update of r;
    if not found then raise exception 'no such request' using errcode = 'PC012'; end if;
    select w.recording into v_recording
    from precert.workflow_event w where w.version_id = v_version and w.event = p_event;
    if v_recording is null
        or exists (select from jsonb_array_elements_text(v_recording->'needs') n where not (p_words || p_dates) ? n)
        or exists (select from jsonb_object_keys(p_words || p_dates) k
            where k <> 'note' and not (v_recording->'needs') ? k and not (v_recording->'takes') ? k)
    then
        raise exception 'the workflow does not let a person record "%" like this', p_event using errcode = 'PC016';
    end if;

    -- The key names the occasion: the day, and which of that day's. The same words are the same occasion.
    select e.source_key into v_key
    from precert.recorded_step s
    join precert.event e using (organization_id, request_id, seq)
    where s.organization_id = v_organization and s.request_id = p_request
        and precert.step_item(s.event, s.done_on, s.words, s.dates) = v_item
    order by s.seq desc limit 1;
    if not found then
        select 'record:' || p_event || ':' || to_char(p_done_on, 'YYYY-MM-DD') || ':' || count(*) + 1 into v_key
        from precert.recorded_step s
        where s.organization_id = v_organization and s.request_id = p_request and s.event = p_event
            and s.done_on = p_done_on;
    end if;
    select a.* into v_result
    from precert.apply_event(p_request, p_event, v_key, p_actor,
        p_occurred_at => least(v_now, case when p_done_on = (v_now at time zone v_zone)::date then v_now
            else p_done_on::timestamp at time zone v_zone end),
        p_payload => jsonb_build_object('step_sha256', precert.evidence_digest(v_salt, v_item)),
        p_anchors => (select coalesce(jsonb_object_agg(d.key, d.value || 'T23:59:59'), '{}')
            from jsonb_each_text(p_dates) d)) a;
    if v_result.outcome <> 'applied' then return v_result; end if;

    insert into precert.recorded_step (organization_id, request_id, seq, event, done_on, words, dates, salt)
    values (v_organization, p_request, v_result.seq, p_event, p_done_on, p_words, p_dates, v_salt);

    -- Another end, or more units, is another approval: the one before it, with what is new.
    if p_dates ? 'authorization-end' or p_words ? 'units' then
        if p_words ? 'units' and 1 < (select count(*) from precert.service_line l
            where l.organization_id = v_organization and l.request_id = p_request)
        then
            raise exception 'the request has several service lines, and one number of units does not say whose'
                using errcode = 'PC016';
        end if;
        with before as (
            select a.* from precert."authorization" a
            where a.organization_id = v_organization and a.request_id = p_request
            order by a.authorization_no desc limit 1
        ),
        granted as (
            insert into precert."authorization" (organization_id, request_id, authorization_no, number, valid_from,
                valid_to, observation_no, seq)
            select b.organization_id, b.request_id, b.authorization_no + 1, b.number, b.valid_from,
                coalesce((p_dates->>'authorization-end')::date, b.valid_to), b.observation_no, v_result.seq
            from before b
            returning authorization_no
        )
        insert into precert.authorization_line (organization_id, request_id, authorization_no, line_no, hcpcs, units,
            units_basis)
        select l.organization_id, l.request_id, g.authorization_no, l.line_no, l.hcpcs,
            coalesce((p_words->>'units')::numeric, l.units),
            case when p_words ? 'units' then 'hcpcs_units' else l.units_basis end
        from before b
        join precert.authorization_line l using (organization_id, request_id, authorization_no)
        cross join granted g;
    end if;
    return v_result;
end
$$;
