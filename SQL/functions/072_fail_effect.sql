-- Gives an effect back after a failed try: again after a growing, jittered pause, or dead after `p_max_attempts`.
-- `p_error` must hold no patient data. A dead one is told by an event, so that the request does not wait for nothing.
create or replace function precert.fail_effect(
    p_effect uuid, p_lease uuid, p_error text, p_event_when_dead text, p_actor text, p_max_attempts integer default 10
) returns text
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_request uuid;
    v_status text;
begin
    select f.request_id into v_request from precert.effect f
    where f.organization_id = v_organization and f.effect_id = p_effect;
    if not found then return 'fenced'; end if;
    perform from precert.request r
    where r.organization_id = v_organization and r.request_id = v_request for no key update;
    update precert.effect_run run
    set status = case when run.attempts >= p_max_attempts then 'dead' else 'ready' end,
        visible_at = v_now + least(3600, 2 ^ least(run.attempts, 11)) * (0.75 + random() / 2) * interval '1 second',
        finished_at = case when run.attempts >= p_max_attempts then v_now end,
        lease_token = null, last_error = p_error
    where run.organization_id = v_organization and run.effect_id = p_effect
        and run.status = 'leased' and run.lease_token = p_lease
    returning run.status into v_status;
    if not found then return 'fenced'; end if;
    if v_status = 'dead' then
        perform from precert.apply_events(array[row(v_request, p_event_when_dead,
            'effect:' || p_effect || ':' || p_event_when_dead, p_actor, v_now, null,
            jsonb_build_object('effect', p_effect), '{}')::precert.event_input]);
    end if;
    return v_status;
end
$$;
