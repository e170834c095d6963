-- When a clock that starts at `p_from` runs out, or (p_direction = -1) when it must start to end at `p_from`, and by
-- which rule. Nothing in, nothing out.
--
-- Rules: a payer's own before the practice's default, an urgency's own before 'any', in force on the day of `p_from`
-- in the payer's zone. Hours are exact. Days and months are counted on the payer's calendar, the first day not
-- included, and end at 23:59:59 there; a business day is no Saturday, Sunday or holiday. Counting back, a clock begins
-- at 00:00:00. PC020 when there is no rule, PC014 no payer.
create or replace function precert.clock_run(
    p_payer text, p_clock text, p_urgency text, p_from timestamptz, p_direction integer,
    out due timestamptz, out rule_id integer
)
    language plpgsql stable strict
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_zone text;
    v_day date;
    v_amount integer;
    v_unit text;
begin
    select p.time_zone into v_zone from precert.payer p where p.payer_id = p_payer;
    if not found then raise exception 'the payer "%" is not published', p_payer using errcode = 'PC014'; end if;
    v_day := (p_from at time zone v_zone)::date;
    select r.amount, r.unit, r.rule_id into v_amount, v_unit, rule_id
    from precert.clock_rule r
    where r.payer_id in (p_payer, '*') and r.clock = p_clock and r.urgency in (p_urgency, 'any')
        and r.is_current and v_day between r.effective_from and r.effective_until
    order by (r.payer_id = '*'), (r.urgency = 'any'), r.effective_from desc
    limit 1;
    if not found then
        raise exception 'no rule for the clock "%" of payer "%" on %', p_clock, p_payer, v_day using errcode = 'PC020';
    end if;
    if v_unit = 'hours' then
        due := p_from + p_direction * make_interval(hours => v_amount);
        return;
    elsif v_unit = 'months' then
        v_day := (v_day + p_direction * make_interval(months => v_amount))::date;
    elsif v_unit = 'calendar_days' then
        v_day := v_day + p_direction * v_amount;
    else
        while v_amount > 0 loop
            v_day := v_day + p_direction;
            if extract(isodow from v_day) < 6 and not exists (select from precert.holiday h where h.day = v_day) then
                v_amount := v_amount - 1;
            end if;
        end loop;
    end if;
    due := (v_day + case when p_direction > 0 then time '23:59:59' else time '00:00:00' end) at time zone v_zone;
end
$$;
