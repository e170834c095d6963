-- Holds rows of a batch for a person, each with the requests that it may belong to.
create or replace function precert.quarantine_rows(p_batch uuid, p_rows integer[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_organization uuid := precert.require_organization();
    v_payer text;
begin
    select b.payer_id into v_payer from precert.import_batch b
    where b.organization_id = v_organization and b.batch_id = p_batch;
    -- A row that says the same and waits for the same reason stands for this one: a daily file repeats itself.
    insert into precert.quarantine (organization_id, source_key, batch_id, row_no, reason, detail, candidates, held_at,
        payer_id, fingerprint)
    select distinct on (r.fingerprint, r.outcome, r.reason) v_organization, r.source_key, p_batch, r.row_no, r.outcome,
        coalesce(r.reason, r.outcome),
        coalesce(c.ids, array_remove(array[r.request_id], null)), precert.now(), v_payer, r.fingerprint
    from precert.import_row r
    left join lateral (
        select array_agg(distinct x.request_id) as ids
        from (
            select d.request_id
            from precert.coverage cov
            join precert.request_detail d on d.organization_id = v_organization and d.patient_id = cov.patient_id
            join precert.request q on q.organization_id = v_organization and q.request_id = d.request_id
                and q.payer_id = v_payer
            where r.outcome = 'unmatched' and cov.organization_id = v_organization and cov.payer_id = v_payer
                and precert.normalize_number(cov.member_id) = precert.normalize_number(r.record->>'member_id')
            union all
            -- Those whose numbers it bears, though something else disagrees.
            select q.request_id
            from precert.request q
            where r.outcome in ('conflict', 'unmapped_status') and q.organization_id = v_organization
                and q.payer_id = v_payer
                and q.reference = 'PA-' || substr(precert.normalize_number(r.record->>'trace'), 3)
            union all
            select n.request_id
            from precert.payer_number n
            where r.outcome in ('conflict', 'unmapped_status') and n.organization_id = v_organization
                and n.payer_id = v_payer
                and n.number in (precert.normalize_number(r.record->>'reference'),
                    precert.normalize_number(r.record->>'authorization_number'))
        ) x
    ) c on true
    where r.organization_id = v_organization and r.batch_id = p_batch
        and r.row_no = any (p_rows)
        and not exists (select from precert.quarantine q
            where q.organization_id = v_organization and q.payer_id = v_payer and q.resolved_at is null
                and q.fingerprint = r.fingerprint and q.detail = coalesce(r.reason, r.outcome))
    order by r.fingerprint, r.outcome, r.reason, r.row_no
    on conflict (organization_id, source_key) do nothing;
end
$$;

revoke execute on function precert.quarantine_rows(uuid, integer[]) from precert_app;
