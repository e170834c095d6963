-- Applies what waits of a batch: of each of at most p_limit requests the oldest word of the payer's, all in one wave.
-- Answers how many rows came to their end; 0 when none waits any more. Each call is to be a transaction of its own:
-- 5,000 is a good limit.
create or replace function precert.apply_import(p_batch uuid, p_limit integer, p_actor text) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
    -- A generic plan takes the arrays for ten elements, and loops over thousands for each.
    set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_batch precert.import_batch;
    v_judged precert.import_row[];
    v_results precert.event_result[];
begin
    select b.* into v_batch from precert.import_batch b
    where b.organization_id = v_organization and b.batch_id = p_batch for no key update;
    if not found then raise exception 'no such import batch' using errcode = 'PC015'; end if;

    v_judged := array(
        select w.r
        from (
            select distinct on (r.request_id) r
            from precert.import_row r
            where r.organization_id = v_organization and r.batch_id = p_batch and r.outcome = 'pending'
            order by r.request_id, r.as_of, r.row_no
            limit p_limit
        ) w);
    if cardinality(v_judged) = 0 then return 0; end if;

    -- Lock before judging, in key order, so that what is read of a request is still so when it is moved.
    perform from precert.request r
    where r.organization_id = v_organization and r.request_id in (select j.request_id from unnest(v_judged) j)
    order by r.request_id for no key update;

    update precert.import_row r
    set outcome = case
        when exists (select from precert.observation o where o.organization_id = v_organization
            and o.request_id = r.request_id and o.source_key = r.source_key
            and o.fingerprint is distinct from latest.fingerprint) then 'duplicate'
        when latest.fingerprint = r.fingerprint then 'no_change'
        -- Where one of them gives only the day, only days are compared.
        when word.said_until::date > r.as_of::date
            or (word.said_until > r.as_of and word.said_until::time <> '00:00' and r.as_of::time <> '00:00')
            then 'superseded'
        else 'pending' end
    from unnest(v_judged) j
    left join lateral (
        select o.fingerprint, o.said_until from precert.observation o
        where o.organization_id = v_organization and o.request_id = j.request_id
        order by o.said_until desc, o.observation_no desc limit 1
    ) latest on true
    left join lateral (
        -- "Received" says nothing against a decision or a question that was older and comes late.
        select o.said_until from precert.observation o
        where o.organization_id = v_organization and o.request_id = j.request_id
            and (o.kind <> 'received' or j.record->>'kind' = 'received')
        order by o.said_until desc, o.observation_no desc limit 1
    ) word on true
    where r.organization_id = v_organization and r.batch_id = p_batch and r.row_no = j.row_no;

    v_judged := array(
        select r from precert.import_row r
        join unnest(v_judged) j on j.row_no = r.row_no
        where r.organization_id = v_organization and r.batch_id = p_batch
        order by r.request_id);

    -- The same word again: the payer still said so on that day.
    update precert.observation o
    set said_until = j.as_of
    from unnest(v_judged) j
    where j.outcome = 'no_change' and o.organization_id = v_organization and o.request_id = j.request_id
        and o.said_until < j.as_of
        and o.observation_no = (
            select l.observation_no from precert.observation l
            where l.organization_id = v_organization and l.request_id = j.request_id
            order by l.said_until desc, l.observation_no desc limit 1);

    v_results := array(
        select a from precert.apply_events(array(
            select row(j.request_id,
                precert.status_event(case
                        -- Another product than was asked for is no approval of what was, nor is one code while
                        -- another is open: a person must say whether it will do.
                        when j.record->>'kind' = 'approved' and j.record->>'hcpcs' is not null
                            and not coalesce((
                                select bool_or(l.hcpcs = j.record->>'hcpcs')
                                    and bool_and(l.hcpcs = j.record->>'hcpcs' or exists (
                                        select from precert.authorization_line a
                                        where a.organization_id = v_organization and a.request_id = l.request_id
                                            and a.hcpcs = l.hcpcs))
                                from precert.service_line l
                                where l.organization_id = v_organization and l.request_id = j.request_id), false)
                            then 'approved_in_part'
                        else j.record->>'kind' end, j.record->>'authorization_number'),
                j.source_key, p_actor, least(v_now, j.as_of at time zone p.time_zone), null,
                jsonb_build_object('batch', p_batch, 'row', j.row_no, 'said', j.record->>'kind',
                    'fingerprint', j.fingerprint),
                jsonb_strip_nulls(case
                    when j.record->>'kind' in ('approved', 'approved_in_part') then jsonb_build_object(
                        'authorization-start', (j.record->>'from') || 'T00:00:00',
                        -- Of codes that end on different days the first to end is the one not to be missed.
                        'authorization-end', case when j.record->>'to' is not null then least(
                            (j.record->>'to')::date, (
                            select min(c.valid_to) from precert.current_authorization c
                            where c.organization_id = v_organization and c.request_id = j.request_id
                                and j.record->>'hcpcs' is not null
                                and c.line_no <> coalesce((
                                    select min(l.line_no) from precert.service_line l
                                    where l.organization_id = v_organization and l.request_id = j.request_id
                                        and l.hcpcs = j.record->>'hcpcs'), 1))) || 'T23:59:59' end)
                    when j.record->>'kind' = 'pended' then jsonb_build_object(
                        'information-due', (j.record->>'due') || 'T23:59:59')
                    when j.record->>'kind' = 'denied' then jsonb_build_object(
                        'appeal-due', (j.record->>'due') || 'T23:59:59')
                    else '{}' end))::precert.event_input
            from unnest(v_judged) j
            join precert.payer p on p.payer_id = v_batch.payer_id
            where j.outcome = 'pending'
            order by j.request_id)) a);

    insert into precert.observation (organization_id, request_id, observation_no, source, source_key, fingerprint,
        kind, as_of, said_until, received_at, payer_reference, authorization_number, valid_from, valid_to, units, units_basis,
        hcpcs, reason_code, reason_text, information_due, batch_id, row_no, seq)
    select v_organization, j.request_id, coalesce(last.no, 0) + 1,
        case when v_batch.mapping = 'manual' then 'manual' else 'file' end, j.source_key, j.fingerprint,
        j.record->>'kind', j.as_of, j.as_of, v_now, j.record->>'reference', j.record->>'authorization_number',
        (j.record->>'from')::date, (j.record->>'to')::date, (j.record->>'units')::numeric,
        j.record->>'units_basis', j.record->>'hcpcs', j.record->>'reason_code', j.record->>'reason_text',
        (j.record->>'due')::date, p_batch, j.row_no, res.seq
    from unnest(v_judged) j
    left join unnest(v_results) res on res.request_id = j.request_id
    left join lateral (select max(o.observation_no) as no from precert.observation o
        where o.organization_id = v_organization and o.request_id = j.request_id) last on true
    where j.outcome = 'superseded' or (j.outcome = 'pending' and res.outcome in ('applied', 'duplicate'))
    on conflict on constraint observation_once do nothing;

    insert into precert.payer_word as w (organization_id, request_id, payer_id, fingerprint, said_until)
    select v_organization, j.request_id, v_batch.payer_id, latest.fingerprint,
        to_char(latest.said_until, 'YYYY-MM-DD"T"HH24:MI:SS')
    from unnest(v_judged) j
    cross join lateral (
        select o.fingerprint, o.said_until from precert.observation o
        where o.organization_id = v_organization and o.request_id = j.request_id
        order by o.said_until desc, o.observation_no desc limit 1
    ) latest
    on conflict (organization_id, request_id) do update
        set fingerprint = excluded.fingerprint, said_until = excluded.said_until
        where (w.fingerprint, w.said_until) is distinct from (excluded.fingerprint, excluded.said_until);

    insert into precert.payer_number (organization_id, payer_id, number, request_id)
    select distinct v_organization, v_batch.payer_id, precert.normalize_number(n.number), j.request_id
    from unnest(v_judged) j
    join unnest(v_results) res on res.request_id = j.request_id and res.outcome = 'applied'
    cross join lateral (values (j.record->>'reference'), (j.record->>'authorization_number')) n (number)
    where n.number is not null
    on conflict do nothing;

    with granted as (
        insert into precert."authorization" (organization_id, request_id, authorization_no, number, valid_from,
            valid_to, observation_no, seq)
        select v_organization, o.request_id, coalesce(last.no, 0) + 1, o.authorization_number, o.valid_from,
            o.valid_to, o.observation_no, o.seq
        from unnest(v_results) res
        join precert.observation o on o.organization_id = v_organization and o.request_id = res.request_id
            and o.seq = res.seq
        left join lateral (select max(a.authorization_no) as no from precert."authorization" a
            where a.organization_id = v_organization and a.request_id = o.request_id) last on true
        where res.outcome = 'applied' and o.kind in ('approved', 'approved_in_part')
        returning *
    )
    insert into precert.authorization_line (organization_id, request_id, authorization_no, line_no, hcpcs, units,
        units_basis)
    -- One for each code, under the first line that has it: the units are the code's, however many lines share it.
    -- Units that come without a code say nothing of any one of several.
    select v_organization, g.request_id, g.authorization_no, l.line_no, coalesce(o.hcpcs, l.hcpcs),
        case when o.hcpcs is not null or codes.number = 1 then o.units end,
        case when o.hcpcs is not null or codes.number = 1 then coalesce(o.units_basis, 'not said')
            else 'not said' end
    from granted g
    join precert.observation o on o.organization_id = v_organization and o.request_id = g.request_id
        and o.observation_no = g.observation_no
    cross join lateral (
        select count(distinct x.hcpcs) as number, bool_or(x.hcpcs = o.hcpcs) as has_theirs
        from precert.service_line x
        where x.organization_id = v_organization and x.request_id = g.request_id
    ) codes
    cross join lateral (
        select x.hcpcs, min(x.line_no) as line_no
        from precert.service_line x
        where x.organization_id = v_organization and x.request_id = g.request_id
        group by x.hcpcs
    ) l
    -- A code that was not asked for is the payer's answer to the first line.
    where o.hcpcs is null or l.hcpcs = o.hcpcs or (l.line_no = 1 and not codes.has_theirs);

    update precert.import_row r
    set outcome = case res.outcome when 'applied' then 'applied' when 'duplicate' then 'duplicate'
            else 'illegal' end,
        reason = case when res.outcome = 'illegal' then 'not-possible-in-' || res.from_state end,
        seq = res.seq
    from unnest(v_judged) j
    join unnest(v_results) res on res.request_id = j.request_id
    where r.organization_id = v_organization and r.batch_id = p_batch and r.row_no = j.row_no
        and r.outcome = 'pending';

    perform precert.quarantine_rows(p_batch, array(
        select r.row_no from precert.import_row r
        join unnest(v_judged) j on j.row_no = r.row_no
        where r.organization_id = v_organization and r.batch_id = p_batch and r.outcome = 'illegal'));
    return cardinality(v_judged);
end
$$;
