-- What a school plans for those who graduate in a year: a row per plan, half open in positions. A plan holds from its day on
-- until a later one of its season, and is about the days before until_day.
create table season_plans{suffix} (
    season text not null,
    version bigint not null,
    known_from bigint not null,
    known_to bigint not null,
    school text not null,
    -- Epoch days.
    from_day bigint not null,
    until_day bigint not null,
    position bigint not null,
    primary key (season, version)
);

-- The final classes that a plan names.
create table final_classes{suffix} (
    season text not null,
    version bigint not null,
    class text not null,
    position bigint not null,
    primary key (season, version, class)
){clustered};

-- From which day on a student need not be placed, or is to be placed again: a row per fact, half open in positions. Of the
-- facts of one stream that have begun the latest holds. Graduation is no row: most students graduate, and the student
-- register knows of it.
create table excused{suffix} (
    student text not null,
    -- student: leave, and leaving school; exemption.
    stream text not null,
    version bigint not null,
    known_from bigint not null,
    known_to bigint not null,
    -- Epoch day.
    from_day bigint not null,
    -- 1, or 0 from the day on which it is over.
    is_excused bigint not null,
    position bigint not null,
    primary key (student, stream, version)
){clustered};
