-- The engine: requests, their history, deadlines, outbox. Every key begins with the organization.
--
-- Invariants, kept by the database whoever writes:
--   * a stored move is one that the published workflow has (foreign key `event_edge`);
--   * history is a chain: each event names its predecessor's version, state and hash (foreign key `event_chain`);
--   * a hash is computed by the server from the row (generated column), never supplied;
--   * a request stands where its last event led (foreign key `request_head`), never goes back (PC002), and no event
--     lies beyond a head (PC003); events are neither changed nor deleted (PC004).

-- SHA-256 over the binary forms, each of variable length behind its length, after a version byte.
-- `recorded_at` is left out: it is the server's, not the event's. The database must be UTF8.
create function precert.event_hash(
    p_organization uuid, p_request uuid, p_seq bigint, p_prev_hash bytea, p_from_version integer, p_from_state text,
    p_event text, p_to_version integer, p_to_state text, p_occurred_at timestamptz, p_actor text, p_source_key text,
    p_payload jsonb
) returns bytea
    language plpgsql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(
        '\x01'::bytea || uuid_send(p_organization) || uuid_send(p_request) || int8send(p_seq)
        || case when p_prev_hash is null then '\x00'::bytea
                else '\x01'::bytea || int4send(octet_length(p_prev_hash)) || p_prev_hash end
        || int4send(p_from_version) || int4send(octet_length(p_from_state)) || convert_to(p_from_state, 'UTF8')
        || int4send(octet_length(p_event)) || convert_to(p_event, 'UTF8')
        || int4send(p_to_version) || int4send(octet_length(p_to_state)) || convert_to(p_to_state, 'UTF8')
        || timestamptz_send(p_occurred_at)
        || int4send(octet_length(p_actor)) || convert_to(p_actor, 'UTF8')
        || int4send(octet_length(p_source_key)) || convert_to(p_source_key, 'UTF8')
        || int4send(octet_length(p_payload::text)) || convert_to(p_payload::text, 'UTF8'));
end
$$;

create table precert.event (
    organization_id uuid not null references precert.organization,
    request_id uuid not null,
    seq bigint not null check (seq > 0),
    prev_seq bigint generated always as (case when seq > 1 then seq - 1 end) stored,
    prev_hash bytea,
    from_version integer not null,
    from_state text not null,
    event text not null,
    to_version integer not null,
    to_state text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor text not null check (actor <> ''),
    source_key text not null check (source_key <> ''),
    payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
    hash bytea generated always as (
        precert.event_hash(organization_id, request_id, seq, prev_hash, from_version, from_state, event, to_version,
            to_state, occurred_at, actor, source_key, payload)) stored not null,
    primary key (organization_id, request_id, seq),
    constraint event_place unique (organization_id, request_id, seq, to_version, to_state, hash),
    constraint event_source_key unique (organization_id, request_id, source_key),
    constraint event_first check ((seq = 1) = (prev_hash is null)),
    constraint event_start check ((seq = 1) = (from_state = '(start)'))
);

create table precert.request (
    organization_id uuid not null references precert.organization,
    request_id uuid not null,
    reference text collate "C" not null check (reference ~ '^PA-[0-9A-HJKMNP-TV-Z]{8}$'),
    payer_id text not null references precert.payer,
    urgency text not null check (urgency in ('standard', 'urgent')),
    owner text,
    opened_at timestamptz not null,
    version_id integer not null,
    state text not null,
    seq bigint not null,
    head_hash bytea not null,
    primary key (organization_id, request_id),
    constraint request_reference unique (organization_id, reference)
) with (fillfactor = 80);

alter table precert.event
    add constraint event_edge foreign key (from_version, from_state, event, to_version, to_state)
        references precert.workflow_edge (from_version, from_state, event, to_version, to_state),
    add constraint event_chain foreign key (organization_id, request_id, prev_seq, from_version, from_state, prev_hash)
        references precert.event (organization_id, request_id, seq, to_version, to_state, hash);

alter table precert.request
    add constraint request_head foreign key (organization_id, request_id, seq, version_id, state, head_hash)
        references precert.event (organization_id, request_id, seq, to_version, to_state, hash);

create function precert.keep_head() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a request is never deleted; withdraw or void it' using errcode = 'PC004';
    end if;
    if new.organization_id <> old.organization_id or new.request_id <> old.request_id
        or new.reference <> old.reference
        or new.seq not in (old.seq, old.seq + 1)
        or (new.seq = old.seq and (new.version_id, new.state, new.head_hash)
            is distinct from (old.version_id, old.state, old.head_hash))
    then
        raise exception 'a request moves forward one event at a time' using errcode = 'PC002';
    end if;
    return new;
end
$$;

create trigger keep_head before update or delete on precert.request
    for each row execute function precert.keep_head();
alter table precert.request enable always trigger keep_head;

create function precert.append_only() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'PC004';
end
$$;

create trigger append_only before update or delete on precert.event
    for each row execute function precert.append_only();
create trigger append_only_all before truncate on precert.event
    for each statement execute function precert.append_only();
create trigger keep_head_all before truncate on precert.request
    for each statement execute function precert.append_only();
