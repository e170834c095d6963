-- The case around a request: who it is for, what is asked, what proves it, what the payer said.

create table precert.patient (
    organization_id uuid not null references precert.organization,
    patient_id uuid not null default gen_random_uuid(),
    family text not null,
    given text not null,
    born date not null,
    primary key (organization_id, patient_id)
);

-- A patient as one payer knows them. Dependents may share a member id, so the birth date belongs to the match.
create function precert.normalize_number(p_number text) returns text
    language sql immutable parallel safe
as $$ select upper(regexp_replace(p_number, '[[:space:]./-]', '', 'g')) $$;

grant execute on function precert.normalize_number(text) to precert_read;

create table precert.coverage (
    organization_id uuid not null,
    patient_id uuid not null,
    payer_id text not null references precert.payer,
    member_id text not null check (member_id <> ''),
    funding text not null check (funding in ('self_funded', 'fully_insured', 'unknown')),
    state text,
    primary key (organization_id, payer_id, member_id, patient_id),
    foreign key (organization_id, patient_id) references precert.patient
);

create index coverage_member on precert.coverage (organization_id, payer_id, precert.normalize_number(member_id));

create table precert.request_detail (
    organization_id uuid not null,
    request_id uuid not null,
    patient_id uuid not null,
    member_id text not null,
    -- A restart begins again after a gap; a transition goes on, under this payer, with what was begun under another.
    kind text not null check (kind in ('initial', 'continuation', 'restart', 'transition')),
    drug text not null,
    drug_id text not null,
    -- The first is the primary one.
    diagnoses text[] not null check (cardinality(diagnoses) > 0),
    -- As the order had them: patient data, like the birth date.
    weight_kg numeric check (weight_kg > 0),
    height_cm numeric check (height_cm > 0),
    weighed_on date,
    prescriber_name text not null,
    prescriber_npi text not null,
    prescriber_specialty text,
    site_name text not null,
    site_npi text not null,
    place_of_service text not null,
    planned_on date not null,
    primary key (organization_id, request_id),
    foreign key (organization_id, request_id) references precert.request,
    foreign key (organization_id, patient_id) references precert.patient
);

create index request_detail_patient on precert.request_detail (organization_id, patient_id);

create table precert.service_line (
    organization_id uuid not null,
    request_id uuid not null,
    line_no integer not null check (line_no > 0),
    hcpcs text not null,
    units numeric not null check (units > 0),
    dose_amount numeric not null check (dose_amount > 0),
    dose_unit text not null,
    every_days integer check (every_days > 0),
    -- Where the order counts in months, which are no number of days.
    every_months integer check (every_months > 0),
    -- How many doses are asked for; NULL leaves it to the payer.
    doses integer check (doses > 0),
    route text,
    modifiers text[] not null default '{}',
    ndc text,
    -- Units of one dose that are thrown away; 0 says that none are, NULL that the order does not say.
    discarded_units numeric check (discarded_units >= 0),
    -- The codes under which the giving is billed.
    administration text[] not null default '{}',
    -- What is in place before the first dose, in the words of the drug facts.
    gates text[] not null default '{}',
    primary key (organization_id, request_id, line_no),
    check (every_days is null or every_months is null),
    foreign key (organization_id, request_id) references precert.request
);

-- What an amendment made of an order: all of it before and after, as `order_terms` has it, and why. Patient data, so it
-- stays out of history, which has its digest.
create table precert.amendment (
    organization_id uuid not null,
    request_id uuid not null,
    seq bigint not null,
    reason text not null check (reason ~ '[^[:space:]]'),
    before jsonb not null check (jsonb_typeof(before) = 'object'),
    after jsonb not null check (jsonb_typeof(after) = 'object' and after <> before),
    salt uuid not null,
    primary key (organization_id, request_id, seq),
    foreign key (organization_id, request_id, seq) references precert.event
);

-- Bytes, stored once for an organization under their SHA-256.
create table precert.document (
    organization_id uuid not null references precert.organization,
    sha256 bytea not null check (octet_length(sha256) = 32),
    content bytea not null check (octet_length(content) > 0),
    media_type text not null,
    added_at timestamptz not null,
    primary key (organization_id, sha256),
    constraint document_content check (sha256 = sha256(content))
);

create table precert.request_document (
    organization_id uuid not null,
    request_id uuid not null,
    sha256 bytea not null,
    title text not null,
    added_by text not null,
    added_at timestamptz not null,
    seq bigint not null,
    primary key (organization_id, request_id, sha256),
    foreign key (organization_id, request_id) references precert.request,
    foreign key (organization_id, sha256) references precert.document
);

