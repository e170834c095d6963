-- The one way in: every change of a request's state is an event through this function.
--
-- Takes events in the order given; several for one request are applied one after the other. Each ends with an outcome:
--   applied     stored, the request moved (or stayed, where the workflow says so)
--   duplicate   an event with this source key is stored already; the answer is as durable as a first time's
--   conflict    the request is no longer at the expected sequence number, or the source key is another event's
--   illegal     the workflow has no such move from where the request stands
--   not_found   no such request in this organization
--
-- In one statement per wave (the n-th event of every request): history, head, deadlines and outbox.
-- Called by every function that moves requests; 5,000 events a transaction is a good upper size.
create or replace function precert.apply_events(p_events precert.event_input[])
returns setof precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_waves bigint;
begin
    -- Lock order: requests by key, each once, before anything is read of them. Deadlines, alerts and outbox rows are
    -- only touched under their request's lock.
    perform from precert.request r
    where r.organization_id = v_organization and r.request_id in (select e.request_id from unnest(p_events) e)
    order by r.request_id
    for no key update;

    select max(n) into v_waves
    from (select count(*) as n from unnest(p_events) e group by e.request_id) counted;

    for v_wave in 1..coalesce(v_waves, 0) loop
        return query
        with input as materialized (
            select w.* from (
                select e.*, row_number() over (partition by e.request_id order by e.ordinal) as wave
                from unnest(p_events) with ordinality as e (request_id, event, source_key, actor, occurred_at,
                    expected_seq, payload, anchors, ordinal)) w
            where w.wave = v_wave
        ),
        judged as materialized (
            select i.ordinal, i.request_id, i.event, i.source_key, i.actor,
                coalesce(i.occurred_at, v_now) as occurred_at,
                coalesce(i.payload, '{}') as payload, coalesce(i.anchors, '{}') as anchors,
                r.version_id, r.state, r.seq, r.head_hash, r.payer_id, r.urgency,
                edge.to_version, edge.to_state, edge.is_stay, known.seq as known_seq,
                known.from_state as known_from, known.to_state as known_to,
                case when r.request_id is null then 'not_found'
                    when known.event = i.event then 'duplicate'
                    when known.seq is not null then 'conflict'
                    when i.expected_seq <> r.seq then 'conflict'
                    when edge.to_state is null then 'illegal'
                    else 'applied' end as outcome
            from input i
            left join precert.request r
                on r.organization_id = v_organization and r.request_id = i.request_id
            left join precert.event known
                on known.organization_id = v_organization and known.request_id = i.request_id
                and known.source_key = i.source_key
            -- Every event stays in the request's version but one: that moves it to the newest that takes it over.
            left join lateral (
                select e.to_version, e.to_state, e.is_stay
                from precert.workflow_edge e
                where e.from_version = r.version_id and e.from_state = r.state and e.event = i.event
                order by e.to_version desc
                limit 1
            ) edge on true
        ),
        stored as (
            insert into precert.event (organization_id, request_id, seq, prev_hash, from_version, from_state, event,
                to_version, to_state, occurred_at, recorded_at, actor, source_key, payload)
            select v_organization, j.request_id, j.seq + 1, j.head_hash, j.version_id, j.state, j.event, j.to_version,
                j.to_state, j.occurred_at, v_now, j.actor, j.source_key, j.payload
            from judged j
            where j.outcome = 'applied'
            returning event.request_id, event.seq, event.to_version, event.to_state, event.hash
        ),
        moved as (
            update precert.request r
            set version_id = s.to_version, state = s.to_state, seq = s.seq, head_hash = s.hash
            from stored s
            where r.organization_id = v_organization and r.request_id = s.request_id
        ),
        confirmed as (
            -- A duplicate is answered "stored", so this transaction must write for it (and wait for a standby).
            update precert.request r
            set seq = r.seq
            from judged j
            where j.outcome = 'duplicate' and r.organization_id = v_organization and r.request_id = j.request_id
        ),
        carried as (
            insert into precert.anchor (organization_id, request_id, name, at, seq)
            select v_organization, j.request_id, a.key, a.value::timestamp at time zone p.time_zone, j.seq + 1
            from judged j
            join precert.payer p on p.payer_id = j.payer_id
            cross join jsonb_each_text(j.anchors) a
            where j.outcome = 'applied'
            on conflict (organization_id, request_id, name) do update set at = excluded.at, seq = excluded.seq
        ),
        wanted as materialized (
            -- The deadlines of the state that the request is in now: whether each begins to run (`arms`) or runs on,
            -- and the date it hangs on (`anchor_at`), if that is known.
            select j.request_id, j.payer_id, j.urgency, j.occurred_at, j.seq + 1 as seq, st.kind as state_kind, d.*,
                known.at as anchor_at,
                case when j.is_stay or (old.status <> 'closed' and old.scope = d.scope and d.scope <> j.to_state)
                    then coalesce(j.anchors ? d.anchor, false) else true end as arms
            from judged j
            join precert.workflow_state st on st.version_id = j.to_version and st.state = j.to_state
            join precert.workflow_deadline d on d.version_id = j.to_version and d.state = j.to_state
            join precert.payer p on p.payer_id = j.payer_id
            left join precert.workflow_anchor wa on wa.version_id = d.version_id and wa.anchor = d.anchor
            left join precert.anchor a
                on a.organization_id = v_organization and a.request_id = j.request_id and a.name = d.anchor
            left join precert.deadline old
                on old.organization_id = v_organization and old.request_id = j.request_id and old.name = d.name
            cross join lateral (
                select coalesce((j.anchors->>d.anchor)::timestamp at time zone p.time_zone,
                    case when wa.lasts then a.at end) as at
            ) known
            where j.outcome = 'applied'
        ),
        armed as materialized (
            -- What the wanted deadlines come to. While the anchor is not known the fallback is due in its place.
            select w.request_id, w.name, w.scope, w.state_kind, w.seq, said.event, said.alert,
                coalesce(notice.due, about.at) as due_at,
                nullif(coalesce(case when w.relation = 'before' and not f.is_fallback then w.anchor_at end,
                    case when notice.due is not null then about.at end), coalesce(notice.due, about.at)) as ends_at,
                run.rule_id, notice.rule_id as notice_rule_id
            from wanted w
            cross join lateral (
                select w.anchor is not null and w.anchor_at is null as is_fallback
            ) f
            cross join lateral (
                select case when f.is_fallback then w.fallback_event else w.event end as event,
                    case when f.is_fallback then w.fallback_alert else w.alert end as alert,
                    case when f.is_fallback then w.fallback_lead else w.lead end as lead,
                    case when f.is_fallback then w.fallback_clock else w.clock end as clock
            ) said
            cross join lateral precert.clock_run(w.payer_id, said.clock, w.urgency,
                case when w.relation = 'before' and not f.is_fallback then w.anchor_at else w.occurred_at end,
                case when w.relation = 'before' and not f.is_fallback then -1 else 1 end) run
            cross join lateral (
                select case when said.clock is not null then run.due
                    when not f.is_fallback then w.anchor_at end as at
            ) about
            cross join lateral precert.clock_run(w.payer_id, said.lead, w.urgency, about.at, -1) notice
            where w.arms
        ),
        kept as (
            -- What runs on waits for whom the state waits now.
            update precert.deadline d
            set kind = case when w.state_kind = 'work' then 'work' else 'wait' end
            from wanted w
            where not w.arms and d.organization_id = v_organization and d.request_id = w.request_id and d.name = w.name
                and d.kind <> case when w.state_kind = 'work' then 'work' else 'wait' end
        ),
        closed as (
            update precert.deadline d
            set status = 'closed'
            from judged j
            where j.outcome = 'applied' and not j.is_stay and d.organization_id = v_organization
                and d.request_id = j.request_id and d.status <> 'closed'
                -- "not in" (nothing here is null) is looked up in a hash, however few rows the planner expects: "not exists"
                -- became a loop over all for each.
                and (d.request_id, d.name) not in (select w.request_id, w.name from wanted w where not w.arms)
                and (d.request_id, d.name) not in (
                    select n.request_id, n.name from armed n where n.due_at is not null)
            returning d.request_id, d.name, d.armed_seq, d.event
        ),
        settled as (
            -- A reminder closes itself when the thing it waited for arrives.
            update precert.alert a
            set acknowledged_at = v_now, acknowledged_by = '(settled)'
            from closed c
            where c.event is null and a.organization_id = v_organization and a.request_id = c.request_id
                and a.deadline = c.name and a.armed_seq = c.armed_seq and a.acknowledged_at is null
        ),
        opened as (
            insert into precert.deadline as d (organization_id, request_id, name, scope, status, kind, due_at,
                ends_at, rule_id, notice_rule_id, event, alert, armed_seq)
            select v_organization, n.request_id, n.name, n.scope, 'open',
                case when n.state_kind = 'work' then 'work' else 'wait' end, n.due_at, n.ends_at, n.rule_id,
                n.notice_rule_id, n.event, n.alert, n.seq
            from armed n
            where n.due_at is not null
            on conflict (organization_id, request_id, name) do update set
                scope = excluded.scope, status = 'open', kind = excluded.kind, due_at = excluded.due_at,
                ends_at = excluded.ends_at, rule_id = excluded.rule_id, notice_rule_id = excluded.notice_rule_id,
                event = excluded.event, alert = excluded.alert, armed_seq = excluded.armed_seq, fired_at = null
        ),
        queued as (
            insert into precert.effect (organization_id, request_id, seq, kind, lost, created_at)
            select v_organization, j.request_id, j.seq + 1, f.effect, f.lost, v_now
            from judged j
            join precert.workflow_effect f
                on f.version_id = j.version_id and f.from_state = j.state and f.event = j.event
            where j.outcome = 'applied'
            returning effect.effect_id
        ),
        runs as (
            insert into precert.effect_run (organization_id, effect_id, status, visible_at)
            select v_organization, q.effect_id, 'ready', v_now from queued q
        )
        select j.ordinal::integer, j.request_id, j.outcome,
            case j.outcome when 'applied' then j.seq + 1 when 'duplicate' then j.known_seq else j.seq end,
            case j.outcome when 'duplicate' then j.known_from else j.state end,
            case j.outcome when 'applied' then j.to_state when 'duplicate' then j.known_to else j.state end
        from judged j
        order by j.ordinal;
    end loop;
end
$$;