alter table precert.event enable always trigger append_only;
alter table precert.event enable always trigger append_only_all;
alter table precert.request enable always trigger keep_head_all;

-- At commit every event must lie on the way to its request's head. Runs with the rights of whoever commits.
create function precert.refuse_orphan() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from precert.request r
        where r.organization_id = new.organization_id and r.request_id = new.request_id and r.seq >= new.seq)
    then
        raise exception 'an event beyond its request''s head' using errcode = 'PC003';
    end if;
    return null;
end
$$;

create constraint trigger refuse_orphan after insert on precert.event
    deferrable initially deferred for each row execute function precert.refuse_orphan();
alter table precert.event enable always trigger refuse_orphan;

-- Dates that events carried in: the end of an approval, the day that information is due.
create table precert.anchor (
    organization_id uuid not null,
    request_id uuid not null,
    name text not null,
    at timestamptz not null,
    seq bigint not null,
    primary key (organization_id, request_id, name)
);

-- What a person wrote with a step that they recorded. It may name the patient, so it stays out of history, which has its
-- digest.
create table precert.recorded_step (
    organization_id uuid not null,
    request_id uuid not null,
    seq bigint not null,
    event text not null,
    done_on date not null,
    -- note, reason, reference, units
    words jsonb not null check (jsonb_typeof(words) = 'object'),
    -- The anchors that it carried, each with its day.
    dates jsonb not null check (jsonb_typeof(dates) = 'object'),
    salt uuid not null,
    primary key (organization_id, request_id, seq),
    foreign key (organization_id, request_id, seq) references precert.event
);

-- What runs for a request now. `armed_seq` is the event that armed it; firing carries it in its source key, so that
-- one arming fires once. A notice comes before what it warns of: that is `ends_at`, NULL for what ends when it is due.
-- `rule_id` is the rule by which the end was counted, NULL for a date that an event carried; `notice_rule_id` that by
-- which the notice comes earlier. Rules are never deleted, so no key is checked with each event.
create table precert.deadline (
    organization_id uuid not null,
    request_id uuid not null,
    name text not null,
    scope text not null,
    status text not null check (status in ('open', 'fired', 'closed')),
    kind text not null check (kind in ('work', 'wait')),
    due_at timestamptz not null,
    ends_at timestamptz,
    rule_id integer,
    notice_rule_id integer,
    event text,
    alert text,
    armed_seq bigint not null,
    fired_at timestamptz,
    primary key (organization_id, request_id, name)
) with (fillfactor = 80);

create index deadline_due on precert.deadline (organization_id, due_at, request_id, name) where status = 'open';
-- The worklist: what waits for us, by when.
create index deadline_work on precert.deadline (organization_id, due_at, request_id)
    where status = 'open' and kind = 'work';

create table precert.alert (
    organization_id uuid not null,
    alert_id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    kind text not null,
    title text not null,
    severity text not null check (severity in ('info', 'warning', 'urgent')),
    deadline text not null,
    armed_seq bigint not null,
    due_at timestamptz not null,
    -- Of a notice: when that ends which it warns of.
    ends_at timestamptz,
    raised_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    primary key (organization_id, alert_id),
    constraint alert_once unique (organization_id, request_id, deadline, armed_seq),
    check ((acknowledged_at is null) = (acknowledged_by is null))
);

-- 1 is the most pressing.
create function precert.severity_rank(p_severity text) returns integer
    language sql immutable parallel safe
as $$ select case p_severity when 'urgent' then 1 when 'warning' then 2 else 3 end $$;

grant execute on function precert.severity_rank(text) to precert_read;

create index alert_open on precert.alert (organization_id, precert.severity_rank(severity), due_at, alert_id)
    where acknowledged_at is null;

-- The outbox: what must be done outside, decided in the event's own transaction.
create table precert.effect (
    organization_id uuid not null,
    effect_id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    seq bigint not null,
    kind text not null,
    lost text not null check (lost in ('retry', 'inquire', 'hold')),
    created_at timestamptz not null,
    primary key (organization_id, effect_id),
    constraint effect_once unique (organization_id, request_id, seq, kind)
);

create table precert.effect_run (
    organization_id uuid not null,
    effect_id uuid not null,
    status text not null check (status in ('ready', 'leased', 'done', 'held', 'dead', 'discarded')),
    visible_at timestamptz not null,
    attempts integer not null default 0,
    lease_token uuid,
    last_error text,
    finished_at timestamptz,
    primary key (organization_id, effect_id),
    foreign key (organization_id, effect_id) references precert.effect
) with (fillfactor = 80);

-- A leased run becomes visible again when its lease ends.
create index effect_run_pending on precert.effect_run (organization_id, visible_at)
    where status in ('ready', 'leased');

-- What goes into `apply_events`, and what it answers for each.
create type precert.event_input as (
    request_id uuid, event text, source_key text, actor text, occurred_at timestamptz, expected_seq bigint,
    payload jsonb, anchors jsonb);
create type precert.event_result as (
    ordinal integer, request_id uuid, outcome text, seq bigint, from_state text, to_state text);
