-- Payers' statuses: a file is a batch, known by its bytes; its rows come in chunks, each chunk one transaction.
-- Every row ends with one outcome, and the outcomes of a finished batch add up to its rows.

-- The event by which a payer's word moves a request; NULL when only a person can say.
create or replace function precert.status_event(p_kind text, p_number text) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'received' then 'payer.received'
        when 'pended' then 'payer.pended'
        when 'approved' then case when p_number is null then 'payer.approved_without_number' else 'payer.approved' end
        when 'approved_in_part' then case when p_number is null then 'payer.approved_without_number'
            else 'payer.approved_in_part' end
        when 'denied' then 'payer.denied'
        when 'not_required' then 'payer.not_required'
        when 'cancelled' then 'payer.cancelled'
    end
$$;
