create table import_batches{suffix} (
    batch text not null,
    file_sha256 text not null,
    kind text not null,
    school text,
    -- started, applied, undone
    state text not null,
    new_count bigint not null,
    changed_count bigint not null,
    unchanged_count bigint not null,
    rejected_count bigint not null,
    recorded_at bigint not null,
    actor text not null,
    position bigint not null,
    primary key (batch)
);
