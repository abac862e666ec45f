-- The permanent side: the log, what it must keep unique, sealed personal data and files. Forward only.
-- Until the first release this one file may change; a database that another edition of it made is refused.
-- Times are microseconds since 1970-01-01 UTC; days are whole days since 1970-01-01.

-- One row. Whoever advances `revision` holds the log; every transaction that writes anything permanent advances it.
create table log_head (
    id integer primary key check (id = 1),
    revision bigint not null,
    next_position bigint not null,
    last_recorded_at bigint not null,
    -- Merkle frontier: the roots of the perfect subtrees of all leaves, largest first, 32 bytes each.
    frontier blob not null,
    -- JSON: by read model its fingerprint, generation and stall mark.
    read_models text not null
);
insert into log_head values (1, 0, 1, 0, x'', '{}');

-- What must be unique or counted across streams.
create table guard (
    kind text not null,
    scope text not null,
    key text not null,
    version bigint not null,
    stream text not null,
    primary key (kind, scope, key)
) without rowid;

-- A stream's version is that of its last event, which the unique index below finds in one seek; a table of versions beside
-- it would be one more thing that could contradict the log. What a batch caused lies between the batch's own first and
-- last event, so that `causation` needs no index.
create table event (
    position integer primary key,
    stream_type text not null,
    stream_id text not null,
    version bigint not null,
    kind text not null,
    schema_version bigint not null,
    -- The school whose data it is; null for what belongs to the city.
    school text,
    -- Who may see it: all, school, city.
    audience text not null,
    effective_on bigint not null,
    recorded_at bigint not null,
    actor text not null,
    source text not null,
    command_key text not null,
    -- The batch or request that the event is part of.
    causation text,
    payload text not null,
    leaf blob not null
);
create unique index event_stream on event (stream_type, stream_id, version);

-- One answer per idempotency key.
create table command (
    key text primary key,
    fingerprint blob not null,
    first_position bigint not null,
    event_count bigint not null,
    recorded_at bigint not null,
    answer text not null
) without rowid;

-- Personal data: one row per subject and revision; the first byte of `sealed` names the algorithm.
create table sealed (
    subject text not null,
    revision bigint not null,
    sealed blob not null,
    primary key (subject, revision)
) without rowid;

-- Files that events refer to: one row per subject (student, placement, host) and content, so that erasing a person takes
-- away what is about that person and nothing else.
create table evidence (
    subject text not null,
    -- SHA-256 of the file, hexadecimal.
    hash text not null,
    -- Bytes of the file.
    size bigint not null,
    -- The first byte names the algorithm.
    sealed blob not null,
    primary key (subject, hash)
);
create index evidence_hash on evidence (hash, subject);

-- One row: which key file the sealed rows need.
create table installation (
    id integer primary key check (id = 1),
    key_id text not null,
    key_check blob not null
);

-- Working tables: backups leave them out, nothing is proved of them.

-- Who is signed in. The secret that the browser holds is not here, only its SHA-256.
create table session (
    account text not null,
    id text not null,
    digest text not null,
    created_at bigint not null,
    -- Rounded: a question of every minute is not a write.
    seen_at bigint not null,
    -- When the account last showed who it is.
    confirmed_at bigint not null,
    ends_at bigint not null,
    -- Kind of browser and beginning of the address, so that the owner knows it again.
    agent text not null,
    address text not null,
    -- The account in whose place the one acts here; null for the own.
    in_place_of text,
    primary key (account, id)
) without rowid;
create unique index session_digest on session (digest);

-- The last sign-ins that failed: a ring, whose slots are used again.
create table failed_sign_in (
    slot bigint not null,
    failed_at bigint not null,
    -- Null where there is no such account.
    account text,
    address text not null,
    primary key (slot)
) without rowid;

-- How the owner of an account likes the pages; null where nothing was chosen. A setting, and no fact.
create table preference (
    account text not null,
    language text,
    colours text,
    keys text,
    primary key (account)
) without rowid;

-- Up to where the owner of an account has seen what others recorded: what is new since the visit before this one, and how far
-- this one has looked. A mark, and no fact.
create table look (
    account text not null,
    since_position bigint not null,
    since_at bigint not null,
    seen_position bigint not null,
    seen_at bigint not null,
    primary key (account)
) without rowid;

-- What somebody typed and has not ordered yet.
create table draft (
    account text not null,
    id text not null,
    kept_at bigint not null,
    ends_at bigint not null,
    -- The first byte names the algorithm.
    sealed blob not null,
    primary key (account, id)
) without rowid;

-- Messages that are due or were sent; a person's go with the person.
create table outbox (
    -- The account or person to whom it goes.
    recipient text not null,
    -- Made of the kind, the recipient and the fact: the same message is due once.
    id text not null,
    kind text not null,
    -- The position up to which, and behind which, the log says what it is about.
    fact bigint not null,
    since bigint not null,
    -- The day of the mark behind which it tells, as the lists were then.
    since_day bigint not null,
    due_at bigint not null,
    -- When it is tried next; while it is being sent, until when that may take.
    next_at bigint not null,
    ends_at bigint not null,
    state text not null,
    tries bigint not null,
    -- How often its content was sent and the answer is not known.
    doubts bigint not null,
    -- The sealed revision of the address to which it was sent.
    address bigint not null,
    -- What the mail server or a bounce said last, as a status code.
    told text,
    primary key (recipient, id)
) without rowid;
create unique index outbox_id on outbox (id);
create index outbox_due on outbox (state, next_at);

-- How far the log was followed to find what is due, and the day of the last digest.
create table outbox_mark (
    name text not null,
    position bigint not null,
    day bigint not null,
    primary key (name)
) without rowid;

-- These stop accidents; the evidence is a Merkle head noted elsewhere.
create trigger event_no_update before update on event begin select raise(abort, 'event is append-only'); end;
create trigger event_no_delete before delete on event begin select raise(abort, 'event is append-only'); end;
create trigger event_no_replace before insert on event when exists (select 1 from event where position = new.position)
begin select raise(abort, 'event is append-only'); end;
create trigger command_no_update before update on command begin select raise(abort, 'command is append-only'); end;
create trigger command_no_delete before delete on command begin select raise(abort, 'command is append-only'); end;
create trigger command_no_replace before insert on command when exists (select 1 from command where key = new.key)
begin select raise(abort, 'command is append-only'); end;
