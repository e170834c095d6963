-- One event, for people and workers: a batch of one through `apply_events`. What a batch answers as an outcome is
-- an error here, so that nothing else of the transaction is kept:
--   PC001 illegal move · PC010 the request has moved on since it was read · PC012 no such request
create or replace function precert.apply_event(
    p_request uuid, p_event text, p_source_key text, p_actor text, p_occurred_at timestamptz default null,
    p_expected_seq bigint default null, p_payload jsonb default '{}', p_anchors jsonb default '{}'
) returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_result precert.event_result;
begin
    select r.* into v_result
    from precert.apply_events(array[row(p_request, p_event, p_source_key, p_actor, p_occurred_at, p_expected_seq,
        p_payload, p_anchors)::precert.event_input]) r;
    if v_result.outcome = 'illegal' then
        raise exception 'the event "%" is not possible in the state "%"', p_event, v_result.from_state
            using errcode = 'PC001';
    elsif v_result.outcome = 'conflict' then
        raise exception 'the request has moved on to event %; look again and repeat', v_result.seq
            using errcode = 'PC010';
    elsif v_result.outcome = 'not_found' then
        raise exception 'no such request' using errcode = 'PC012';
    end if;
    return v_result;
end
$$;
