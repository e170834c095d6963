-- Takes in a chunk of a file's rows, p_first to p_last, which `import_stage` holds. Chunks come in order; rows that the
-- batch has already are passed over. Each row is matched to a request: then it waits for `apply_import`, or it ends here
-- with the reason why not. What only repeats the payer's last word is counted and kept nowhere else.
create or replace function precert.import_chunk(p_batch uuid, p_first integer, p_last integer)
returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_batch precert.import_batch;
    v_done integer;
    v_kept integer;
begin
    -- Two importers of one batch take turns, chunk by chunk.
    select b.* into v_batch from precert.import_batch b
    where b.organization_id = v_organization and b.batch_id = p_batch for no key update;
    if not found then raise exception 'no such import batch' using errcode = 'PC015'; end if;
    select coalesce(max(c.last_row), 0) into v_done from precert.import_chunk c
    where c.organization_id = v_organization and c.batch_id = p_batch;
    if p_first > v_done + 1 or p_last < p_first or p_last > v_batch.rows_total then
        raise exception 'the rows % to % do not follow row % of %', p_first, p_last, v_done, v_batch.rows_total
            using errcode = 'PC052';
    end if;
    if p_last <= v_done then
        -- The answer is as durable as a first time's.
        update precert.import_batch b set seen = b.seen where b.organization_id = v_organization and b.batch_id = p_batch;
        return;
    end if;
    perform precert.check_import_stage();
    if (select count(distinct s.row_no) from pg_temp.import_stage s where s.row_no between v_done + 1 and p_last)
        <> p_last - v_done
    then
        raise exception 'the rows % to % are not all in the stage', v_done + 1, p_last using errcode = 'PC052';
    end if;

    -- A row is matched by our own reference, else by the payer's number; a second key must agree.
    with read as materialized (
        -- Nothing in place of a number ("-") is no number.
        select s.row_no, s.line, s.fingerprint, x.record - array(
                select k from unnest(array['reference', 'authorization_number']) k
                where precert.normalize_number(x.record->>k) = '') as record,
            coalesce(s.fault, precert.record_fault(x.record)) as fault,
            precert.record_fault(x.record) is null as is_sound
        from pg_temp.import_stage s
        cross join lateral (
            select jsonb_strip_nulls(to_jsonb(s) - '{row_no,line,fingerprint}'::text[]) as record
        ) x
        where s.row_no between v_done + 1 and p_last
            -- What the payer's last word was already needs no look: it was matched when it came, and moves nothing.
            and not exists (
                select from precert.payer_word w
                where w.organization_id = v_organization and w.payer_id = v_batch.payer_id
                    and w.fingerprint = s.fingerprint
                    and w.said_until >= case length(s.as_of) when 19 then s.as_of when 10 then s.as_of || 'T00:00:00'
                        else case when s.as_of is null then v_batch.as_of || 'T00:00:00' else 'unknown' end end)
    ),
    given as materialized (
        select x.*,
            case when not x.is_sound then v_batch.as_of
                when x.record->>'as_of' ~ 'T.*(Z|[+-][0-9]{2}:?[0-9]{2})$'
                    then (x.record->>'as_of')::timestamptz at time zone p.time_zone
                else coalesce((x.record->>'as_of')::timestamp, v_batch.as_of) end as as_of,
            (v_now at time zone p.time_zone)::date as today,
            precert.normalize_number(coalesce(x.record->>'trace', '')) as trace,
            array_remove(array[precert.normalize_number(x.record->>'reference'),
                precert.normalize_number(x.record->>'authorization_number')], null) as numbers
        from read x
        join precert.payer p on p.payer_id = v_batch.payer_id
    ),
    keyed as materialized (
        select g.*, 'status:' || v_batch.payer_id || ':' || to_char(g.as_of, 'YYYY-MM-DD"T"HH24:MI:SS') || ':'
                || g.fingerprint as source_key,
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
            when disregarded.yes then 'discarded'
            when c.fault = 'unmapped-status' then 'unmapped_status'
            when c.fault is not null or c.verdict = 'as-of-in-the-future' then 'quarantined'
            when c.verdict = 'no-match' then 'unmatched'
            when c.verdict = 'held' then 'held'
            when c.verdict = 'status-needs-a-person' then 'unmapped_status'
            else 'conflict' end,
        c.verdict, case when c.verdict is null then c.match_id end
    from checked c
    cross join lateral (
        -- A person has said of this very word that it is to be disregarded.
        select exists (select from precert.quarantine q
            where q.organization_id = v_organization and q.payer_id = v_batch.payer_id and q.is_discarded
                and q.fingerprint = c.fingerprint and q.detail = c.verdict) as yes
    ) disregarded;
    get diagnostics v_kept = row_count;
    insert into precert.import_chunk (organization_id, batch_id, first_row, last_row, unchanged)
    values (v_organization, p_batch, v_done + 1, p_last, p_last - v_done - v_kept);

    perform precert.quarantine_rows(p_batch, array(
        select r.row_no from precert.import_row r
        where r.organization_id = v_organization and r.batch_id = p_batch and r.row_no between v_done + 1 and p_last
            and r.outcome in ('unmatched', 'unmapped_status', 'conflict', 'quarantined')));
end
$$;