-- One observed fact. Nothing is overwritten: of a fact's rows the one that was observed last counts, and of those of
-- one day the one recorded last. A row without a day is as new as the newest recorded before it. Those that an amendment
-- withdrew do not count, and are counted with no others.
create table precert.evidence (
    organization_id uuid not null,
    request_id uuid not null,
    evidence_no integer not null check (evidence_no > 0),
    fact text not null,
    -- Of a fact about one service line: which. Each line has its own current row.
    line_no integer,
    value jsonb not null,
    observed_on date,
    source text not null,
    document_sha256 bytea,
    note text,
    entered_by text not null,
    recorded_at timestamptz not null,
    seq bigint not null,
    -- One for all rows of an event; see `evidence_digest`.
    salt uuid not null,
    -- The amendment of the order since which it says nothing any more: it spoke of what was ordered before.
    withdrawn_seq bigint check (withdrawn_seq > seq),
    primary key (organization_id, request_id, evidence_no),
    foreign key (organization_id, request_id) references precert.request,
    foreign key (organization_id, request_id, line_no) references precert.service_line,
    foreign key (organization_id, document_sha256) references precert.document
);

create table precert.submission (
    organization_id uuid not null,
    request_id uuid not null,
    seq bigint not null,
    channel text not null,
    verdict text not null,
    override_reason text,
    packet jsonb not null,
    requested_at timestamptz not null,
    requested_by text not null,
    delivered_at timestamptz,
    confirmation text,
    primary key (organization_id, request_id, seq),
    foreign key (organization_id, request_id, seq) references precert.event
);

-- A payer's file, known by its bytes.
create table precert.import_batch (
    organization_id uuid not null references precert.organization,
    batch_id uuid not null default gen_random_uuid(),
    payer_id text not null references precert.payer,
    mapping text not null,
    sha256 bytea not null,
    rows_total integer not null check (rows_total >= 0),
    status text not null check (status in ('loading', 'done')),
    started_at timestamptz not null,
    finished_at timestamptz,
    imported_by text not null,
    -- Stands in for the date of rows that carry none, also when the import is taken up again on another day.
    as_of date not null,
    seen integer not null default 1,
    last_seen_at timestamptz not null,
    primary key (organization_id, batch_id),
    constraint import_batch_bytes unique (organization_id, payer_id, mapping, sha256)
);

-- One row of a payer's file as Sources/Exchange writes it, for COPY. Texts are checked where they are used, so that one
-- that cannot be stored takes no other row down with it.
create type precert.status_row as (
    row_no integer,
    line integer,
    -- What the payer said, without when and where: two rows with one value say the same.
    fingerprint uuid,
    trace text,
    reference text,
    authorization_number text,
    member_id text,
    born text,
    hcpcs text,
    status_word text,
    kind text,
    reason_code text,
    reason_text text,
    "from" text,
    "to" text,
    units text,
    units_basis text,
    due text,
    as_of text,
    fault text,
    fault_column text,
    fault_message text,
    raw text
);

-- The rows of a file come in chunks, each a transaction. Most rows of a daily file say what the payer's last word was:
-- they are counted here and stored nowhere else.
create table precert.import_chunk (
    organization_id uuid not null,
    batch_id uuid not null,
    first_row integer not null check (first_row > 0),
    last_row integer not null check (last_row >= first_row),
    unchanged integer not null check (unchanged >= 0),
    primary key (organization_id, batch_id, first_row),
    foreign key (organization_id, batch_id) references precert.import_batch
);

create table precert.import_row (
    organization_id uuid not null,
    batch_id uuid not null,
    row_no integer not null check (row_no > 0),
    line integer not null,
    record jsonb not null,
    fingerprint uuid not null,
    source_key text not null,
    -- 'pending' waits for `apply_import`; a batch that is done has none.
    outcome text not null check (outcome in ('pending', 'applied', 'no_change', 'duplicate', 'superseded', 'illegal',
        'unmatched', 'unmapped_status', 'conflict', 'quarantined', 'held', 'discarded')),
    reason text,
    request_id uuid,
    -- On the payer's clock; midnight when the payer gave only the day.
    as_of timestamp not null,
    seq bigint,
    primary key (organization_id, batch_id, row_no),
    foreign key (organization_id, batch_id) references precert.import_batch
);

create index import_row_pending on precert.import_row (organization_id, batch_id, request_id, as_of, row_no)
    where outcome = 'pending';

-- A batch that is done has an outcome for each row of its file, whoever says that it is done.
create function precert.import_adds_up() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    v_rows bigint;
begin
    select coalesce(sum(c.unchanged), 0) + (
            select count(*) from precert.import_row r
            where r.organization_id = new.organization_id and r.batch_id = new.batch_id and r.outcome <> 'pending')
    into v_rows
    from precert.import_chunk c
    where c.organization_id = new.organization_id and c.batch_id = new.batch_id;
    if v_rows <> new.rows_total then
        raise exception 'the file had % rows but % have an outcome', new.rows_total, v_rows using errcode = 'PC050';
    end if;
    return null;
end
$$;

