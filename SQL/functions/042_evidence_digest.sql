-- What a piece of evidence says, in one form: the same from an item that is given and from a row that is stored.
create or replace function precert.evidence_item(
    p_fact text, p_line_no integer, p_value jsonb, p_observed_on date, p_source text, p_document_sha256 bytea, p_note text
) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object('fact', p_fact, 'line_no', p_line_no, 'value', p_value, 'observed_on', p_observed_on,
        'source', p_source, 'document_sha256', encode(p_document_sha256, 'hex'), 'note', p_note)
$$;

-- The digest that binds the evidence of one event to history. Evidence takes few values, so that a bare digest would
-- give them away to whoever tries them all, also after they were erased: the salt lies beside them and goes with them.
create or replace function precert.evidence_digest(p_salt uuid, p_items jsonb) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$ select encode(sha256(uuid_send(p_salt) || convert_to(p_items::text, 'UTF8')), 'hex') $$;

grant execute on function precert.evidence_item(text, integer, jsonb, date, text, bytea, text) to precert_read;
grant execute on function precert.evidence_digest(uuid, jsonb) to precert_read;
