-- Publishes a payer's module, or the practice's defaults under the id '*'. Its clock rules are replaced by the
-- module's; deadlines that run keep the date they were armed with. A retired payer is on file again. Answers whether anything
-- changed.
-- PC021 when the practice's defaults would lose a clock of a published workflow · PC022 unknown time zone.
create or replace function precert.publish_payer(
    p_payer text, p_name text, p_time_zone text, p_module jsonb, p_clocks jsonb
) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
declare
    v_checksum bytea := sha256(convert_to(
        jsonb_build_array(p_name, p_time_zone, p_module, p_clocks)::text, 'UTF8'));
    v_is_new boolean;
    v_clock text;
begin
    perform pg_advisory_xact_lock(hashtextextended('precert.publish_payer:' || p_payer, 0));
    if not exists (select from pg_timezone_names z where z.name = p_time_zone) then
        raise exception 'unknown time zone "%"', p_time_zone using errcode = 'PC022';
    end if;
    v_is_new := not exists (select from precert.payer p where p.payer_id = p_payer and p.checksum = v_checksum
        and p.retired_at is null);
    insert into precert.payer as p (payer_id, name, time_zone, checksum, module, published_at)
    values (p_payer, p_name, p_time_zone, v_checksum, p_module, precert.now())
    on conflict (payer_id) do update set
        name = excluded.name, time_zone = excluded.time_zone, checksum = excluded.checksum, module = excluded.module,
        retired_at = null,
        published_at = case when p.checksum = excluded.checksum and p.retired_at is null then p.published_at else excluded.published_at end;
    if v_is_new then
        update precert.clock_rule r set is_current = false where r.payer_id = p_payer and r.is_current;
        insert into precert.clock_rule (payer_id, clock, urgency, effective_from, effective_until, amount, unit, source,
            verified, note)
        select p_payer, x->>'clock', x->>'urgency', coalesce((x->>'from')::date, '-infinity'),
            coalesce((x->>'until')::date, 'infinity'), (x->>'amount')::integer, x->>'unit', x->>'source',
            (x->>'verified')::boolean, x->>'note'
        from jsonb_array_elements(p_clocks) x;
        if p_payer = '*' then
            select c.clock into v_clock
            from precert.workflow_deadline d
            cross join lateral (values (d.clock), (d.lead), (d.fallback_clock), (d.fallback_lead)) c (clock)
            where c.clock is not null and not precert.clock_always_runs(c.clock)
            limit 1;
            if found then
                raise exception 'the clock "%" of a published workflow would have no default that always holds', v_clock
                    using errcode = 'PC021';
            end if;
        end if;
    end if;
    return v_is_new;
end
$$;
