-- Ends an effect and applies the event that tells of it, in one transaction.
-- Answers 'done', 'duplicate' (it was done before), or 'fenced' (another worker holds it: nothing was changed).
create or replace function precert.complete_effect(
    p_effect uuid, p_lease uuid, p_event text, p_actor text, p_payload jsonb default '{}'
) returns text
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_now timestamptz := precert.now();
    v_effect precert.effect;
    v_status text;
begin
    select f.* into v_effect from precert.effect f
    where f.organization_id = v_organization and f.effect_id = p_effect;
    if not found then return 'fenced'; end if;
    -- Lock order: the request first, as everywhere, then the run.
    perform from precert.request r
    where r.organization_id = v_organization and r.request_id = v_effect.request_id for no key update;
    update precert.effect_run run
    set status = 'done', finished_at = v_now, lease_token = null, last_error = null
    where run.organization_id = v_organization and run.effect_id = p_effect
        and run.status = 'leased' and run.lease_token = p_lease;
    if not found then
        update precert.effect_run run set attempts = run.attempts
        where run.organization_id = v_organization and run.effect_id = p_effect
        returning run.status into v_status;
        return case v_status when 'done' then 'duplicate' else 'fenced' end;
    end if;
    -- The world may have moved on meanwhile (the payer answered first): then the event is illegal and only the
    -- outbox row ends.
    perform from precert.apply_events(array[row(v_effect.request_id, p_event, 'effect:' || p_effect || ':' || p_event, p_actor,
        v_now, null, p_payload, '{}')::precert.event_input]);
    if v_effect.kind = 'submission' and p_event = 'submission.delivered' then
        update precert.submission s
        set delivered_at = v_now, confirmation = p_payload->>'confirmation'
        where s.organization_id = v_organization and s.request_id = v_effect.request_id and s.seq = v_effect.seq;
    end if;
    return 'done';
end
$$;