create trigger import_adds_up after insert or update of status, rows_total on precert.import_batch
    for each row when (new.status = 'done') execute function precert.import_adds_up();
alter table precert.import_batch enable always trigger import_adds_up;

-- What a person must look at. Sticky by source key: the same row in another file stays held until it is resolved.
create table precert.quarantine (
    organization_id uuid not null,
    source_key text not null,
    batch_id uuid not null,
    row_no integer not null,
    reason text not null,
    detail text not null,
    candidates uuid[] not null default '{}',
    held_at timestamptz not null,
    payer_id text not null references precert.payer,
    fingerprint uuid not null,
    -- What people call it by.
    quarantine_no bigint generated always as identity,
    resolved_at timestamptz,
    resolved_by text,
    -- Who settled it said why. A row that was discarded is disregarded from then on whenever the payer says it again.
    resolution text,
    is_discarded boolean,
    check ((resolved_at is null) = (resolved_by is null) and (resolved_at is null) = (resolution is null)
        and (resolved_at is null) = (is_discarded is null)),
    primary key (organization_id, source_key),
    constraint quarantine_number unique (organization_id, quarantine_no),
    foreign key (organization_id, batch_id, row_no) references precert.import_row
        deferrable initially deferred
);

create index quarantine_open on precert.quarantine (organization_id, held_at) where resolved_at is null;
create index quarantine_said on precert.quarantine (organization_id, payer_id, fingerprint)
    where resolved_at is null or is_discarded;

-- The payer's word, every time it was heard, whether or not it moved the request.
create table precert.observation (
    organization_id uuid not null,
    request_id uuid not null,
    observation_no integer not null check (observation_no > 0),
    source text not null check (source in ('file', 'manual')),
    source_key text not null,
    fingerprint uuid not null,
    kind text not null,
    -- On the payer's clock; midnight when the payer gave only the day.
    as_of timestamp not null,
    -- The last time that the payer said the same again.
    said_until timestamp not null check (said_until >= as_of),
    received_at timestamptz not null,
    payer_reference text,
    authorization_number text,
    valid_from date,
    valid_to date,
    units numeric,
    units_basis text,
    hcpcs text,
    reason_code text,
    reason_text text,
    information_due date,
    batch_id uuid,
    row_no integer,
    seq bigint,
    primary key (organization_id, request_id, observation_no),
    constraint observation_once unique (organization_id, request_id, source_key),
    foreign key (organization_id, request_id) references precert.request,
    check (valid_from <= valid_to)
);

create index observation_latest on precert.observation (organization_id, request_id, said_until desc, observation_no desc);

-- The payer's last word on each request, and until when it is known to stand. Made for finding it by what a row says: a
-- daily file repeats almost all of them.
create table precert.payer_word (
    organization_id uuid not null,
    request_id uuid not null,
    payer_id text not null references precert.payer,
    fingerprint uuid not null,
    -- As in `observation`, written `2026-12-01T00:00:00`, so that it compares with a file's text.
    said_until text collate "C" not null,
    primary key (organization_id, request_id),
    foreign key (organization_id, request_id) references precert.request
) with (fillfactor = 80);

create index payer_word_said on precert.payer_word (organization_id, payer_id, fingerprint);

-- Numbers by which a payer knows our request. Unique only within a payer, and re-used over the years.
create table precert.payer_number (
    organization_id uuid not null,
    payer_id text not null,
    number text not null,
    request_id uuid not null,
    primary key (organization_id, payer_id, number, request_id),
    foreign key (organization_id, request_id) references precert.request
);

create table precert."authorization" (
    organization_id uuid not null,
    request_id uuid not null,
    authorization_no integer not null check (authorization_no > 0),
    number text,
    valid_from date,
    valid_to date,
    observation_no integer not null,
    seq bigint not null,
    primary key (organization_id, request_id, authorization_no),
    foreign key (organization_id, request_id, observation_no) references precert.observation,
    check (valid_from <= valid_to)
);

create table precert.authorization_line (
    organization_id uuid not null,
    request_id uuid not null,
    authorization_no integer not null,
    line_no integer not null,
    hcpcs text not null,
    units numeric,
    units_basis text not null,
    primary key (organization_id, request_id, authorization_no, line_no),
    foreign key (organization_id, request_id, authorization_no) references precert."authorization"
);

-- What runs out, by when: O(what is asked for).
create index authorization_end on precert."authorization" (organization_id, valid_to, request_id);

-- Who looked at which patient's data, and why. Ids and field names, never values.
create table precert.access_log (
    organization_id uuid not null references precert.organization,
    access_id bigint generated always as identity,
    at timestamptz not null,
    actor text not null,
    request_id uuid,
    -- Of a row in quarantine, which belongs to no request yet.
    quarantine_no bigint,
    purpose text not null,
    fields text[] not null,
    check (num_nonnulls(request_id, quarantine_no) = 1),
    primary key (organization_id, access_id)
);
