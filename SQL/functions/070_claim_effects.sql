-- The outbox as workers see it: claim with a lease, complete or fail under the lease's token.
-- A worker that lost its lease changes nothing: its token no longer fits.

-- Claims up to `p_limit` effects of the given kinds. A run whose lease ended without an answer is claimed again with
-- `is_repeat`: for `lost: inquire` the worker must look whether the first try arrived before it sends; `lost: hold`
-- goes to a person instead. A run is counted before it is tried, so one that kills its worker ends as dead. Both raise an
-- alert: no worker is left to tell of them.
create or replace function precert.claim_effects(
    p_kinds text[], p_limit integer, p_lease interval, p_max_attempts integer default 10
) returns table (effect_id uuid, request_id uuid, reference text, seq bigint, kind text, lost text, attempts integer,
    is_repeat boolean, lease_token uuid)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
begin
    return query
    with picked as materialized (
        select run.effect_id, run.status, f.kind, f.lost, f.request_id, f.seq
        from precert.effect_run run
        join precert.effect f using (organization_id, effect_id)
        where run.organization_id = v_organization and run.status in ('ready', 'leased')
            and run.visible_at <= v_now and f.kind = any (p_kinds)
        order by run.visible_at
        limit p_limit
        for no key update of run skip locked
    ),
    given_up as (
        update precert.effect_run run
        set status = case when run.attempts >= p_max_attempts then 'dead' else 'held' end, lease_token = null,
            finished_at = v_now
        from picked p
        where run.organization_id = v_organization and run.effect_id = p.effect_id
            and (run.attempts >= p_max_attempts or (p.status = 'leased' and p.lost = 'hold'))
        returning run.effect_id, run.status
    ),
    told as (
        insert into precert.alert (organization_id, request_id, kind, title, severity, deadline, armed_seq, due_at,
            raised_at)
        select v_organization, p.request_id, 'effect-' || g.status,
            case g.status when 'dead' then 'Given up after too many tries: ' else 'Done or not? Find out: ' end || p.kind,
            'urgent', 'effect:' || p.kind, p.seq, v_now, v_now
        from given_up g
        join picked p on p.effect_id = g.effect_id
        on conflict on constraint alert_once do nothing
    ),
    claimed as (
        update precert.effect_run run
        set status = 'leased', attempts = run.attempts + 1, lease_token = gen_random_uuid(),
            visible_at = v_now + p_lease
        from picked p
        where run.organization_id = v_organization and run.effect_id = p.effect_id
            and not (run.attempts >= p_max_attempts or (p.status = 'leased' and p.lost = 'hold'))
        returning run.effect_id, run.attempts, run.lease_token, p.status, p.kind, p.lost, p.request_id, p.seq
    )
    select c.effect_id, c.request_id, r.reference, c.seq, c.kind, c.lost, c.attempts, c.attempts > 1, c.lease_token
    from claimed c
    join precert.request r on r.organization_id = v_organization and r.request_id = c.request_id;
end
$$;
