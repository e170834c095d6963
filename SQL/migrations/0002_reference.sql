-- What all organizations share: organizations themselves, published workflows, payers and their clocks.
-- No tenant column, no patient data; written only by the publish functions.

-- The organization of this transaction, or NULL. After a transaction the setting reads '' and not NULL.
create function precert.organization() returns uuid
    language sql stable parallel safe
as $$ select nullif(current_setting('precert.organization', true), '')::uuid $$;

grant execute on function precert.organization() to precert_read;

create table precert.organization (
    id uuid primary key,
    name text not null check (name <> ''),
    created_at timestamptz not null
);

-- One published definition. Immutable: publishing other content under a used number is refused.
create table precert.workflow_version (
    version_id integer generated always as identity primary key,
    workflow text not null,
    number integer not null check (number > 0),
    checksum bytea not null,
    definition text not null,
    published_at timestamptz not null,
    -- The transaction that published it: only that one adds rows to the version.
    published_in xid8 not null default pg_current_xact_id(),
    unique (workflow, number)
);

create table precert.workflow_state (
    version_id integer not null references precert.workflow_version,
    state text not null,
    kind text not null check (kind in ('start', 'work', 'wait', 'final')),
    title text not null,
    primary key (version_id, state)
);

create table precert.workflow_event (
    version_id integer not null references precert.workflow_version,
    event text not null,
    title text not null,
    sent_by text not null check (sent_by in ('operator', 'payer', 'worker', 'clock')),
    -- What goes with it when a person records it; NULL when it comes in another way.
    recording jsonb check (jsonb_typeof(recording) = 'object'),
    primary key (version_id, event)
);

-- Every legal move. History has a foreign key to all five columns, so no other move can be stored.
create table precert.workflow_edge (
    from_version integer not null,
    from_state text not null,
    event text not null,
    to_version integer not null,
    to_state text not null,
    -- The state is not left: what runs in it runs on. A move of a state to itself begins its deadlines anew.
    is_stay boolean not null default false,
    primary key (from_version, from_state, event, to_version),
    check (not is_stay or from_state = to_state),
    unique (from_version, from_state, event, to_version, to_state),
    foreign key (from_version, from_state) references precert.workflow_state,
    foreign key (to_version, to_state) references precert.workflow_state,
    foreign key (to_version, event) references precert.workflow_event,
    check (from_version = to_version or event = 'workflow.migrated')
);

-- A request begins in one way.
create unique index workflow_edge_start on precert.workflow_edge (from_version) where from_state = '(start)';

create table precert.workflow_alert (
    version_id integer not null references precert.workflow_version,
    alert text not null,
    title text not null,
    severity text not null check (severity in ('info', 'warning', 'urgent')),
    primary key (version_id, alert)
);

-- Dates that events carry in. One that lasts counts until another is carried; one that does not counts only for the
-- deadline that was opened with it or before it.
create table precert.workflow_anchor (
    version_id integer not null references precert.workflow_version,
    anchor text not null,
    lasts boolean not null,
    primary key (version_id, anchor)
);

-- What begins to run when a state is entered. `scope` is the state or group that declares it: while a request moves
-- inside the scope the deadline runs on. Due `clock` after the entry, at an anchor's date, or `clock` before it, and by
-- `lead` earlier. While the anchor's date is not known the fallback is due instead; without one, nothing is.
create table precert.workflow_deadline (
    version_id integer not null,
    state text not null,
    name text not null,
    scope text not null,
    relation text not null check (relation in ('after', 'at', 'before')),
    clock text,
    anchor text,
    lead text,
    event text,
    alert text,
    fallback_clock text,
    fallback_lead text,
    fallback_event text,
    fallback_alert text,
    primary key (version_id, state, name),
    foreign key (version_id, state) references precert.workflow_state,
    foreign key (version_id, anchor) references precert.workflow_anchor,
    foreign key (version_id, alert) references precert.workflow_alert,
    foreign key (version_id, fallback_alert) references precert.workflow_alert,
    foreign key (version_id, event) references precert.workflow_event,
    foreign key (version_id, fallback_event) references precert.workflow_event,
    check (case relation
        when 'after' then clock is not null and anchor is null
        when 'at' then clock is null and anchor is not null
        else clock is not null and anchor is not null end),
    check (event is not null or alert is not null),
    check (fallback_clock is null or anchor is not null),
    check ((fallback_clock is null) = (fallback_event is null and fallback_alert is null))
);

create table precert.workflow_effect (
    version_id integer not null,
    from_state text not null,
    event text not null,
    effect text not null,
    lost text not null check (lost in ('retry', 'inquire', 'hold')),
    primary key (version_id, from_state, event, effect),
    foreign key (version_id, from_state) references precert.workflow_state
);

-- A definition, once published, never changes, whoever tries (PC005). An update that changes nothing passes.
create function precert.keep_published() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return new;
    elsif tg_op = 'INSERT' and exists (
        select from precert.workflow_version v
        where v.version_id = (to_jsonb(new)->>tg_argv[0])::integer and v.published_in = pg_current_xact_id())
    then
        return new;
    end if;
    raise exception 'a published workflow never changes; publish a new version' using errcode = 'PC005';
end
$$;

do $$
declare
    v_table text;
begin
    foreach v_table in array array['version', 'state', 'event', 'edge', 'alert', 'anchor', 'deadline', 'effect'] loop
        execute format('create trigger keep_published before update or delete on precert.workflow_%s'
            ' for each row execute function precert.keep_published()', v_table);
        execute format('create trigger keep_published_all before truncate on precert.workflow_%s'
            ' for each statement execute function precert.keep_published()', v_table);
        execute format('alter table precert.workflow_%s enable always trigger keep_published', v_table);
        execute format('alter table precert.workflow_%s enable always trigger keep_published_all', v_table);
        if v_table <> 'version' then
            execute format('create trigger keep_published_whole before insert on precert.workflow_%s'
                ' for each row execute function precert.keep_published(%L)', v_table,
                case v_table when 'edge' then 'to_version' else 'version_id' end);
            execute format('alter table precert.workflow_%s enable always trigger keep_published_whole', v_table);
        end if;
    end loop;
end
$$;

-- A payer as its module under Workflows/payers/ describes it. The row '*' is the practice's own defaults.
create table precert.payer (
    payer_id text primary key,
    name text not null,
    time_zone text not null,
    checksum bytea not null,
    module jsonb not null,
    published_at timestamptz not null,
    -- Since a publishing found no module of it any more. It is kept for its requests; see `retire_payers`.
    retired_at timestamptz
);

-- How long a clock runs. A payer's rule binds before the practice's default ('*'); an urgency of its own before 'any'.
-- A rule that another took the place of is kept, for the deadlines that run by it.
create table precert.clock_rule (
    rule_id integer generated always as identity primary key,
    payer_id text not null references precert.payer,
    clock text not null,
    urgency text not null check (urgency in ('standard', 'urgent', 'any')),
    effective_from date not null default '-infinity',
    effective_until date not null default 'infinity',
    amount integer not null check (amount >= 0),
    unit text not null check (unit in ('hours', 'calendar_days', 'business_days', 'months')),
    source text not null,
    verified boolean not null,
    note text,
    is_current boolean not null default true,
    check (effective_from <= effective_until)
);

create unique index clock_rule_current on precert.clock_rule (payer_id, clock, urgency, effective_from)
    where is_current;

create table precert.holiday (
    day date primary key,
    name text not null
);
