-- Rectangles, half open: known_from/known_to in positions, true_from/true_to in epoch days. At any position a registered
-- unit's rectangles tile all days without gap or overlap. No name and no code: these are sealed.
create table employer_directory{suffix} (
    employer text not null,
    known_from bigint not null,
    true_from bigint not null,
    known_to bigint not null,
    true_to bigint not null,
    -- How far the credit code can be trusted: holds, fails, no_code.
    credit_code text not null,
    -- The sealed revision of name and code.
    identity bigint not null,
    industry text,
    size text,
    ownership text,
    -- The staff as counted last by these days, and the day of the count.
    staff_count bigint,
    staff_counted_on bigint,
    -- The unit that this one is part of, and from which day; the same on all days, since a merger takes everything along
    -- that was ever recorded of the unit.
    merged_into text,
    merged_on bigint,
    closed_on bigint,
    position bigint not null,
    primary key (employer, known_from, true_from)
){clustered};
create index employer_directory{suffix}_merged on employer_directory{suffix} (known_to, known_from, employer, merged_into)
    where merged_into is not null;
