-- The same table as for SQLite; see there for what each column means.
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
