-- Stores a document's bytes under their SHA-256 and ties it to a request. The same bytes again change nothing.
create or replace function precert.add_document(
    p_request uuid, p_content bytea, p_media_type text, p_title text, p_actor text
) returns table (sha256 bytea, outcome text)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_organization uuid := precert.require_organization();
    v_sha256 bytea := pg_catalog.sha256(p_content);
    v_result precert.event_result;
begin
    select a.* into v_result
    from precert.apply_event(p_request, 'document.added', 'document:' || encode(v_sha256, 'hex'), p_actor,
        p_payload => jsonb_build_object('sha256', encode(v_sha256, 'hex'))) a;
    insert into precert.document as d (organization_id, sha256, content, media_type, added_at)
    values (v_organization, v_sha256, p_content, p_media_type, precert.now())
    on conflict (organization_id, sha256) do update set media_type = d.media_type;
    insert into precert.request_document as d (organization_id, request_id, sha256, title, added_by, added_at, seq)
    values (v_organization, p_request, v_sha256, p_title, p_actor, precert.now(), v_result.seq)
    on conflict (organization_id, request_id, sha256) do update set title = d.title;
    return query select v_sha256, v_result.outcome;
end
$$;
