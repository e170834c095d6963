-- What a request asks for, in one form: numbers as texts without needless zeros, a missing value as null.
create or replace function precert.order_terms(p_request uuid) returns jsonb
    language sql stable
    set search_path = pg_catalog, precert, pg_temp
as $$
    select jsonb_build_object('drug', d.drug, 'diagnoses', d.diagnoses, 'weight_kg', trim_scale(d.weight_kg)::text,
        'height_cm', trim_scale(d.height_cm)::text, 'weighed_on', d.weighed_on, 'site_name', d.site_name,
        'site_npi', d.site_npi, 'place_of_service', d.place_of_service, 'planned_on', d.planned_on, 'lines', (
            select jsonb_agg(jsonb_build_object('line_no', l.line_no, 'hcpcs', l.hcpcs,
                'units', trim_scale(l.units)::text, 'dose_amount', trim_scale(l.dose_amount)::text,
                'dose_unit', l.dose_unit, 'every_days', l.every_days, 'every_months', l.every_months, 'doses', l.doses,
                'route', l.route, 'modifiers', l.modifiers, 'ndc', l.ndc,
                'discarded_units', trim_scale(l.discarded_units)::text, 'administration', l.administration,
                'gates', l.gates) order by l.line_no)
            from precert.service_line l
            where l.organization_id = d.organization_id and l.request_id = d.request_id))
    from precert.request_detail d
    where d.organization_id = precert.require_organization() and d.request_id = p_request
$$;

-- What an amendment says, in one form: the same from what is done and from the row that is stored.
create or replace function precert.amendment_item(p_reason text, p_before jsonb, p_after jsonb) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$ select jsonb_build_object('reason', p_reason, 'before', p_before, 'after', p_after) $$;

grant execute on function precert.order_terms(uuid) to precert_read;
grant execute on function precert.amendment_item(text, jsonb, jsonb) to precert_read;
