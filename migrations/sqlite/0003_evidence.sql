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
