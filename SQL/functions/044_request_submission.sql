-- Asks for a request to be sent: the event, the packet's content, and (by the workflow) the effect in the outbox.
-- `p_expected_seq` is the sequence number at which the criteria were evaluated; PC010 when something came between.
-- Repeating the call after an unknown outcome is safe: the source key names what is sent, so that the same packet is a
-- duplicate, and another one, judged at the same place by someone else, a conflict.
create or replace function precert.request_submission(
    p_request uuid, p_expected_seq bigint, p_channel text, p_verdict text, p_override text, p_packet jsonb, p_actor text
) returns precert.event_result
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_sent text := encode(sha256(convert_to(
        jsonb_build_array(p_channel, p_verdict, p_override, p_packet)::text, 'UTF8')), 'hex');
    v_result precert.event_result;
begin
    select a.* into v_result
    from precert.apply_event(p_request, 'submission.requested', 'submission:' || p_expected_seq || ':' || v_sent, p_actor,
        p_expected_seq => p_expected_seq,
        p_payload => jsonb_build_object('channel', p_channel, 'verdict', p_verdict,
            'packet_sha256', encode(sha256(convert_to(p_packet::text, 'UTF8')), 'hex'))) a;
    if v_result.outcome = 'applied' then
        insert into precert.submission (organization_id, request_id, seq, channel, verdict, override_reason, packet,
            requested_at, requested_by)
        values (v_organization, p_request, v_result.seq, p_channel, p_verdict, p_override, p_packet, precert.now(),
            p_actor);
    end if;
    return v_result;
end
$$;
