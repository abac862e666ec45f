create table school_directory{suffix} (
    code text not null,
    name text not null,
    category text not null,
    registered_position bigint not null,
    -- The position that closed the school or undid its registration; the largest integer while it is open.
    closed_position bigint not null,
    position bigint not null,
    primary key (code)
);
