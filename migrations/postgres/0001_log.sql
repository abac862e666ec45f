-- The permanent side: the log, what it must keep unique, sealed personal data and files. Forward only.
-- The same tables as for SQLite; see there for what each column means.

create table log_head (
    id bigint primary key check (id = 1),
    revision bigint not null,
    next_position bigint not null,
    last_recorded_at bigint not null,
    frontier bytea not null,
    read_models text not null
);
insert into log_head values (1, 0, 1, 0, '', '{}');

create table guard (
    kind text not null,
    scope text not null,
    key text not null,
    version bigint not null,
    stream text not null,
    primary key (kind, scope, key)
);

create table event (
    position bigint primary key,
    stream_type text not null,
    stream_id text not null,
    version bigint not null,
    kind text not null,
    schema_version bigint not null,
    school text,
    audience text not null,
    effective_on bigint not null,
    recorded_at bigint not null,
    actor text not null,
    source text not null,
    command_key text not null,
    causation text,
    payload text not null,
    leaf bytea not null
);
create unique index event_stream on event (stream_type, stream_id, version);

create table command (
    key text primary key,
    fingerprint bytea not null,
    first_position bigint not null,
    event_count bigint not null,
    recorded_at bigint not null,
    answer text not null
);

create table sealed (
    subject text not null,
    revision bigint not null,
    sealed bytea not null,
    primary key (subject, revision)
);

create table evidence (
    subject text not null,
    hash text not null,
    size bigint not null,
    sealed bytea not null,
    primary key (subject, hash)
);
create index evidence_hash on evidence (hash, subject);
-- It is sealed, and cannot become smaller.
alter table evidence alter column sealed set storage external;

create table installation (
    id bigint primary key check (id = 1),
    key_id text not null,
    key_check bytea not null
);
create table session (
    account text not null,
    id text not null,
    digest text not null,
    created_at bigint not null,
    seen_at bigint not null,
    confirmed_at bigint not null,
    ends_at bigint not null,
    agent text not null,
    address text not null,
    in_place_of text,
    primary key (account, id)
);
create unique index session_digest on session (digest);

create table failed_sign_in (
    slot bigint not null,
    failed_at bigint not null,
    account text,
    address text not null,
    primary key (slot)
);

create table preference (
    account text not null,
    language text,
    colours text,
    keys text,
    primary key (account)
);

create table look (
    account text not null,
    since_position bigint not null,
    since_at bigint not null,
    seen_position bigint not null,
    seen_at bigint not null,
    primary key (account)
);

create table draft (
    account text not null,
    id text not null,
    kept_at bigint not null,
    ends_at bigint not null,
    sealed bytea not null,
    primary key (account, id)
);

create table outbox (
    recipient text not null,
    id text not null,
    kind text not null,
    fact bigint not null,
    since bigint not null,
    since_day bigint not null,
    due_at bigint not null,
    next_at bigint not null,
    ends_at bigint not null,
    state text not null,
    tries bigint not null,
    doubts bigint not null,
    address bigint not null,
    told text,
    primary key (recipient, id)
);
create unique index outbox_id on outbox (id);
create index outbox_due on outbox (state, next_at);

create table outbox_mark (
    name text not null,
    position bigint not null,
    day bigint not null,
    primary key (name)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger event_no_change before update or delete on event for each row execute function refuse_change();
create trigger event_no_truncate before truncate on event for each statement execute function refuse_change();
create trigger command_no_change before update or delete on command for each row execute function refuse_change();
create trigger command_no_truncate before truncate on command for each statement execute function refuse_change();
