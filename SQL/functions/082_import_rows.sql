-- Imports a chunk of rows (at most 5,000): typed records as Sources/Exchange writes them. Rows that the batch has
-- already are answered as they ended. `p_as_of` stands in for a row's own date where it has none.
create or replace function precert.import_rows(p_batch uuid, p_rows jsonb, p_as_of date, p_actor text)
returns table (row_no integer, outcome text, reason text, request_id uuid, reference text, from_state text,
    to_state text)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_batch precert.import_batch;
    v_judged precert.import_row[];
    v_results precert.event_result[];
    v_moves jsonb := '{}'::jsonb;
begin
    -- Two importers of one batch take turns, chunk by chunk.
    select b.* into v_batch from precert.import_batch b
    where b.organization_id = v_organization and b.batch_id = p_batch for no key update;
    if not found then raise exception 'no such import batch' using errcode = 'PC015'; end if;

    -- 1. Stage and match. A row is matched by our own reference, else by the payer's number; a second key must agree.
    with read as materialized (
        -- Nothing in place of a number ("-") is no number.
        select (x->>'row_no')::integer as row_no, (x->>'line')::integer as line,
            x - array(select k from unnest(array['reference', 'authorization_number']) k
                where precert.normalize_number(x->>k) = '') as record,
            coalesce(x->>'fault', precert.record_fault(x)) as fault, precert.record_fault(x) is null as is_sound
        from jsonb_array_elements(p_rows) x
    ),
    given as materialized (
        select x.*,
            case when not x.is_sound then p_as_of
                when x.record->>'as_of' ~ 'T.*(Z|[+-][0-9]{2}:?[0-9]{2})$'
                    then (x.record->>'as_of')::timestamptz at time zone p.time_zone
                else coalesce((x.record->>'as_of')::timestamp, p_as_of) end as as_of,
            (v_now at time zone p.time_zone)::date as today,
            precert.normalize_number(coalesce(x.record->>'trace', '')) as trace,
            array_remove(array[precert.normalize_number(x.record->>'reference'),
                precert.normalize_number(x.record->>'authorization_number')], null) as numbers,
            -- What a faulty row says is not known, so it is its own bytes.
            sha256(convert_to((x.record - case when x.fault is not null then '{row_no,line}'
                else '{row_no,line,raw,as_of}' end::text[])::text, 'UTF8')) as fingerprint
        from read x
        join precert.payer p on p.payer_id = v_batch.payer_id
    ),
    keyed as materialized (
        select g.*, 'status:' || v_batch.payer_id || ':' || to_char(g.as_of, 'YYYY-MM-DD"T"HH24:MI:SS') || ':'
                || encode(g.fingerprint, 'hex') as source_key,
            own.request_id as own_id, own.payer_id as own_payer, theirs.ids as their_ids
        from given g
        left join precert.request own
            on own.organization_id = v_organization and g.trace ~ '^PA[0-9A-Z]{8}$'
            and own.reference = 'PA-' || substr(g.trace, 3)
        left join lateral (
            select array_agg(distinct n.request_id) as ids from precert.payer_number n
            where n.organization_id = v_organization and n.payer_id = v_batch.payer_id
                and n.number = any (g.numbers)
        ) theirs on true
    ),
    matched as materialized (
        select k.*, coalesce(k.own_id, case when cardinality(k.their_ids) = 1 then k.their_ids[1] end) as match_id,
            case
                when k.fault is not null then k.fault
                -- It would make every later word of the payer seem the older one. A day is left for other zones.
                when k.as_of::date > k.today + 1 then 'as-of-in-the-future'
                when k.own_id is not null and k.own_payer <> v_batch.payer_id then 'other-payer'
                when k.own_id is not null and cardinality(k.their_ids) > 0 and not k.own_id = any (k.their_ids)
                    then 'keys-disagree'
                when k.own_id is null and cardinality(k.their_ids) > 1 then 'several-requests'
                when k.own_id is null and k.their_ids is null then 'no-match'
            end as problem
        from keyed k
    ),
    checked as materialized (
        select m.*, coalesce(m.problem, case
            when m.record->>'member_id' is not null
                and precert.normalize_number(m.record->>'member_id') <> precert.normalize_number(d.member_id)
                then 'member-differs'
            when m.record->>'born' is not null and (m.record->>'born')::date <> p.born then 'birth-date-differs'
            when m.own_id is null and m.record->>'member_id' is null and m.record->>'born' is null
                then 'no-second-key'
            -- A year mistyped in January would let every window to answer it have closed long ago. A day is left for
            -- other zones.
            when m.as_of::date < opened.day - 1 then 'as-of-before-the-request'
            when precert.status_event(m.record->>'kind', m.record->>'authorization_number') is null
                then 'status-needs-a-person'
            -- The state is the request's. What decides one code of several, or does not say which part it grants, would
            -- decide the others with it: a file's row waits for a person. A person may say of an approval that it is
            -- one of this code; that is then an approval in part.
            when m.record->>'kind' in ('approved', 'approved_in_part', 'denied', 'not_required', 'cancelled')
                and (m.record->>'hcpcs' is not null or m.record->>'kind' = 'approved_in_part')
                and not (v_batch.mapping = 'manual' and m.record->>'hcpcs' is not null
                    and m.record->>'kind' in ('approved', 'approved_in_part'))
                and (select count(distinct l.hcpcs) from precert.service_line l
                    where l.organization_id = v_organization and l.request_id = m.match_id) > 1
                then 'one-of-several-codes'
            when exists (select from precert.quarantine q where q.organization_id = v_organization
                and q.source_key = m.source_key and q.resolved_at is null) then 'held'
            end) as verdict
        from matched m
        left join precert.request_detail d on d.organization_id = v_organization and d.request_id = m.match_id
        left join precert.patient p on p.organization_id = v_organization and p.patient_id = d.patient_id
        left join lateral (
            select (e.occurred_at at time zone y.time_zone)::date as day
            from precert.event e
            join precert.payer y on y.payer_id = v_batch.payer_id
            where e.organization_id = v_organization and e.request_id = m.match_id and e.seq = 1
        ) opened on true
    )
    insert into precert.import_row (organization_id, batch_id, row_no, line, record, fingerprint, source_key, as_of,
        outcome, reason, request_id)
    select v_organization, p_batch, c.row_no, c.line, c.record, c.fingerprint, c.source_key, c.as_of,
        case when c.verdict is null then 'pending'
            when c.fault = 'unmapped-status' then 'unmapped_status'
            when c.fault is not null or c.verdict = 'as-of-in-the-future' then 'quarantined'
            when c.verdict = 'no-match' then 'unmatched'
            when c.verdict = 'held' then 'held'
            when c.verdict = 'status-needs-a-person' then 'unmapped_status'
            else 'conflict' end,
        c.verdict, case when c.verdict is null then c.match_id end
    from checked c
    on conflict on constraint import_row_pkey do nothing;

    -- 2. Waves: the next row of every request, oldest word first.
    loop
        select array_agg(w.r order by (w.r).request_id) into v_judged
        from (
            select distinct on (r.request_id) r
            from precert.import_row r
            where r.organization_id = v_organization and r.batch_id = p_batch and r.outcome = 'pending'
            order by r.request_id, r.as_of, r.row_no
        ) w;
        exit when v_judged is null;

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
                        'fingerprint', encode(j.fingerprint, 'hex')),
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

        select v_moves || coalesce(jsonb_object_agg(j.row_no::text, jsonb_build_array(res.from_state, res.to_state)), '{}')
        into v_moves
        from unnest(v_judged) j
        join unnest(v_results) res on res.request_id = j.request_id
        where j.outcome = 'pending' and res.outcome = 'applied';
    end loop;

    -- 3. What a person must look at, with the requests it may belong to.
    -- A row that says the same and waits for the same reason stands for this one: a daily file repeats itself.
    insert into precert.quarantine (organization_id, source_key, batch_id, row_no, reason, detail, candidates, held_at,
        payer_id, fingerprint)
    select distinct on (r.fingerprint, r.outcome, r.reason) v_organization, r.source_key, p_batch, r.row_no, r.outcome,
        coalesce(r.reason, r.outcome),
        coalesce(c.ids, array_remove(array[r.request_id], null)), v_now, v_batch.payer_id, r.fingerprint
    from precert.import_row r
    left join lateral (
        select array_agg(distinct x.request_id) as ids
        from (
            select d.request_id
            from precert.coverage cov
            join precert.request_detail d on d.organization_id = v_organization and d.patient_id = cov.patient_id
            join precert.request q on q.organization_id = v_organization and q.request_id = d.request_id
                and q.payer_id = v_batch.payer_id
            where r.outcome = 'unmatched' and cov.organization_id = v_organization and cov.payer_id = v_batch.payer_id
                and precert.normalize_number(cov.member_id) = precert.normalize_number(r.record->>'member_id')
            union all
            -- Those whose numbers it bears, though something else disagrees.
            select q.request_id
            from precert.request q
            where r.outcome in ('conflict', 'unmapped_status') and q.organization_id = v_organization
                and q.payer_id = v_batch.payer_id
                and q.reference = 'PA-' || substr(precert.normalize_number(r.record->>'trace'), 3)
            union all
            select n.request_id
            from precert.payer_number n
            where r.outcome in ('conflict', 'unmapped_status') and n.organization_id = v_organization
                and n.payer_id = v_batch.payer_id
                and n.number in (precert.normalize_number(r.record->>'reference'),
                    precert.normalize_number(r.record->>'authorization_number'))
        ) x
    ) c on true
    where r.organization_id = v_organization and r.batch_id = p_batch
        and r.row_no in (select (x->>'row_no')::integer from jsonb_array_elements(p_rows) x)
        and r.outcome in ('unmatched', 'unmapped_status', 'conflict', 'quarantined', 'illegal')
        and not exists (select from precert.quarantine q
            where q.organization_id = v_organization and q.payer_id = v_batch.payer_id and q.resolved_at is null
                and q.fingerprint = r.fingerprint and q.detail = coalesce(r.reason, r.outcome))
    order by r.fingerprint, r.outcome, r.reason, r.row_no
    on conflict (organization_id, source_key) do nothing;

    return query
    select r.row_no, r.outcome, r.reason, r.request_id, q.reference, v_moves->(r.row_no::text)->>0,
        v_moves->(r.row_no::text)->>1
    from precert.import_row r
    left join precert.request q on q.organization_id = v_organization and q.request_id = r.request_id
    where r.organization_id = v_organization and r.batch_id = p_batch
        and r.row_no in (select (x->>'row_no')::integer from jsonb_array_elements(p_rows) x)
    order by r.row_no;
end
$$;
