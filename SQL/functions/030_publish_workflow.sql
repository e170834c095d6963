-- Publishes a compiled definition (see `CompiledWorkflow` in Sources/Workflow). The same content again answers the
-- version that is there; other content under a used number is PC030; a clock for which the practice's defaults have
-- no rule that always holds is PC021.
create or replace function precert.publish_workflow(p_compiled jsonb, p_canonical text)
returns table (version_id integer, is_new boolean)
    language plpgsql security definer
    set search_path = pg_catalog, precert, pg_temp
as $$
#variable_conflict use_column
declare
    v_workflow text := p_compiled->>'workflow';
    v_number integer := (p_compiled->>'version')::integer;
    v_checksum bytea := sha256(convert_to(p_canonical, 'UTF8'));
    v_version integer;
    v_published bytea;
    v_clock text;
begin
    -- The defaults must not lose a clock between our look at them and our commit; see `publish_payer`.
    perform pg_advisory_xact_lock_shared(hashtextextended('precert.publish_payer:*', 0));
    -- Two publishers at once: the second waits here and then finds the first one's rows.
    perform pg_advisory_xact_lock(hashtextextended('precert.publish_workflow:' || v_workflow, 0));
    select v.version_id, v.checksum into v_version, v_published
    from precert.workflow_version v where v.workflow = v_workflow and v.number = v_number;
    if found then
        if v_published <> v_checksum then
            raise exception 'version % of workflow "%" is already published with other content; raise its number',
                v_number, v_workflow using errcode = 'PC030';
        end if;
        -- An answer is a promise: this transaction must write too.
        update precert.workflow_version v set published_at = v.published_at where v.version_id = v_version;
        return query select v_version, false;
        return;
    end if;

    select d.clock into v_clock
    from jsonb_array_elements(p_compiled->'deadlines') x
    cross join lateral (values (x->>'clock'), (x->>'lead'), (x->>'fallback_clock'), (x->>'fallback_lead')) d (clock)
    where d.clock is not null and not precert.clock_always_runs(d.clock)
    limit 1;
    if found then
        raise exception 'the clock "%" has no default that always holds in Workflows/clocks.yaml', v_clock using errcode = 'PC021';
    end if;

    insert into precert.workflow_version (workflow, number, checksum, definition, published_at)
    values (v_workflow, v_number, v_checksum, p_canonical, precert.now())
    returning workflow_version.version_id into v_version;

    insert into precert.workflow_state (version_id, state, kind, title)
    select v_version, '(start)', 'start', 'Not opened yet'
    union all
    select v_version, x->>'name', x->>'kind', x->>'title' from jsonb_array_elements(p_compiled->'states') x;

    insert into precert.workflow_event (version_id, event, title, sent_by, recording)
    select v_version, x->>'name', x->>'title', x->>'by', nullif(x->'recording', 'null')
    from jsonb_array_elements(p_compiled->'events') x;

    insert into precert.workflow_edge (from_version, from_state, event, to_version, to_state, is_stay)
    select v_version, x->>'from', x->>'event', v_version, x->>'to', (x->>'is_stay')::boolean
    from jsonb_array_elements(p_compiled->'edges') x;

    -- Requests of the earlier version that this one takes over may be moved to it, state by state.
    if p_compiled ? 'migration' then
        insert into precert.workflow_event (version_id, event, title, sent_by)
        values (v_version, 'workflow.migrated', 'Moved to a newer version of the workflow', 'operator');
        insert into precert.workflow_edge (from_version, from_state, event, to_version, to_state)
        select old.version_id, s.state, 'workflow.migrated', v_version, t.state
        from precert.workflow_version old
        join precert.workflow_state s on s.version_id = old.version_id and s.kind <> 'start'
        join precert.workflow_state t on t.version_id = v_version and t.kind <> 'start'
            and t.state = coalesce(p_compiled->'migration'->'states'->>s.state, s.state)
        where old.workflow = v_workflow and old.number = (p_compiled->'migration'->>'from_version')::integer;
    end if;

    insert into precert.workflow_anchor (version_id, anchor, lasts)
    select v_version, x->>'name', (x->>'lasts')::boolean from jsonb_array_elements(p_compiled->'anchors') x;

    insert into precert.workflow_alert (version_id, alert, title, severity)
    select v_version, x->>'name', x->>'title', x->>'severity' from jsonb_array_elements(p_compiled->'alerts') x;

    insert into precert.workflow_deadline (version_id, state, name, scope, relation, clock, anchor, lead, event, alert,
        fallback_clock, fallback_lead, fallback_event, fallback_alert)
    select v_version, x->>'state', x->>'name', x->>'scope', x->>'relation', x->>'clock', x->>'anchor', x->>'lead',
        x->>'event', x->>'alert', x->>'fallback_clock', x->>'fallback_lead', x->>'fallback_event',
        x->>'fallback_alert'
    from jsonb_array_elements(p_compiled->'deadlines') x;

    insert into precert.workflow_effect (version_id, from_state, event, effect, lost)
    select v_version, x->>'from', x->>'event', x->>'effect', x->>'lost'
    from jsonb_array_elements(p_compiled->'effects') x;

    return query select v_version, true;
end
$$;
